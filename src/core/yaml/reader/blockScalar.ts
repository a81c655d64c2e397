import { END, isBlank, isBreak, isBreakOrEnd, isDigit, SPACE, TAB } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';
import { scalarToken, YamlError } from './token.ts';

const REST_OF_LINE = /[^\n\r\x85\u2028\u2029]*/y;

/** A scalar below `|` or `>` (yaml_parser_scan_block_scalar). */
export function scanBlockScalar(cursor: Cursor, isLiteral: boolean): Token {
  const { text } = cursor;
  const opening = cursor.position++;
  const { chomping, increment } = scanHeader(cursor, opening);
  const start = cursor.position;
  const breaks: Breaks = {
    indent: increment === 0 ? 0 : cursor.indent >= 0 ? cursor.indent + increment : increment,
    text: '',
  };
  skipBreaks(cursor, breaks, opening);
  let value = '';
  let leadingBreak = '';
  let wasBlank = false;
  while (cursor.column === breaks.indent && cursor.at(cursor.position) !== END) {
    const isMore = isBlank(cursor.at(cursor.position));
    if (!isLiteral && !wasBlank && !isMore && leadingBreak === '\n') value += breaks.text === '' ? ' ' : breaks.text;
    else value += leadingBreak + breaks.text;
    breaks.text = '';
    wasBlank = isMore;
    const from = cursor.position;
    REST_OF_LINE.lastIndex = from;
    REST_OF_LINE.test(text);
    cursor.position = REST_OF_LINE.lastIndex;
    value += text.slice(from, cursor.position);
    leadingBreak = takeBreak(cursor);
    skipBreaks(cursor, breaks, opening);
  }
  if (chomping !== '-') value += leadingBreak;
  if (chomping === '+') value += breaks.text;
  const end = cursor.at(cursor.position) === END ? cursor.position : cursor.lineStart;
  return scalarToken(start, Math.max(start, end), value, isLiteral ? 'literal' : 'folded');
}

function scanHeader(cursor: Cursor, opening: number): { chomping: string; increment: number } {
  let chomping = '';
  let increment = 0;
  const chomp = (): void => {
    const code = cursor.at(cursor.position);
    if (code !== 43 && code !== 45) return;
    chomping = code === 43 ? '+' : '-';
    cursor.position++;
  };
  chomp();
  const digit = cursor.at(cursor.position);
  if (isDigit(digit)) {
    if (digit === 48) throw new YamlError('found an indentation indicator equal to 0', opening);
    increment = digit - 48;
    cursor.position++;
    if (chomping === '') chomp();
  }
  while (isBlank(cursor.at(cursor.position))) cursor.position++;
  if (cursor.at(cursor.position) === 35) while (!isBreakOrEnd(cursor.at(cursor.position))) cursor.position++;
  if (!isBreakOrEnd(cursor.at(cursor.position))) throw new YamlError('did not find expected comment or line break', opening);
  if (isBreak(cursor.at(cursor.position))) cursor.skipBreak();
  return { chomping, increment };
}

interface Breaks {
  /** Column of the text, 0 until it is known. */
  indent: number;
  /** Breaks of lines without text. */
  text: string;
}

function takeBreak(cursor: Cursor): string {
  const code = cursor.at(cursor.position);
  if (code === END) return '';
  cursor.skipBreak();
  return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
}

/** Passes over lines without text and over the indentation of the next one, which decides where the text is indented. */
function skipBreaks(cursor: Cursor, breaks: Breaks, opening: number): void {
  let deepest = 0;
  for (;;) {
    while ((breaks.indent === 0 || cursor.column < breaks.indent) && cursor.at(cursor.position) === SPACE) cursor.position++;
    deepest = Math.max(deepest, cursor.column);
    const code = cursor.at(cursor.position);
    if (code === TAB && (breaks.indent === 0 || cursor.column < breaks.indent))
      throw new YamlError('found a tab character where an indentation space is expected', opening);
    if (!isBreak(code)) break;
    breaks.text += takeBreak(cursor);
  }
  if (breaks.indent === 0) breaks.indent = Math.max(deepest, cursor.indent + 1, 1);
}
