/** 4 `image-name-not-textually-equal`: kustomize compares names as text, and knows nothing of docker.io and library (image-semantics.md A.3). */
import { deadEntries } from '../deadEntries.ts';
import { deadFinding, useName, whereDead } from '../deadFinding.ts';
import type { Rule } from '../rule.ts';

export const imageNameNotTextuallyEqual: Rule = {
  code: 'image-name-not-textually-equal',
  severity: 'warning',
  summary: 'The name means the same image in another spelling, and kustomize compares the text.',
  *check(input) {
    for (const dead of deadEntries(input.repository)) {
      if (dead.cause !== 'spelling') continue;
      const other = dead.image === undefined ? 'in another way' : `as "${dead.image.state.name.text}"`;
      const message = `The image "${dead.name}" is written ${other} in ${whereDead(input, dead)}, and kustomize compares the text: this entry does nothing.`;
      yield deadFinding(input, dead, message, useName(input, dead, dead.image, 'replace-name'));
    }
  },
};
