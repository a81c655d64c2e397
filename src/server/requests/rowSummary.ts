/** What matters most about several images, in a few words. */
import { driftOf, shownVersion } from '../../core/inventory/drift.ts';
import type { Inventory, PlacedImage } from '../../core/inventory/inventory.ts';
import type { ImageState } from '../../core/inventory/state.ts';
import { remarksOn, unknownWords, worst } from '../../core/inventory/state.ts';
import type { Problem } from '../../core/lint/problem.ts';
import type { GroupBy } from '../../protocol.ts';
import { problemWords, withProblems } from '../imageProblems.ts';
import type { Item, Scope } from './imageRows.ts';
import { byName } from './imageRows.ts';

/** So many environments or applications are named; of more, how many there are. */
const MOST_NAMED = 3;

/** What the state of an item depends on. */
export type Judged = Pick<Scope, 'inventory' | 'problemsOf'>;

/** What matters most across the members: `prod behind dev`, `dev does not build`, else how many images there are. */
export function summary(scope: Judged, members: readonly Item[], groupBy: GroupBy): { state: ImageState; words: string } {
  const { inventory } = scope;
  const states = members.map((item) => stateOf(scope, item));
  const state = worst(states);
  const which = [
    ...new Set(members.flatMap((item, index) => (states[index] === state ? [subgroupOf(item, groupBy)] : []))),
  ].filter((name) => name !== '');
  const names = groupBy === 'application' ? inventory.environments.filter((name) => which.includes(name)) : which.sort(byName);
  const place =
    names.length > MOST_NAMED
      ? `${String(names.length)} ${groupBy === 'application' ? 'environments' : 'applications'}`
      : names.join(', ');
  // Images without environment have no place to name.
  const before = place === '' ? '' : `${place}: `;
  const first = members.find((_, index) => states[index] === state);
  switch (state) {
    case 'error':
      return members.some(({ root }) => root.failure !== undefined)
        ? { state, words: `${place} ${names.length > 1 ? 'do' : 'does'} not build`.trim() }
        : { state, words: `${before}${problemWords(problemsOf(scope, members))}` };
    case 'warning': {
      const isUnpinned = members.some((item) => 'usage' in item && worst(remarksOf(scope, item)) === 'warning');
      return { state, words: `${before}${isUnpinned ? 'not pinned' : problemWords(problemsOf(scope, members))}` };
    }
    case 'unknown':
      return {
        state,
        words: `${names.length < new Set(members.map((item) => subgroupOf(item, groupBy))).size ? before : ''}${whyOf(first)}`,
      };
    case 'drift': {
      const drift = first !== undefined && 'usage' in first ? driftOf(inventory, first) : undefined;
      const relation = drift?.kind === 'behind' ? 'behind' : 'differs from';
      return {
        state,
        words:
          drift === undefined || groupBy === 'environment' ? `${place} ${relation}` : `${place} ${relation} ${drift.environment}`,
      };
    }
    default:
      return { state, words: imageCount(members) };
  }
}

export function imagesSummary(scope: Judged, members: readonly Item[]): { state: ImageState; words: string } {
  const state = worst(members.map((item) => stateOf(scope, item)));
  const odd = members.find((item) => stateOf(scope, item) === state);
  const remark = odd === undefined ? '' : 'usage' in odd ? mainRemark(scope, odd, state) : whyOf(odd);
  const tags = new Set(members.map((item) => ('usage' in item ? item.usage.tag : '')));
  const [tag = ''] = tags;
  const words = tags.size === 1 && tag !== '' ? tag : `${String(members.length)} images`;
  return { state, words: remark === '' || state === 'pinned' ? words : `${words}   ${remark}` };
}

/** What runs in each environment of an application with one image: `dev v2, prod v1`, `v1 in dev, prod`. '' where that is more than a few words. */
export function tagsOf(inventory: Inventory, members: readonly Item[]): string {
  const images = members.filter((item) => 'usage' in item);
  if (new Set(images.map(({ key }) => key)).size !== 1) return '';
  const tags = new Map<string, string>();
  for (const { environment, usage } of images) {
    const tag = shownVersion(usage);
    if ((tags.get(environment) ?? tag) !== tag) return '';
    tags.set(environment, tag);
  }
  const environments = inventory.environments.filter((environment) => tags.has(environment));
  const [first, ...others] = new Set(tags.values());
  if (first === undefined || first === '') return '';
  const names = environments.filter((environment) => environment !== '');
  if (others.length === 0) {
    if (names.length === 0) return first;
    return names.length > MOST_NAMED ? `${first} in ${String(names.length)} environments` : `${first} in ${names.join(', ')}`;
  }
  if (names.length !== environments.length || names.length > MOST_NAMED || others.includes('')) return '';
  return names.map((environment) => `${environment} ${tags.get(environment) ?? ''}`).join(', ');
}

function imageCount(members: readonly Item[]): string {
  const keys = new Set(members.flatMap((item) => ('usage' in item ? [item.key] : [])));
  return keys.size > 1 ? `${String(keys.size)} images` : '';
}

function whyOf(item: Item | undefined): string {
  if (item === undefined) return 'unknown';
  return unknownWords('usage' in item ? item.usage.why : item.why);
}

function mainRemark(scope: Judged, image: PlacedImage, state: ImageState): string {
  const [first] = remarksOn(scope.inventory, image);
  return first?.state === state || state === 'none' ? (first?.words ?? '') : problemWords(scope.problemsOf(image));
}

export function stateOf(scope: Judged, item: Item): ImageState {
  if ('usage' in item) return withProblems(worst(remarksOf(scope, item)), scope.problemsOf(item));
  return item.root.failure === undefined ? 'unknown' : 'error';
}

function remarksOf({ inventory }: Judged, image: PlacedImage): ImageState[] {
  return remarksOn(inventory, image).map(({ state }) => state);
}

/** All problems of the images, each once. */
function problemsOf(scope: Judged, members: readonly Item[]): readonly Problem[] {
  return [...new Set(members.flatMap((item) => ('usage' in item ? scope.problemsOf(item) : [])))];
}

export function subgroupOf(item: Item, groupBy: GroupBy): string {
  return groupBy === 'application' ? item.environment : item.application;
}
