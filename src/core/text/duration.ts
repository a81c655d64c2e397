/** How long something took, in words. */

const UNITS: readonly (readonly [word: string, milliseconds: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** In its largest unit, rounded down: `12 days`, `1 hour`, `40 seconds`. */
export function durationWords(milliseconds: number): string {
  const [word, size] = UNITS.find(([, one]) => milliseconds >= one) ?? ['second', 1000];
  const amount = Math.floor(milliseconds / size);
  return `${String(amount)} ${word}${amount === 1 ? '' : 's'}`;
}
