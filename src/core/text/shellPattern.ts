/** Shell patterns that cut something off a text: `*` for any text, `?`, `[a-z]`, and a backslash before what is meant literally. */
import { patternItems } from './goMatch.ts';

/**
 * How long the beginnings of a text are that match a pattern as a whole, shortest first, the empty one left out; undefined for a malformed pattern. Time grows
 * with text times pattern, whatever the pattern.
 */
export function matchingPrefixes(pattern: string, text: readonly string[]): number[] | undefined {
  const items = patternItems(pattern, true);
  if (items === undefined) return undefined;
  let reached = Array.from({ length: text.length + 1 }, (_, length) => length === 0);
  for (const item of items) {
    const next = reached.map(() => false);
    for (let length = 0; length <= text.length; length++) {
      if (item === '*') next[length] = reached[length] === true || (length > 0 && next[length - 1] === true);
      else if (length > 0 && reached[length - 1] === true) next[length] = item(text[length - 1] ?? '');
    }
    reached = next;
  }
  return reached.flatMap((is, length) => (is && length > 0 ? [length] : []));
}
