/** 23 `remote-ref-tag-mismatch`: a base from a repository at one version, and the image of that project at another (infra-deployments#1890). */
import { isRemote } from '../../kustomize/remote.ts';
import { shortName } from '../../oci/imageReference.ts';
import { compareTags } from '../../oci/tagOrder.ts';
import { classifyTag } from '../../oci/tagScheme.ts';
import type { ImageOverride } from '../../repository/model.ts';
import type { ScalarNode } from '../../yaml/node.ts';
import { placeOfField, textOf } from '../entryFields.ts';
import { editFix } from '../fix.ts';
import { perKustomization } from '../memo.ts';
import { lineOf, placeOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const remoteRefTagMismatch: Rule = {
  code: 'remote-ref-tag-mismatch',
  severity: 'information',
  summary: 'A remote base and the image of the same project are at different versions.',
  *check({ repository }) {
    for (const { entry, base } of mismatches(repository)) {
      const tag = textOf(entry, 'newTag');
      const other = placeOf(repository, base.scalar);
      const { newTag } = entry;
      if (newTag === undefined) continue;
      yield {
        message: `The base in line ${String(lineOf(repository, other))} is ${base.project} at ${shortened(base.ref)}, and this tag is ${shortened(tag)}: one of the two may have been left behind.`,
        place: placeOfField(repository, entry, 'newTag'),
        related: [{ place: other, message: `the base is at ${shortened(base.ref)}` }],
        fixes: [
          editFix('align-with-ref', `Use ${shortened(base.ref)}, as the base does`, [
            { type: 'set', scalar: newTag, text: base.ref },
          ]),
        ],
      };
    }
  },
};

interface RemoteBase {
  readonly scalar: ScalarNode;
  readonly project: string;
  readonly ref: string;
}

const mismatches = perKustomization(({ images, resources, components }): { entry: ImageOverride; base: RemoteBase }[] => {
  const bases = [...resources, ...components].flatMap(baseOf);
  if (bases.length === 0) return [];
  return images.flatMap((entry) => {
    const tag = textOf(entry, 'newTag');
    const names = ['name', 'newName'] as const;
    const projects = new Set(names.map((field) => shortName(textOf(entry, field))));
    const own = bases.filter(({ project }) => projects.has(project));
    const [base] = own;
    if (base === undefined || tag === '' || own.some(({ ref }) => ref === tag || compareTags(ref, tag).result === 'equal'))
      return [];
    return own.every(({ ref }) => isSameKind(ref, tag)) ? [{ entry, base }] : [];
  });
});

function baseOf(scalar: ScalarNode): RemoteBase[] {
  if (!isRemote(scalar.text)) return [];
  const [, ref] = /[?&](?:ref|version)=([^&]+)/.exec(scalar.text) ?? [];
  const [, project] = /^(?:[a-z+:]+\/\/)?(?:[^@/]+@)?[^/:]+[/:][^/?]+\/([^/?]+?)(?:\.git)?(?:[/?]|$)/.exec(scalar.text) ?? [];
  return ref === undefined || project === undefined ? [] : [{ scalar, project, ref }];
}

function isSameKind(a: string, b: string): boolean {
  const [one, other] = [classifyTag(a), classifyTag(b)];
  return one.kind === 'hash'
    ? other.kind === 'hash' && a.length === b.length
    : one.kind === 'version' && other.kind === 'version';
}

function shortened(version: string): string {
  return /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 7) : version;
}
