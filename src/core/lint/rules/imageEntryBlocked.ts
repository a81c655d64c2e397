/** 6 `image-entry-blocked`: the tag below has characters that no images entry matches (image-semantics.md A.3). */
import type { DeadEntry } from '../deadEntries.ts';
import { deadEntries } from '../deadEntries.ts';
import { deadFinding, whereDead } from '../deadFinding.ts';
import { textOf } from '../entryFields.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import type { LintInput, Rule } from '../rule.ts';

export const imageEntryBlocked: Rule = {
  code: 'image-entry-blocked',
  severity: 'warning',
  summary: 'The image has a tag with characters such as ${ or +, which keep images entries from matching it.',
  *check(input) {
    for (const dead of deadEntries(input.repository)) {
      if (dead.cause !== 'blocked') continue;
      const what = dead.image === undefined ? `"${dead.name}" has a tag` : `"${dead.image.reference}" has a tag`;
      const message = `The image ${what} with characters that images entries do not match, so this entry does nothing in ${whereDead(input, dead)}.`;
      yield deadFinding(input, dead, message, leaveTheTag(input, dead));
    }
  },
};

/** Takes the tag out of the manifest, where it is written in full, so that the entry decides: only where no other root takes the tag from there. */
function leaveTheTag({ repository }: LintInput, { use, image }: DeadEntry): Fix[] {
  const owner = image?.state.tag?.owner;
  if (image === undefined || owner?.part !== 'reference' || textOf(use.entry, 'newTag') === '') return [];
  const name = image.state.name.text;
  if (owner.scalar.text !== image.reference) return [];
  const roots = new Set(use.runs.map(({ root }) => root));
  if (!repository.rootsUsing(owner.file).every((root) => roots.has(root))) return [];
  return [editFix('strip-tag', `Leave the tag of ${name} to this entry`, [{ type: 'set', scalar: owner.scalar, text: name }])];
}
