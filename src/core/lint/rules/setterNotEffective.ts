/** 35 `setter-not-effective`: image automation writes a line whose value another line overrides in every environment (flux2#2633). */
import type { SetterField } from '../../flux/setters.ts';
import type { ImageUsage } from '../../repository/model.ts';
import { listed } from '../../text/listed.ts';
import type { ScalarNode } from '../../yaml/node.ts';
import { setterMarkers } from '../automation.ts';
import { placeOf, placeOfOwner } from '../places.ts';
import type { Rule } from '../rule.ts';

const MOST_FILES = 3;

export const setterNotEffective: Rule = {
  code: 'setter-not-effective',
  severity: 'warning',
  summary: 'Image automation writes a line that decides nothing, because another line overrides it.',
  *check({ repository }) {
    for (const { file, policy, target, block } of setterMarkers(repository)) {
      const scalar = target?.value;
      if (policy === undefined || block !== undefined || scalar?.kind !== 'scalar') continue;
      const usages = repository.rootsUsing(file).flatMap((root) => root.usages.filter((usage) => passesThrough(usage, scalar)));
      if (usages.length === 0 || usages.some((usage) => usage.status !== 'exact' || decides(usage, scalar, policy.field)))
        continue;
      const owners = new Map(usages.flatMap(({ tagOwner }) => (tagOwner === undefined ? [] : [[tagOwner.scalar, tagOwner]])));
      const files = [...new Set([...owners.values()].map((owner) => owner.file))];
      const others =
        files.length > MOST_FILES ? [...files.slice(0, MOST_FILES), `${String(files.length - MOST_FILES)} more`] : files;
      yield {
        message: `Image automation writes this line, and ${listed(others)} ${files.length === 1 ? 'decides' : 'decide'} the tag instead: nothing runs what it writes.`,
        place: placeOf(repository, scalar),
        related: [...owners.values()]
          .slice(0, MOST_FILES)
          .map((owner) => ({ place: placeOfOwner(repository, owner), message: 'this line decides' })),
        usages,
      };
    }
  },
};

function passesThrough({ layers }: ImageUsage, scalar: ScalarNode): boolean {
  return layers.some(({ owners }) => owners.some((owner) => isSame(owner.scalar, scalar)));
}

function decides({ nameOwner, tagOwner, digestOwner }: ImageUsage, scalar: ScalarNode, field: SetterField): boolean {
  const owners = field === 'name' ? [nameOwner] : [tagOwner, digestOwner];
  return owners.some((owner) => owner !== undefined && isSame(owner.scalar, scalar));
}

/** Patches and values can copy a node; its place in the file stays. */
function isSame(a: ScalarNode, b: ScalarNode): boolean {
  return (
    a === b ||
    (a.start === b.start && a.source.file === b.source.file && a.source.within === undefined && b.source.within === undefined)
  );
}
