/** Anchors, aliases and tags of nodes (yaml_parser_scan_anchor, yaml_parser_scan_tag). */
import { isBlankOrEnd, isHex, isWord } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';
import { TokenType, YamlError } from './token.ts';

const BEHIND_ANCHOR = new Set(Array.from('?:,]}%@`', (character) => character.charCodeAt(0)));

export function scanAnchor(cursor: Cursor, isAlias: boolean): Token {
  const opening = cursor.position++;
  const start = cursor.position;
  while (isWord(cursor.at(cursor.position))) cursor.position++;
  const next = cursor.at(cursor.position);
  if (cursor.position === start || !(isBlankOrEnd(next) || BEHIND_ANCHOR.has(next)))
    throw new YamlError('did not find expected alphabetic or numeric character', opening);
  return {
    type: isAlias ? TokenType.alias : TokenType.anchor,
    start: opening,
    end: cursor.position,
    value: cursor.text.slice(start, cursor.position),
    style: 'plain',
    handle: '',
  };
}

/** `!<uri>`, `!handle!suffix`, `!suffix` or `!`. The value is the suffix, '' for a lone `!`. */
export function scanTag(cursor: Cursor): Token {
  const opening = cursor.position;
  let handle = '';
  let value: string;
  if (cursor.at(opening + 1) === 60) {
    cursor.position += 2;
    value = scanUri(cursor, opening, '', false);
    if (cursor.at(cursor.position) !== 62) throw new YamlError("did not find the expected '>'", opening);
    cursor.position++;
  } else {
    handle = scanHandle(cursor, opening, false);
    if (handle.length > 1 && handle.endsWith('!')) value = scanUri(cursor, opening, '', false);
    else {
      value = scanUri(cursor, opening, handle.slice(1), true);
      handle = '!';
    }
  }
  if (!isBlankOrEnd(cursor.at(cursor.position))) throw new YamlError('did not find expected whitespace or line break', opening);
  return { type: TokenType.tag, start: opening, end: cursor.position, value, style: 'plain', handle };
}

export function scanHandle(cursor: Cursor, opening: number, inDirective: boolean): string {
  const start = cursor.position;
  if (cursor.at(start) !== 33) throw new YamlError("did not find expected '!'", opening);
  cursor.position++;
  while (isWord(cursor.at(cursor.position))) cursor.position++;
  if (cursor.at(cursor.position) === 33) cursor.position++;
  else if (inDirective && cursor.position !== start + 1) throw new YamlError("did not find expected '!'", opening);
  return cursor.text.slice(start, cursor.position);
}

const URI = new Set(Array.from(";/?:@&=+$,.!~*'()[]%", (character) => character.charCodeAt(0)));

/** A URI, or the rest of one that starts with `head`. `mayBeEmpty`: for a tag without suffix. */
export function scanUri(cursor: Cursor, opening: number, head: string, mayBeEmpty: boolean): string {
  const start = cursor.position;
  let code = cursor.at(start);
  while (isWord(code) || URI.has(code)) {
    if (code === 37) {
      if (!isHex(cursor.at(cursor.position + 1)) || !isHex(cursor.at(cursor.position + 2)))
        throw new YamlError('did not find URI escaped octet', opening);
      cursor.position += 2;
    }
    code = cursor.at(++cursor.position);
  }
  if (cursor.position === start && !mayBeEmpty) throw new YamlError('did not find expected tag URI', opening);
  return head + cursor.text.slice(start, cursor.position);
}
