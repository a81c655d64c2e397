/** 34 `setter-unreachable`: a marker where image automation never looks (image-automation-controller#387). */
import { isReadByAutomation } from '../../flux/setters.ts';
import type { SetterMarker } from '../../flux/setters.ts';
import { listed } from '../../text/listed.ts';
import type { AutomationObjects } from '../automation.ts';
import { automationObjects, automationsOf, isBelow, setterMarkers } from '../automation.ts';
import type { Rule } from '../rule.ts';

export const setterUnreachable: Rule = {
  code: 'setter-unreachable',
  severity: 'warning',
  summary: 'A marker stands where image automation never looks.',
  *check({ repository }) {
    const markers = setterMarkers(repository);
    if (markers.length === 0) return;
    const objects = automationObjects(repository);
    for (const marker of markers) {
      const why = reason(marker, objects);
      if (why !== undefined) yield { message: why, place: { file: marker.file, start: marker.start, end: marker.end } };
    }
  },
};

function reason({ file, policy, block }: SetterMarker, objects: AutomationObjects): string | undefined {
  if (block !== undefined)
    return 'Inside a block scalar this marker is text and no comment, so image automation never writes this line.';
  if (!isReadByAutomation(file))
    return 'Image automation reads .yaml and .yml files and those called Kustomization, so it never writes this line.';
  if (policy === undefined || objects.automations.some(({ namespace }) => namespace === '')) return undefined;
  const automations = automationsOf(objects, policy.namespace);
  if (automations.length === 0 || automations.some(({ directory }) => isBelow(file, directory))) return undefined;
  const paths = listed([...new Set(automations.map(({ path }) => path))]);
  return `The ImageUpdateAutomation of ${policy.namespace} writes below ${paths}, and this file is not there.`;
}
