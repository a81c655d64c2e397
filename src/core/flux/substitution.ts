/**
 * Variables of `postBuild` in the grammar of Flux's envsubst fork (github.com/fluxcd/pkg/envsubst, after drone/envsubst): `${v}`, `${v:-default}`,
 * `${v:=default}`, `${v=default}`, `${v/a/b}`, `${v:0:7}`, `${v^^}`, `${#v}`; `$$` stands for `$`; a plain `$v` is text.
 */

/** What a variable stands for: its text, nothing, or something that only the cluster knows. */
export type Lookup = (variable: string) => string | undefined | typeof UNKNOWN;
export const UNKNOWN = Symbol('known only in the cluster');

export interface Substitution {
  readonly text: string;
  /** Variables without value and default: Flux since 1.9 refuses to build. */
  readonly missing: readonly string[];
  /** Variables whose value is outside of the repository. */
  readonly unknown: readonly string[];
  /** The variable and whether its default was taken, where the text is exactly one `${...}`. */
  readonly sole: { readonly variable: string; readonly defaulted: boolean } | undefined;
}

/** Defaults within defaults beyond this are left as they are. */
const MAX_DEPTH = 50;

/** Substitutes all variables. Never throws; what is no valid expression stays as it is. */
export function substitute(text: string, lookup: Lookup, depth = 0): Substitution {
  if (depth > MAX_DEPTH) return { text, missing: [], unknown: [], sole: undefined };
  const missing: string[] = [];
  const unknown: string[] = [];
  let sole: Substitution['sole'];
  let result = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) break;
    result += text.slice(at, dollar);
    if (text[dollar + 1] === '$') {
      result += '$';
      at = dollar + 2;
      continue;
    }
    const end = text[dollar + 1] === '{' ? closing(text, dollar + 2) : -1;
    if (end < 0) {
      result += '$';
      at = dollar + 1;
      continue;
    }
    const expression = text.slice(dollar + 2, end);
    const value = evaluate(expression, lookup, missing, unknown, depth);
    if (value === undefined) result += text.slice(dollar, end + 1);
    else {
      result += value.text;
      if (dollar === 0 && end === text.length - 1) sole = { variable: value.variable, defaulted: value.defaulted };
    }
    at = end + 1;
  }
  return { text: result + text.slice(at), missing, unknown, sole };
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '$' && text[i + 1] === '{') {
      depth++;
      i++;
    } else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

interface Value {
  readonly text: string;
  readonly variable: string;
  readonly defaulted: boolean;
}

function evaluate(expression: string, lookup: Lookup, missing: string[], unknown: string[], depth: number): Value | undefined {
  const match = /^(#?)([A-Za-z_][A-Za-z0-9_]*)(.*)$/s.exec(expression);
  if (match === null) return undefined;
  const [, length = '', variable = '', operation = ''] = match;
  const found = lookup(variable);
  if (found === UNKNOWN) {
    unknown.push(variable);
    return { text: `\${${expression}}`, variable, defaulted: false };
  }
  const fallback = /^(?::-|:=|=|-)(.*)$/s.exec(operation);
  if (fallback !== null) {
    if (found !== undefined && found !== '') return { text: found, variable, defaulted: false };
    const inner = substitute(fallback[1] ?? '', lookup, depth + 1);
    missing.push(...inner.missing);
    unknown.push(...inner.unknown);
    return { text: inner.text, variable, defaulted: true };
  }
  if (found === undefined) {
    missing.push(variable);
    return { text: '', variable, defaulted: false };
  }
  if (length === '#') return { text: String(found.length), variable, defaulted: false };
  const text = transform(found, operation);
  return text === undefined ? undefined : { text, variable, defaulted: false };
}

function transform(value: string, operation: string): string | undefined {
  if (operation === '') return value;
  if (operation === '^^') return value.toUpperCase();
  if (operation === ',,') return value.toLowerCase();
  if (operation === '^') return value.charAt(0).toUpperCase() + value.slice(1);
  if (operation === ',') return value.charAt(0).toLowerCase() + value.slice(1);
  const range = /^:(-?\d+)(?::(-?\d+))?$/.exec(operation);
  if (range !== null) {
    const from = Number(range[1]);
    return range[2] === undefined ? value.slice(from) : value.slice(from, from + Number(range[2]));
  }
  const replace = /^(\/\/?|\/#|\/%)((?:\\.|[^/])*)\/(.*)$/s.exec(operation);
  if (replace !== null) {
    const [, kind = '/', from = '', to = ''] = replace;
    if (kind === '//') return value.replaceAll(from, () => to);
    if (kind === '/#') return value.startsWith(from) ? to + value.slice(from.length) : value;
    if (kind === '/%') return value.endsWith(from) ? value.slice(0, value.length - from.length) + to : value;
    return value.replace(from, () => to);
  }
  const trim = /^(##?|%%?)(.*)$/s.exec(operation);
  if (trim !== null) return trimmed(value, trim[1] ?? '', trim[2] ?? '');
  return undefined;
}

/** `#` and `%` cut a shell pattern off the front or the back; `*` stands for any text, doubled operators cut as much as they can. */
function trimmed(value: string, kind: string, pattern: string): string {
  const fromFront = kind.startsWith('#');
  const greedy = kind.length === 2;
  const characters = Array.from(value);
  const wanted = Array.from(pattern);
  const lengths = prefixLengths(fromFront ? characters : characters.toReversed(), fromFront ? wanted : wanted.toReversed());
  const cut = greedy ? lengths.at(-1) : lengths[0];
  if (cut === undefined) return value;
  return (fromFront ? characters.slice(cut) : characters.slice(0, characters.length - cut)).join('');
}

/** How long the prefixes are that a shell pattern matches, shortest first. Time grows with text times pattern, whatever the pattern. */
function prefixLengths(text: readonly string[], pattern: readonly string[]): number[] {
  let reached = Array.from({ length: text.length + 1 }, (_, length) => length === 0);
  for (const wanted of pattern) {
    const next = reached.map(() => false);
    for (let length = 0; length <= text.length; length++) {
      if (wanted === '*') next[length] = reached[length] === true || (length > 0 && next[length - 1] === true);
      else if (length > 0 && reached[length - 1] === true) next[length] = wanted === '?' || wanted === text[length - 1];
    }
    reached = next;
  }
  return reached.flatMap((is, length) => (is ? [length] : []));
}
