/** What line breaks within a scalar on several lines become: one break a space, more of them one less; separators of Unicode stay. */
export function foldBreaks(breaks: string): string {
  if (!breaks.startsWith('\n')) return breaks;
  return breaks.length === 1 ? ' ' : breaks.slice(1);
}
