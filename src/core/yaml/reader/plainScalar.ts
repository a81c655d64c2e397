import { END, isBlank, isBreak, mayStopPlain, TAB } from './characters.ts';
import { isBlankOrEnd } from './characters.ts';
import { foldBreaks } from './folding.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';
import { scalarToken, YamlError } from './token.ts';

/** A scalar without quotes, up to `: `, a comment, a line that is less indented, or an indicator in a flow collection (yaml_parser_scan_plain_scalar). */
export function scanPlainScalar(cursor: Cursor): Token {
  const { text } = cursor;
  const start = cursor.position;
  const inFlow = cursor.flowLevel > 0;
  const indent = cursor.indent + 1;
  let end = start;
  /** Lines that are complete, folded. */
  let value = '';
  let lineStart = start;
  let hasBroken = false;
  for (;;) {
    const run = endOfRun(cursor, cursor.position, inFlow);
    if (run === cursor.position) break;
    if (hasBroken) hasBroken = false;
    cursor.position = end = run;
    if (!isBlank(cursor.at(run)) && !isBreak(cursor.at(run))) break;
    const breaks = skipWhitespace(cursor, indent);
    hasBroken = breaks !== '';
    if (hasBroken && !inFlow && cursor.column < indent) break;
    if (cursor.at(cursor.position) === 35 || cursor.isAtDocumentIndicator()) break;
    if (hasBroken) {
      // Whether the text goes on is known only when there is more of it: what is folded here is cut off again if there is not.
      if (endOfRun(cursor, cursor.position, inFlow) === cursor.position) break;
      value += text.slice(lineStart, end) + foldBreaks(breaks);
      lineStart = cursor.position;
    }
  }
  if (hasBroken) cursor.allowsKey = true;
  value = lineStart === start ? text.slice(start, end) : value + text.slice(lineStart, end);
  return scalarToken(start, end, value, 'plain');
}

/** The end of the text without blanks that starts here. */
function endOfRun(cursor: Cursor, from: number, inFlow: boolean): number {
  const { text, length } = cursor;
  let offset = from;
  for (; offset < length; offset++) {
    const code = text.charCodeAt(offset);
    if (!mayStopPlain(code, inFlow)) continue;
    if (code !== 58) break;
    if (isBlankOrEnd(cursor.at(offset + 1))) break;
  }
  return offset;
}

/** Passes over blanks and line breaks; returns the breaks. */
function skipWhitespace(cursor: Cursor, indent: number): string {
  let breaks = '';
  for (let code = cursor.at(cursor.position); code !== END; code = cursor.at(cursor.position)) {
    if (isBreak(code)) {
      breaks += code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
      cursor.skipBreak();
    } else if (isBlank(code)) {
      if (breaks !== '' && code === TAB && cursor.column < indent)
        throw new YamlError('found a tab character that violates indentation', cursor.position);
      cursor.position++;
    } else break;
  }
  return breaks;
}
