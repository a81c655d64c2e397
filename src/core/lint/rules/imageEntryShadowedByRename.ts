/** 3 `image-entry-shadowed-by-rename`: the entry names an image by what it was called before an earlier newName (image-semantics.md A.3). */
import { deadEntries } from '../deadEntries.ts';
import { deadFinding, useName, whereDead } from '../deadFinding.ts';
import type { Rule } from '../rule.ts';

export const imageEntryShadowedByRename: Rule = {
  code: 'image-entry-shadowed-by-rename',
  severity: 'warning',
  summary: 'An earlier layer renamed the image, so an entry with the old name does nothing.',
  *check(input) {
    for (const dead of deadEntries(input.repository)) {
      if (dead.cause !== 'renamed') continue;
      const now = dead.image === undefined ? 'another name' : `"${dead.image.state.name.text}"`;
      const message = `"${dead.name}" has been renamed to ${now} before this entry runs, so it does nothing in ${whereDead(input, dead)}.`;
      yield deadFinding(input, dead, message, useName(input, dead, dead.image, 'use-renamed-name'));
    }
  },
};
