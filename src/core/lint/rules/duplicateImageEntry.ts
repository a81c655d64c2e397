/** 8 `duplicate-image-entry`: two entries of one list set the same thing of the same image; the later one wins. */
import { duplicatesOf } from '../duplicateEntries.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { ImageOverride } from '../../repository/model.ts';
import { fieldOf, placeOfField } from '../entryFields.ts';
import { isDead, useOf } from '../entryUses.ts';
import { editFix } from '../fix.ts';
import { isInTwinList } from '../ignoredTwins.ts';
import { lineOf } from '../places.ts';
import type { Place } from '../problem.ts';
import type { Rule } from '../rule.ts';

export const duplicateImageEntry: Rule = {
  code: 'duplicate-image-entry',
  severity: 'warning',
  summary: 'A later entry of the same list sets the same image again.',
  *check({ repository }) {
    for (const { ignored, by, fields, isWhole } of duplicatesOf(repository).values()) {
      const use = useOf(repository, ignored);
      if (use !== undefined && isDead(repository, use)) continue;
      // An alias of the whole entry says the same again.
      if (by.start === ignored.start) continue;
      const place = placeOfOwnName(repository, ignored);
      const other = placeOfOwnName(repository, by);
      const removal = editFix(
        'remove-entry',
        'Delete this entry; nothing changes',
        [{ type: 'remove-item', file: ignored.file, start: ignored.start }],
        true,
      );
      yield {
        message: `This entry is overridden by the one in line ${String(lineOf(repository, other))}, which sets ${fields.join(' and ')} of the same image again.`,
        place,
        related: [{ place: other, message: 'this entry counts' }],
        fixes: isWhole && !isInTwinList(repository, ignored) ? [removal] : [],
      };
    }
  },
};

/** The name of an entry, or where the entry starts if its name came in through `<<`: an anchor stands before its use. */
function placeOfOwnName(repository: GitOpsRepository, entry: ImageOverride): Place {
  const name = fieldOf(entry, 'name')?.key.start ?? entry.start;
  return name < entry.start
    ? { file: entry.file, start: entry.start, end: entry.start + 2 }
    : placeOfField(repository, entry, 'name');
}
