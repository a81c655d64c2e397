/** 31 `setter-policy-namespace`: an ImageUpdateAutomation takes policies of its own namespace only (image-automation-controller#361, flux2#2853). */
import { listed } from '../../text/listed.ts';
import { automationObjects, automationsOf, isBelow, setterMarkers } from '../automation.ts';
import type { Rule } from '../rule.ts';

export const setterPolicyNamespace: Rule = {
  code: 'setter-policy-namespace',
  severity: 'warning',
  summary: 'The ImagePolicy is in another namespace than the ImageUpdateAutomation that writes this file.',
  *check({ repository }) {
    const markers = setterMarkers(repository);
    if (markers.length === 0) return;
    const objects = automationObjects(repository);
    if (!objects.isComplete || objects.automations.some(({ namespace }) => namespace === '')) return;
    for (const { file, start, end, policy, block } of markers) {
      if (policy === undefined || block !== undefined || automationsOf(objects, policy.namespace).length > 0) continue;
      const writers = objects.automations.filter(({ directory }) => isBelow(file, directory));
      const isHere = objects.policies.some(({ namespace, name }) => namespace === policy.namespace && name === policy.name);
      if (writers.length === 0 || !isHere) continue;
      const names = listed([...new Set(writers.map(({ namespace, name }) => `${namespace}/${name}`))]);
      yield {
        message: `The ImagePolicy is in ${policy.namespace}, and the ImageUpdateAutomation ${names} takes only policies of its own namespace, so nothing writes this line.`,
        place: { file, start, end },
      };
    }
  },
};
