/** What stands between tokens: blanks, line breaks and comments (yaml_parser_scan_to_next_token, yaml_parser_scan_comments). */
import { isBlank, isBreak, isBreakOrEnd, SPACE, TAB } from './characters.ts';
import type { Cursor } from './cursor.ts';

/** How far version 3 looks behind a comment for another one. */
const MAX_COMMENT_GAP = 512;

/** Goes on to the next token. `isAfterDash`: behind the dash of an item. */
export function skipToToken(cursor: Cursor, isAfterDash: boolean): void {
  let hasBroken = false;
  for (;;) {
    let code = cursor.at(cursor.position);
    while (code === SPACE || (code === TAB && (cursor.flowLevel > 0 || !cursor.allowsKey))) code = cursor.at(++cursor.position);
    if (code === TAB && !hasBroken && cursor.isVersion3 && !isAfterDash) skipBlanksBeforeComment(cursor);
    if (cursor.at(cursor.position) === 35) skipComments(cursor);
    if (!isBreak(cursor.at(cursor.position))) return;
    cursor.skipBreak();
    hasBroken = true;
    if (cursor.flowLevel === 0) cursor.allowsKey = true;
  }
}

function skipBlanksBeforeComment(cursor: Cursor): void {
  let offset = cursor.position;
  while (isBlank(cursor.at(offset))) offset++;
  if (cursor.at(offset) === 35) cursor.position = offset;
}

function skipComments(cursor: Cursor): void {
  do {
    while (!isBreakOrEnd(cursor.at(cursor.position))) cursor.position++;
  } while (cursor.isVersion3 && findComment(cursor));
}

/** Goes on to a comment of which only blanks and line breaks are in the way, tabs too, which are no indentation elsewhere. */
function findComment(cursor: Cursor): boolean {
  let offset = cursor.position;
  while (offset - cursor.position < MAX_COMMENT_GAP && (isBlank(cursor.at(offset)) || isBreak(cursor.at(offset)))) offset++;
  if (cursor.at(offset) !== 35) return false;
  while (cursor.position < offset) {
    if (isBreak(cursor.at(cursor.position))) {
      cursor.skipBreak();
      if (cursor.flowLevel === 0) cursor.allowsKey = true;
    } else cursor.position++;
  }
  return true;
}
