/** Which parts of object names only say in which environment the object is: `dev-` and `prod-`, `-staging` and nothing. */
import type { RenderedObject } from './renderedObjects.ts';

/** What the names of one rendering have around the name that both have. */
export interface Affixes {
  readonly prefix: string;
  readonly suffix: string;
}

export const NO_AFFIXES: Affixes = { prefix: '', suffix: '' };

/** kustomize's hash behind the name of a generated ConfigMap or Secret; it differs where the content does. */
const HASH = /-[2456789bcdfghkmt]{10}$/;

export function withoutHash(kind: string, name: string): string {
  return kind === 'ConfigMap' || kind === 'Secret' ? name.replace(HASH, '') : name;
}

/** The name without what says where it is; the name itself where nothing would be left. */
export function bareName(name: string, { prefix, suffix }: Affixes): string {
  const start = prefix !== '' && name.startsWith(prefix) ? prefix.length : 0;
  const end = suffix !== '' && name.endsWith(suffix) ? name.length - suffix.length : name.length;
  return end <= start ? name : name.slice(start, end);
}

/**
 * The affixes by which most objects of the two renderings become the same: every pair of objects of one kind whose names share a part votes for what is
 * left around it.
 */
export function affixesOf(
  left: readonly RenderedObject[],
  right: readonly RenderedObject[],
): readonly [left: Affixes, right: Affixes] {
  const known = new Set(right.map(identity));
  const unmatched = left.filter((object) => !known.has(identity(object)));
  if (unmatched.length === 0) return [NO_AFFIXES, NO_AFFIXES];
  const votes = new Map<string, { readonly pair: readonly [Affixes, Affixes]; readonly names: Set<string> }>();
  for (const one of unmatched)
    for (const other of right) {
      if (one.kind !== other.kind || one.group !== other.group) continue;
      for (const pair of affixPairs(withoutHash(one.kind, one.name), withoutHash(other.kind, other.name))) {
        const key = JSON.stringify(pair);
        const vote = votes.get(key) ?? { pair, names: new Set() };
        vote.names.add(identity(one));
        votes.set(key, vote);
      }
    }
  const length = (pair: readonly [Affixes, Affixes]) =>
    pair.reduce((sum, { prefix, suffix }) => sum + prefix.length + suffix.length, 0);
  const [best] = [...votes.values()].sort((a, b) => b.names.size - a.names.size || length(a.pair) - length(b.pair));
  return best?.pair ?? [NO_AFFIXES, NO_AFFIXES];
}

function identity({ group, kind, name }: RenderedObject): string {
  return `${group}/${kind}/${withoutHash(kind, name)}`;
}

/** What can be taken away from both names so that they are the same, in whole words. */
function affixPairs(one: string, other: string): (readonly [Affixes, Affixes])[] {
  const [a, b] = [one.split('-'), other.split('-')];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length && tail < b.length && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const pairs: (readonly [Affixes, Affixes])[] = [];
  if (tail > 0)
    pairs.push([
      { prefix: before(a, tail), suffix: '' },
      { prefix: before(b, tail), suffix: '' },
    ]);
  if (head > 0)
    pairs.push([
      { prefix: '', suffix: behind(a, head) },
      { prefix: '', suffix: behind(b, head) },
    ]);
  return pairs;
}

function before(words: readonly string[], shared: number): string {
  return words
    .slice(0, words.length - shared)
    .map((word) => `${word}-`)
    .join('');
}

function behind(words: readonly string[], shared: number): string {
  return words
    .slice(shared)
    .map((word) => `-${word}`)
    .join('');
}
