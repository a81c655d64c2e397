/** 8 `duplicate-image-entry`: two entries of one list set the same thing of the same image; the later one wins. */
import { duplicatesOf } from '../duplicateEntries.ts';
import { placeOfField } from '../entryFields.ts';
import { isDead, useOf } from '../entryUses.ts';
import { editFix } from '../fix.ts';
import { isInTwinList } from '../ignoredTwins.ts';
import { lineOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const duplicateImageEntry: Rule = {
  code: 'duplicate-image-entry',
  severity: 'warning',
  summary: 'A later entry of the same list sets the same image again.',
  *check({ repository }) {
    for (const { ignored, by, fields, isWhole } of duplicatesOf(repository).values()) {
      const use = useOf(repository, ignored);
      if (use !== undefined && isDead(repository, use)) continue;
      const place = placeOfField(repository, ignored, 'name');
      const other = placeOfField(repository, by, 'name');
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
