/** Anchors, aliases and tags of nodes (yaml_parser_scan_anchor, yaml_parser_scan_tag). */
import { isBlankOrEnd, isHex, isWord } from './characters.ts';
import type { Scanner } from './scanner.ts';
import type { Token } from './token.ts';
import { TokenType, YamlError } from './token.ts';

const BEHIND_ANCHOR = new Set([...'?:,]}%@`'].map((character) => character.charCodeAt(0)));

export function scanAnchor(scanner: Scanner, isAlias: boolean): Token {
  const opening = scanner.position++;
  const start = scanner.position;
  while (isWord(scanner.at(scanner.position))) scanner.position++;
  const next = scanner.at(scanner.position);
  if (scanner.position === start || !(isBlankOrEnd(next) || BEHIND_ANCHOR.has(next)))
    throw new YamlError('did not find expected alphabetic or numeric character', opening);
  return {
    type: isAlias ? TokenType.alias : TokenType.anchor,
    start: opening,
    end: scanner.position,
    value: scanner.text.slice(start, scanner.position),
    style: 'plain',
    handle: '',
  };
}

/** `!<uri>`, `!handle!suffix`, `!suffix` or `!`. The value is the suffix, '' for a lone `!`. */
export function scanTag(scanner: Scanner): Token {
  const opening = scanner.position;
  let handle = '';
  let value: string;
  if (scanner.at(opening + 1) === 60) {
    scanner.position += 2;
    value = scanUri(scanner, opening, '', false);
    if (scanner.at(scanner.position) !== 62) throw new YamlError("did not find the expected '>'", opening);
    scanner.position++;
  } else {
    handle = scanHandle(scanner, opening, false);
    if (handle.length > 1 && handle.endsWith('!')) value = scanUri(scanner, opening, '', false);
    else {
      value = scanUri(scanner, opening, handle.slice(1), true);
      handle = '!';
    }
  }
  if (!isBlankOrEnd(scanner.at(scanner.position))) throw new YamlError('did not find expected whitespace or line break', opening);
  return { type: TokenType.tag, start: opening, end: scanner.position, value, style: 'plain', handle };
}

export function scanHandle(scanner: Scanner, opening: number, inDirective: boolean): string {
  const start = scanner.position;
  if (scanner.at(start) !== 33) throw new YamlError("did not find expected '!'", opening);
  scanner.position++;
  while (isWord(scanner.at(scanner.position))) scanner.position++;
  if (scanner.at(scanner.position) === 33) scanner.position++;
  else if (inDirective && scanner.position !== start + 1) throw new YamlError("did not find expected '!'", opening);
  return scanner.text.slice(start, scanner.position);
}

const URI = new Set([...";/?:@&=+$,.!~*'()[]%"].map((character) => character.charCodeAt(0)));

/** A URI, or the rest of one that starts with `head`. `mayBeEmpty`: for a tag without suffix. */
export function scanUri(scanner: Scanner, opening: number, head: string, mayBeEmpty: boolean): string {
  const start = scanner.position;
  let code = scanner.at(start);
  while (isWord(code) || URI.has(code)) {
    if (code === 37) {
      if (!isHex(scanner.at(scanner.position + 1)) || !isHex(scanner.at(scanner.position + 2)))
        throw new YamlError('did not find URI escaped octet', opening);
      scanner.position += 2;
    }
    code = scanner.at(++scanner.position);
  }
  if (scanner.position === start && !mayBeEmpty) throw new YamlError('did not find expected tag URI', opening);
  return head + scanner.text.slice(start, scanner.position);
}
