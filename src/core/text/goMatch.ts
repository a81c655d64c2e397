/** Patterns of Go's path.Match: `*` and `?` within a name, `[a-z]`, `[^a-z]`, and a backslash before what is meant literally. */

type Item = '*' | ((character: string) => boolean);

const known = new Map<string, readonly Item[] | undefined>();
const MAX_KNOWN = 2_000;

/** Whether the whole name matches; undefined for a malformed pattern. Goes back to the last star only, so that time grows with pattern times name. */
export function goMatch(pattern: string, name: string): boolean | undefined {
  if (!known.has(pattern)) {
    if (known.size > MAX_KNOWN) known.clear();
    known.set(pattern, patternItems(pattern, false));
  }
  const items = known.get(pattern);
  return items && matches(items, Array.from(name));
}

function matches(items: readonly Item[], name: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let lastStar = -1;
  let resume = 0;
  while (next < name.length) {
    const item = items[at];
    const character = name[next] ?? '';
    if (item === '*') {
      lastStar = at++;
      resume = next;
    } else if (item !== undefined && item(character)) {
      at++;
      next++;
    } else if (lastStar >= 0 && name[resume] !== '/') {
      at = lastStar + 1;
      next = ++resume;
    } else return false;
  }
  while (items[at] === '*') at++;
  return at === items.length;
}

/** The parts of a pattern, undefined where it is malformed. `crossesSlash`: whether wildcards stand for slashes too. */
export function patternItems(pattern: string, crossesSlash: boolean): Item[] | undefined {
  const items: Item[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*') items.push('*');
    else if (character === '?') items.push((other) => crossesSlash || other !== '/');
    else if (character === '[') {
      const found = classAt(characters, at + 1, crossesSlash);
      if (found === undefined) return undefined;
      items.push(found.fits);
      at = found.end;
    } else {
      const literal = character === '\\' ? characters[++at] : character;
      if (literal === undefined) return undefined;
      items.push((other) => other === literal);
    }
  }
  return items;
}

/** The class of characters that starts here; `end` is the place of its closing bracket. */
function classAt(
  characters: readonly string[],
  from: number,
  crossesSlash: boolean,
): { fits: (character: string) => boolean; end: number } | undefined {
  let at = from;
  const isNegated = characters[at] === '^';
  if (isNegated) at++;
  const ranges: (readonly [string, string])[] = [];
  const one = (): string | undefined => {
    const character = characters[at++];
    if (character === '-' || character === ']') return undefined;
    return character === '\\' ? characters[at++] : character;
  };
  while (characters[at] !== ']' || ranges.length === 0) {
    const low = one();
    let high = low;
    if (characters[at] === '-') {
      at++;
      high = one();
    }
    if (low === undefined || high === undefined) return undefined;
    ranges.push([low, high]);
  }
  const isIn = (character: string) => ranges.some(([low, high]) => low <= character && character <= high);
  return { fits: (character) => (crossesSlash || character !== '/') && isIn(character) !== isNegated, end: at };
}
