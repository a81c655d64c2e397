import type { ComparedTag, Comparison } from '../protocol/comparison.ts';

/** Two texts to be shown side by side. */
export interface ComparisonPart {
  readonly key: string;
  /** For people, and different for each part. */
  readonly name: string;
  /** '' where a side does not have it. */
  readonly left: string;
  readonly right: string;
}

/** The tags first, then each object that differs; nothing where nothing does. */
export function comparisonParts({ tags, manifests, folded, notes }: Comparison): ComparisonPart[] {
  const objects = manifests.map(({ build, kind, name, left, right }) => ({
    key: [build, kind, name].join('\n'),
    name: `${kind} ${name} (${build})`,
    left,
    right,
  }));
  if (objects.length === 0 && notes.length === 0 && tags.every(({ differs }) => !differs)) return [];
  const header = [...notes, ...folded.map((what) => `not shown, because it always differs: ${what}`)];
  const lines = (side: 'left' | 'right') => [
    ...header.map((line) => `# ${line.replaceAll('\n', ' ')}\n`),
    ...tags.flatMap((tag) => (tag[side] === '' ? [] : [`${placeOf(tag)}: ${tag[side]}\n`])),
  ];
  return [{ key: 'tags', name: 'Tags', left: lines('left').join(''), right: lines('right').join('') }, ...objects];
}

function placeOf({ application, environment, image }: ComparedTag): string {
  return [application, image, environment].filter((name) => name !== '').join(' \u00B7 ');
}
