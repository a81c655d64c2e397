import { END, isBlank, isBreak, mayStopPlain, TAB } from './characters.ts';
import { isBlankOrEnd } from './characters.ts';
import { foldBreaks } from './folding.ts';
import type { Scanner } from './scanner.ts';
import { scalarToken } from './scanner.ts';
import type { Token } from './token.ts';
import { YamlError } from './token.ts';

/** A scalar without quotes, up to `: `, a comment, a line that is less indented, or an indicator in a flow collection (yaml_parser_scan_plain_scalar). */
export function scanPlainScalar(scanner: Scanner): Token {
  const { text } = scanner;
  const start = scanner.position;
  const inFlow = scanner.flowLevel > 0;
  const indent = scanner.indent + 1;
  let end = start;
  /** Lines that are complete, folded. */
  let value = '';
  let lineStart = start;
  let hasBroken = false;
  for (;;) {
    const run = endOfRun(scanner, scanner.position, inFlow);
    if (run === scanner.position) break;
    if (hasBroken) hasBroken = false;
    scanner.position = end = run;
    if (!isBlank(scanner.at(run)) && !isBreak(scanner.at(run))) break;
    const breaks = skipWhitespace(scanner, indent);
    hasBroken = breaks !== '';
    if (hasBroken && !inFlow && scanner.column < indent) break;
    if (scanner.at(scanner.position) === 35 || scanner.isAtDocumentIndicator()) break;
    if (hasBroken) {
      // Whether the text goes on is known only when there is more of it: what is folded here is cut off again if there is not.
      if (endOfRun(scanner, scanner.position, inFlow) === scanner.position) break;
      value += text.slice(lineStart, end) + foldBreaks(breaks);
      lineStart = scanner.position;
    }
  }
  if (hasBroken) scanner.allowsKey = true;
  value = lineStart === start ? text.slice(start, end) : value + text.slice(lineStart, end);
  return scalarToken(start, end, value, 'plain');
}

/** The end of the text without blanks that starts here. */
function endOfRun(scanner: Scanner, from: number, inFlow: boolean): number {
  const { text, length } = scanner;
  let offset = from;
  for (; offset < length; offset++) {
    const code = text.charCodeAt(offset);
    if (!mayStopPlain(code, inFlow)) continue;
    if (code !== 58) break;
    if (isBlankOrEnd(scanner.at(offset + 1))) break;
  }
  return offset;
}

/** Passes over blanks and line breaks; returns the breaks. */
function skipWhitespace(scanner: Scanner, indent: number): string {
  let breaks = '';
  for (let code = scanner.at(scanner.position); code !== END; code = scanner.at(scanner.position)) {
    if (isBreak(code)) {
      breaks += code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
      scanner.skipBreak();
    } else if (isBlank(code)) {
      if (breaks !== '' && code === TAB && scanner.column < indent)
        throw new YamlError('found a tab character that violates indentation', scanner.position);
      scanner.position++;
    } else break;
  }
  return breaks;
}
