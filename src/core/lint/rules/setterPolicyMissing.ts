/** 30 `setter-policy-missing`: a marker names an ImagePolicy that is not there; image automation passes it over in silence (#361). */
import { closest, distance } from 'fastest-levenshtein';
import { automationObjects, setterMarkers } from '../automation.ts';
import { editFix } from '../fix.ts';
import type { Rule } from '../rule.ts';

const MOST_TYPOS = 3;

export const setterPolicyMissing: Rule = {
  code: 'setter-policy-missing',
  severity: 'warning',
  summary: 'A marker of image automation names an ImagePolicy that this repository does not have.',
  *check({ repository }) {
    const markers = setterMarkers(repository);
    if (markers.length === 0) return;
    const { policies, isComplete } = automationObjects(repository);
    // Policies of other repositories are nobody's mistake: only where this one has those of the namespace, one can be missing.
    if (!isComplete) return;
    for (const { file, start, end, policy, block } of markers) {
      if (policy === undefined || block !== undefined) continue;
      const names = policies.filter(({ namespace }) => namespace === policy.namespace).map(({ name }) => name);
      if (names.length === 0 || names.includes(policy.name)) continue;
      const nearest = closest(policy.name, names);
      const isTypo = distance(policy.name, nearest) <= MOST_TYPOS;
      const text = repository.file(file)?.text.slice(start, end) ?? '';
      const mended = text.replace(`${policy.namespace}:${policy.name}`, () => `${policy.namespace}:${nearest}`);
      yield {
        message: `There is no ImagePolicy ${policy.namespace}:${policy.name} in this repository, so image automation never writes this line${isTypo ? `; the nearest is ${nearest}` : ''}.`,
        place: { file, start, end },
        fixes: isTypo
          ? [editFix('replace-marker', `Name the policy ${nearest}`, [{ type: 'replace', file, start, end, text: mended }])]
          : [],
      };
    }
  },
};
