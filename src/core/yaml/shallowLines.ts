/**
 * Quoted texts and flow collections whose further lines are indented too little for the YAML specification. kustomize's parser (go-yaml) takes them, and
 * manifests are full of them: closing brackets below their key, descriptions that older controller-gen wrapped.
 */

export interface DeepenedText {
  readonly text: string;
  /** From an offset of `text` to the one of the original. */
  originalOffset(offset: number): number;
}

const BLANK_OR_COMMENT = /[ \t]*(?:#.*)?(?=\r?\n|$)/y;
const INDENTATION = /[ ]*(?:[-?][ \t]+)*/y;
const KEY = /(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s"'#[\]{},&*!|>%@`][^\n#]*?)[ \t]*:(?=[ \t]|\r?\n|$)[ \t]*/y;
const PROPERTIES = /(?:[&!][^\s,[\]{}]*[ \t]+)*/y;
const BLOCK_SCALAR = /[|>][-+0-9]*[ \t]*(?:#.*)?(?=\r?\n|$)/y;
const DOUBLE_QUOTED = /"(?:[^"\\]|\\[^])*"/y;
const SINGLE_QUOTED = /'(?:[^']|'')*'/y;
const FLOW_TOKEN = /"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|[[\]{}]|(?<=\s)#.*|[^"'[\]{}#]+|[^]/y;

/** The same text with those lines indented far enough; undefined where there is none. */
export function deepened(text: string): DeepenedText | undefined {
  const insertions: { readonly at: number; readonly count: number }[] = [];
  for (const { start, end, column } of continuedValues(text)) {
    for (let at = lineEnd(text, start); at < end; at = lineEnd(text, at)) {
      if (BLANK.test(text.slice(at, at + 1))) continue;
      const indentation = at + matchAt(/ */y, text, at).length;
      if (indentation - at <= column && indentation < end) insertions.push({ at, count: column + 1 - (indentation - at) });
    }
  }
  if (insertions.length === 0) return undefined;
  let [result, done, added] = ['', 0, 0];
  const shifts = insertions.map(({ at, count }) => {
    result += text.slice(done, at) + ' '.repeat(count);
    done = at;
    added += count;
    return { from: at + added, added };
  });
  return {
    text: result + text.slice(done),
    originalOffset(offset) {
      let [low, high] = [0, shifts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((shifts[middle]?.from ?? 0) <= offset) low = middle + 1;
        else high = middle;
      }
      return offset - (shifts[low - 1]?.added ?? 0);
    },
  };
}

const BLANK = /[\r\n]/;

/** Values in quotes or brackets that go on in further lines. `column`: that of the key or dash that they belong to. */
function* continuedValues(text: string): Iterable<{ readonly start: number; readonly end: number; readonly column: number }> {
  let at = 0;
  while (at < text.length) {
    const start = at;
    at = lineEnd(text, start);
    if (matches(BLANK_OR_COMMENT, text, start)) continue;
    const indentation = matchAt(INDENTATION, text, start);
    let position = start + indentation.length;
    let column = indentation.trimEnd() === '' ? indentation.length - 1 : indentation.trimEnd().length - 1;
    const key = matchAt(KEY, text, position);
    if (key !== '') {
      column = position - start;
      position += key.length;
    }
    position += matchAt(PROPERTIES, text, position).length;
    if (matches(BLOCK_SCALAR, text, position)) {
      at = blockEnd(text, at, column);
      continue;
    }
    const end = valueEnd(text, position);
    if (end <= at) continue;
    yield { start: position, end, column };
    at = lineEnd(text, end);
  }
}

/** Where a quoted text or a flow collection ends; `start` where there is none, or where it does not end. */
function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return start + matchAt(DOUBLE_QUOTED, text, start).length;
  if (first === "'") return start + matchAt(SINGLE_QUOTED, text, start).length;
  if (first !== '[' && first !== '{') return start;
  let depth = 0;
  for (let at = start; at < text.length;) {
    const token = matchAt(FLOW_TOKEN, text, at);
    at += token.length;
    if (token === '[' || token === '{') depth++;
    if ((token === ']' || token === '}') && --depth === 0) return at;
  }
  return start;
}

/** The first line behind a block scalar whose key or dash is in `column`. */
function blockEnd(text: string, start: number, column: number): number {
  let at = start;
  while (at < text.length) {
    const indentation = matchAt(/ */y, text, at).length;
    if (indentation <= column && !BLANK.test(text[at + indentation] ?? '\n')) break;
    at = lineEnd(text, at);
  }
  return at;
}

/** Where the next line starts. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
