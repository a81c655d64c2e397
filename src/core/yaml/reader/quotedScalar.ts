import { END, isBlank, isBlankOrEnd, isBreak, isHex } from './characters.ts';
import { foldBreaks } from './folding.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';
import { scalarToken, YamlError } from './token.ts';

const ESCAPES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    0: '\0',
    a: '\x07',
    b: '\b',
    t: '\t',
    '\t': '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\x1b',
    ' ': ' ',
    '"': '"',
    "'": "'",
    '\\': '\\',
    N: '\x85',
    _: '\xa0',
    L: '\u2028',
    P: '\u2029',
  }).map(([key, value]) => [key.charCodeAt(0), value]),
);

/** A scalar in quotes (yaml_parser_scan_flow_scalar). */
export function scanQuotedScalar(cursor: Cursor, isSingle: boolean): Token {
  const { text } = cursor;
  const quote = isSingle ? 39 : 34;
  const opening = cursor.position++;
  const start = cursor.position;
  const style = isSingle ? 'single' : 'double';
  let value = '';
  /** Start of the text that is not yet in `value`. */
  let from = start;
  for (;;) {
    if (cursor.isAtDocumentIndicator()) throw new YamlError('found unexpected document indicator', opening);
    const code = cursor.at(cursor.position);
    if (code === END) throw new YamlError('found unexpected end of stream', opening);
    if (code === quote) {
      if (isSingle && cursor.at(cursor.position + 1) === quote) {
        value += text.slice(from, cursor.position + 1);
        cursor.position += 2;
        from = cursor.position;
        continue;
      }
      value = from === start ? text.slice(start, cursor.position) : value + text.slice(from, cursor.position);
      return scalarToken(start, cursor.position++, value, style);
    }
    if (isBlankOrEnd(code)) {
      const end = cursor.position;
      const breaks = skipWhitespace(cursor);
      if (breaks === '') continue;
      value += text.slice(from, end) + foldBreaks(breaks);
      from = cursor.position;
    } else if (code === 92 && !isSingle) {
      value += text.slice(from, cursor.position);
      value += isBreak(cursor.at(cursor.position + 1)) ? joinLines(cursor) : escaped(cursor, opening);
      from = cursor.position;
    } else cursor.position++;
  }
}

/** Passes over blanks and breaks; returns the breaks. */
function skipWhitespace(cursor: Cursor): string {
  let breaks = '';
  for (;;) {
    const code = cursor.at(cursor.position);
    if (isBlank(code)) cursor.position++;
    else if (isBreak(code)) {
      breaks += code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
      cursor.skipBreak();
    } else return breaks;
  }
}

/** A backslash at the end of a line: the lines are one. Empty lines below it stay. */
function joinLines(cursor: Cursor): string {
  cursor.position++;
  cursor.skipBreak();
  return skipWhitespace(cursor);
}

function escaped(cursor: Cursor, opening: number): string {
  const code = cursor.at(cursor.position + 1);
  const length = code === 120 ? 2 : code === 117 ? 4 : code === 85 ? 8 : 0;
  const known = ESCAPES.get(code);
  cursor.position += 2;
  if (length === 0) {
    if (known === undefined) throw new YamlError('found unknown escape character', opening);
    return known;
  }
  let number = 0;
  for (let i = 0; i < length; i++) {
    const digit = cursor.at(cursor.position++);
    if (!isHex(digit)) throw new YamlError('did not find expected hexdecimal number', opening);
    number = number * 16 + Number.parseInt(String.fromCharCode(digit), 16);
  }
  if ((number >= 0xd800 && number <= 0xdfff) || number > 0x10ffff)
    throw new YamlError('found invalid Unicode character escape code', opening);
  return String.fromCodePoint(number);
}
