import { END, isBlank, isBreak, isBreakOrEnd, isDigit, SPACE, TAB } from './characters.ts';
import type { Scanner } from './scanner.ts';
import { scalarToken } from './scanner.ts';
import type { Token } from './token.ts';
import { YamlError } from './token.ts';

/** A scalar below `|` or `>` (yaml_parser_scan_block_scalar). */
export function scanBlockScalar(scanner: Scanner, isLiteral: boolean): Token {
  const { text } = scanner;
  const opening = scanner.position++;
  const { chomping, increment } = scanHeader(scanner, opening);
  const start = scanner.position;
  const breaks: Breaks = {
    indent: increment === 0 ? 0 : scanner.indent >= 0 ? scanner.indent + increment : increment,
    text: '',
  };
  skipBreaks(scanner, breaks, opening);
  let value = '';
  let leadingBreak = '';
  let wasBlank = false;
  while (scanner.column === breaks.indent && scanner.at(scanner.position) !== END) {
    const isMore = isBlank(scanner.at(scanner.position));
    if (!isLiteral && !wasBlank && !isMore && leadingBreak === '\n') value += breaks.text === '' ? ' ' : breaks.text;
    else value += leadingBreak + breaks.text;
    breaks.text = '';
    wasBlank = isMore;
    const from = scanner.position;
    while (!isBreakOrEnd(scanner.at(scanner.position))) scanner.position++;
    value += text.slice(from, scanner.position);
    leadingBreak = takeBreak(scanner);
    skipBreaks(scanner, breaks, opening);
  }
  if (chomping !== '-') value += leadingBreak;
  if (chomping === '+') value += breaks.text;
  const end = scanner.at(scanner.position) === END ? scanner.position : scanner.lineStart;
  return scalarToken(start, Math.max(start, end), value, isLiteral ? 'literal' : 'folded');
}

function scanHeader(scanner: Scanner, opening: number): { chomping: string; increment: number } {
  let chomping = '';
  let increment = 0;
  const chomp = (): void => {
    const code = scanner.at(scanner.position);
    if (code !== 43 && code !== 45) return;
    chomping = code === 43 ? '+' : '-';
    scanner.position++;
  };
  chomp();
  const digit = scanner.at(scanner.position);
  if (isDigit(digit)) {
    if (digit === 48) throw new YamlError('found an indentation indicator equal to 0', opening);
    increment = digit - 48;
    scanner.position++;
    if (chomping === '') chomp();
  }
  while (isBlank(scanner.at(scanner.position))) scanner.position++;
  if (scanner.at(scanner.position) === 35) while (!isBreakOrEnd(scanner.at(scanner.position))) scanner.position++;
  if (!isBreakOrEnd(scanner.at(scanner.position))) throw new YamlError('did not find expected comment or line break', opening);
  if (isBreak(scanner.at(scanner.position))) scanner.skipBreak();
  return { chomping, increment };
}

interface Breaks {
  /** Column of the text, 0 until it is known. */
  indent: number;
  /** Breaks of lines without text. */
  text: string;
}

function takeBreak(scanner: Scanner): string {
  const code = scanner.at(scanner.position);
  if (code === END) return '';
  scanner.skipBreak();
  return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
}

/** Passes over lines without text and over the indentation of the next one, which decides where the text is indented. */
function skipBreaks(scanner: Scanner, breaks: Breaks, opening: number): void {
  let deepest = 0;
  for (;;) {
    while ((breaks.indent === 0 || scanner.column < breaks.indent) && scanner.at(scanner.position) === SPACE) scanner.position++;
    deepest = Math.max(deepest, scanner.column);
    const code = scanner.at(scanner.position);
    if (code === TAB && (breaks.indent === 0 || scanner.column < breaks.indent))
      throw new YamlError('found a tab character where an indentation space is expected', opening);
    if (!isBreak(code)) break;
    breaks.text += takeBreak(scanner);
  }
  if (breaks.indent === 0) breaks.indent = Math.max(deepest, scanner.indent + 1, 1);
}
