/** Which of two tags is newer. Never guesses: tags of different families are incomparable (image-semantics.md D.2). */
import { classifyTag } from './tagScheme.ts';
import type { TagRest, TagScheme } from './tagScheme.ts';

export type TagDifferenceKind =
  'major' | 'minor' | 'patch' | 'build' | 'prerelease' | 'commit' | 'revision' | 'day' | 'time' | 'number';

/** The most significant part in which two tags differ. */
export interface TagDifference {
  readonly kind: TagDifferenceKind;
  /** How far apart they are in that part, where that is a meaningful count (1.4.0 and 1.2.0: 2 minors); 0 where it is not. */
  readonly amount: number;
}

export type TagComparison =
  | { readonly result: 'newer' | 'older'; readonly difference: TagDifference }
  /** `note` says what differs although the order is the same; '' for equal text. */
  | { readonly result: 'equal'; readonly note: '' | 'v-prefix' | 'build' | 'spelling' }
  | { readonly result: 'incomparable' };

type Ordered = Extract<TagScheme, { family: string }>;

const INCOMPARABLE: TagComparison = { result: 'incomparable' };
const VERSION_PARTS: readonly TagDifferenceKind[] = ['major', 'minor', 'patch', 'build'];
const MILLISECONDS_PER_DAY = 86_400_000;

/** How `a` stands to `b`: `newer` means that `a` comes after `b`. */
export function compareTags(a: string, b: string): TagComparison {
  const [first, second] = [classifyTag(a), classifyTag(b)];
  if (a === b) return first.kind === 'moving' ? INCOMPARABLE : { result: 'equal', note: '' };
  if (!('family' in first) || !('family' in second) || first.family !== second.family) return INCOMPARABLE;
  return (
    compareNumbers(first, second) ??
    compareRest(first.rest, second.rest) ?? { result: 'equal', note: equalityNote(first, second) }
  );
}

/** Newest first within each family; families, and tags without order, stay in the order in which they first appear. */
export function sortTags(tags: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const tag of tags) {
    const scheme = classifyTag(tag);
    const key = 'family' in scheme ? scheme.family : `\n${tag}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [tag]);
    else group.push(tag);
  }
  const sign = { newer: -1, older: 1, equal: 0, incomparable: 0 } as const;
  return [...groups.values()].flatMap((group) => group.sort((a, b) => sign[compareTags(a, b).result]));
}

/** A few words such as `2 minors newer` or `newer`; '' where there is no order. */
export function describeComparison(comparison: TagComparison): string {
  if (comparison.result === 'incomparable') return '';
  if (comparison.result === 'equal') return 'equal';
  const { kind, amount } = comparison.difference;
  if (amount === 0 || kind === 'number' || kind === 'prerelease') return comparison.result;
  return `${String(amount)} ${amount === 1 ? kind : plural(kind)} ${comparison.result}`;
}

function plural(kind: TagDifferenceKind): string {
  return kind === 'patch' ? 'patches' : `${kind}s`;
}

function compareNumbers(first: Ordered, second: Ordered): TagComparison | undefined {
  const index = first.numbers.findIndex((part, at) => part !== second.numbers[at]);
  if (index < 0) return undefined;
  const [a, b] = [first.numbers[index] ?? 0n, second.numbers[index] ?? 0n];
  return order(a > b, numberDifference(first, second, index, a > b ? a - b : b - a));
}

function numberDifference(first: Ordered, second: Ordered, index: number, distance: bigint): TagDifference {
  switch (first.kind) {
    case 'version':
      return { kind: VERSION_PARTS[index] ?? 'build', amount: Number(distance) };
    case 'date':
      return index < 3 ? { kind: 'day', amount: Math.abs(day(first) - day(second)) } : { kind: 'time', amount: 0 };
    case 'time':
      return { kind: 'time', amount: 0 };
    case 'number':
      return { kind: 'number', amount: Number(distance) };
  }
}

/** Days since 1970. */
function day({ numbers: [year = 0n, month = 0n, date = 0n] }: Ordered): number {
  return Math.floor(Date.UTC(Number(year), Number(month) - 1, Number(date)) / MILLISECONDS_PER_DAY);
}

/** Prerelease before release, tagged commit before the commits after it, lower packaging revision before higher. undefined for equal. */
function compareRest(first: TagRest, second: TagRest): TagComparison | undefined {
  const prerelease = comparePrereleases(first.prerelease, second.prerelease);
  if (prerelease !== undefined) return prerelease;
  if (first.commits !== second.commits)
    return order(first.commits > second.commits, { kind: 'commit', amount: Math.abs(first.commits - second.commits) });
  if (first.revision !== second.revision)
    return order(first.revision > second.revision, {
      kind: 'revision',
      amount: Math.min(first.revision, second.revision) < 0 ? 0 : Math.abs(first.revision - second.revision),
    });
  // Two commits with the same numbers: nothing says which came first.
  return first.hash === second.hash ? undefined : INCOMPARABLE;
}

function comparePrereleases(first: TagRest['prerelease'], second: TagRest['prerelease']): TagComparison | undefined {
  if (first === undefined || second === undefined)
    return first === second ? undefined : order(first === undefined, { kind: 'prerelease', amount: 0 });
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const [a, b] = [first[index], second[index]];
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return order(a > b, { kind: 'prerelease', amount: Math.abs(a - b) });
    // rc comes before rc1; the words compare by alphabet: alpha, beta, rc.
    if (a === undefined || b === undefined) return order(b === undefined, { kind: 'prerelease', amount: 0 });
    return order(String(a) > String(b), { kind: 'prerelease', amount: 0 });
  }
  return undefined;
}

function equalityNote(first: Ordered, second: Ordered): 'v-prefix' | 'build' | 'spelling' {
  if (first.rest.build !== second.rest.build) return 'build';
  return first.vPrefix === second.vPrefix ? 'spelling' : 'v-prefix';
}

function order(newer: boolean, difference: TagDifference): TagComparison {
  return { result: newer ? 'newer' : 'older', difference };
}
