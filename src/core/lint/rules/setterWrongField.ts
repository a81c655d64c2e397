/** 33 `setter-wrong-field`: the marker asks for another part of the reference than the line holds. */
import type { SetterField, SetterMarker } from '../../flux/setters.ts';
import { splitReference } from '../../oci/imageReference.ts';
import { setterMarkers } from '../automation.ts';
import { editFix } from '../fix.ts';
import type { Rule } from '../rule.ts';

/** The part that a line with this key holds. */
const PART: Readonly<Record<string, SetterField>> = {
  newtag: 'tag',
  tag: 'tag',
  imagetag: 'tag',
  digest: 'digest',
  newname: 'name',
  repository: 'name',
};

export const setterWrongField: Rule = {
  code: 'setter-wrong-field',
  severity: 'error',
  summary: 'Image automation would write another part of the reference than the line holds.',
  *check({ repository }) {
    for (const marker of setterMarkers(repository)) {
      const { file, start, end, policy, block } = marker;
      const wanted = partOf(marker);
      if (policy === undefined || block !== undefined || wanted === undefined || wanted === policy.field) continue;
      const { namespace, name } = policy;
      const text = `# {"$imagepolicy": "${namespace}:${name}${wanted === '' ? '' : `:${wanted}`}"}`;
      yield {
        message: messageOf(marker, wanted),
        place: { file, start, end },
        fixes: [
          editFix(
            wanted === '' ? 'replace-marker' : 'add-tag-suffix',
            wanted === '' ? 'Write the whole reference' : `Write only the ${wanted} (:${wanted})`,
            [{ type: 'replace', file, start, end, text }],
          ),
        ],
      };
    }
  },
};

/** undefined where the line says nothing about it. */
function partOf({ target }: SetterMarker): SetterField | undefined {
  const key = target?.key.text.toLowerCase();
  if (target === undefined || key === undefined || target.value.kind !== 'scalar') return undefined;
  if (key !== 'image') return PART[key];
  const { tag, name } = splitReference(target.value.text);
  return name.includes('/') || tag !== undefined ? '' : undefined;
}

function messageOf({ policy, target }: SetterMarker, wanted: SetterField): string {
  const key = target?.key.text ?? '';
  if (wanted === '')
    return `This marker writes only the ${policy?.field ?? ''} into ${key}, and the name of the image would be lost: leave :${policy?.field ?? ''} away.`;
  const written = policy?.field === '' ? 'the whole reference, name:tag,' : `the ${policy?.field ?? ''}`;
  return `This marker writes ${written} into ${key}, which holds only the ${wanted}: add :${wanted} to the policy's name.`;
}
