import { END, isBlank, isBlankOrEnd, isBreak, isHex } from './characters.ts';
import { foldBreaks } from './folding.ts';
import type { Scanner } from './scanner.ts';
import { scalarToken } from './scanner.ts';
import type { Token } from './token.ts';
import { YamlError } from './token.ts';

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
export function scanQuotedScalar(scanner: Scanner, isSingle: boolean): Token {
  const { text } = scanner;
  const quote = isSingle ? 39 : 34;
  const opening = scanner.position++;
  const start = scanner.position;
  const style = isSingle ? 'single' : 'double';
  let value = '';
  /** Start of the text that is not yet in `value`. */
  let from = start;
  for (;;) {
    if (scanner.isAtDocumentIndicator()) throw new YamlError('found unexpected document indicator', opening);
    const code = scanner.at(scanner.position);
    if (code === END) throw new YamlError('found unexpected end of stream', opening);
    if (code === quote) {
      if (isSingle && scanner.at(scanner.position + 1) === quote) {
        value += text.slice(from, scanner.position + 1);
        scanner.position += 2;
        from = scanner.position;
        continue;
      }
      value = from === start ? text.slice(start, scanner.position) : value + text.slice(from, scanner.position);
      return scalarToken(start, scanner.position++, value, style);
    }
    if (isBlankOrEnd(code)) {
      const end = scanner.position;
      const breaks = skipWhitespace(scanner);
      if (breaks === '') continue;
      value += text.slice(from, end) + foldBreaks(breaks);
      from = scanner.position;
    } else if (code === 92 && !isSingle) {
      value += text.slice(from, scanner.position);
      value += isBreak(scanner.at(scanner.position + 1)) ? joinLines(scanner) : escaped(scanner, opening);
      from = scanner.position;
    } else scanner.position++;
  }
}

/** Passes over blanks and breaks; returns the breaks. */
function skipWhitespace(scanner: Scanner): string {
  let breaks = '';
  for (;;) {
    const code = scanner.at(scanner.position);
    if (isBlank(code)) scanner.position++;
    else if (isBreak(code)) {
      breaks += code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
      scanner.skipBreak();
    } else return breaks;
  }
}

/** A backslash at the end of a line: the lines are one. Empty lines below it stay. */
function joinLines(scanner: Scanner): string {
  scanner.position++;
  scanner.skipBreak();
  return skipWhitespace(scanner);
}

function escaped(scanner: Scanner, opening: number): string {
  const code = scanner.at(scanner.position + 1);
  const length = code === 120 ? 2 : code === 117 ? 4 : code === 85 ? 8 : 0;
  const known = ESCAPES.get(code);
  scanner.position += 2;
  if (length === 0) {
    if (known === undefined) throw new YamlError('found unknown escape character', opening);
    return known;
  }
  let number = 0;
  for (let i = 0; i < length; i++) {
    const digit = scanner.at(scanner.position++);
    if (!isHex(digit)) throw new YamlError('did not find expected hexdecimal number', opening);
    number = number * 16 + Number.parseInt(String.fromCharCode(digit), 16);
  }
  if ((number >= 0xd800 && number <= 0xdfff) || number > 0x10ffff)
    throw new YamlError('found invalid Unicode character escape code', opening);
  return String.fromCodePoint(number);
}
