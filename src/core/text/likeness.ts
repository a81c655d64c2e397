import { distance } from 'fastest-levenshtein';

/** 1 for texts that are equal but for capital letters, dashes and underscores; 0 for texts that share nothing. */
export function likeness(a: string, b: string): number {
  const [left, right] = [plain(a), plain(b)];
  return 1 - distance(left, right) / Math.max(left.length, right.length, 1);
}

/** The names that are most like `wanted` first; those that are equally so in their own order. */
export function byLikeness(wanted: string, names: Iterable<string>): string[] {
  return [...names]
    .map((name) => ({ name, like: likeness(wanted, name) }))
    .sort((a, b) => b.like - a.like)
    .map(({ name }) => name);
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[-_]/g, '');
}
