/**
 * Path patterns as in VS Code's settings: `*` and `?` within a segment, `**` for any number of segments. Patterns come from repositories that nobody
 * has trusted yet, so that matching is by two pointers, not by regular expression: time grows with pattern times path, whatever the pattern.
 */

/** Whether the whole of `path` matches. `apps/*` does not match `apps/a/b`; `apps/**` does, and `apps` too. */
export function matchesGlob(pattern: string, path: string): boolean {
  return matches(split(pattern), split(path), '**', (segment, part) =>
    matches(Array.from(segment), Array.from(part), '*', matchesCharacter),
  );
}

/** Whether the pattern matches the path or a directory above it. */
export function matchesGlobOrParent(pattern: string, path: string): boolean {
  return matchesGlob(`${pattern}/**`, path);
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

function matchesCharacter(wanted: string, character: string): boolean {
  return wanted === '?' || wanted === character;
}

/** Whether `items` match `pattern`, where `star` stands for any number of items. Goes back to the last star only, which is enough. */
function matches(
  pattern: readonly string[],
  items: readonly string[],
  star: string,
  one: (wanted: string, item: string) => boolean,
): boolean {
  let at = 0;
  let next = 0;
  let lastStar = -1;
  let resume = 0;
  while (next < items.length) {
    const wanted = pattern[at];
    if (wanted === star) {
      lastStar = at++;
      resume = next;
    } else if (wanted !== undefined && one(wanted, items[next] ?? '')) {
      at++;
      next++;
    } else if (lastStar >= 0) {
      at = lastStar + 1;
      next = ++resume;
    } else return false;
  }
  while (pattern[at] === star) at++;
  return at === pattern.length;
}
