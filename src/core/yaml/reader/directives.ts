/** `%YAML` and `%TAG` lines (yaml_parser_scan_directive). */
import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, isWord } from './characters.ts';
import { scanHandle, scanUri } from './properties.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';
import { TokenType, YamlError } from './token.ts';

export function scanDirective(cursor: Cursor): Token {
  const start = cursor.position++;
  const nameStart = cursor.position;
  while (isWord(cursor.at(cursor.position))) cursor.position++;
  const name = cursor.text.slice(nameStart, cursor.position);
  if (name === '') throw new YamlError('could not find expected directive name', start);
  if (!isBlankOrEnd(cursor.at(cursor.position))) throw new YamlError('found unexpected non-alphabetical character', start);
  skipBlanks(cursor);
  let token: Token;
  if (name === 'YAML') token = version(cursor, start);
  else if (name === 'TAG') token = tagPrefix(cursor, start);
  else throw new YamlError('found unknown directive name', start);
  skipBlanks(cursor);
  if (cursor.at(cursor.position) === 35) while (!isBreakOrEnd(cursor.at(cursor.position))) cursor.position++;
  if (!isBreakOrEnd(cursor.at(cursor.position))) throw new YamlError('did not find expected comment or line break', start);
  if (isBreak(cursor.at(cursor.position))) cursor.skipBreak();
  return token;
}

function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.at(cursor.position))) cursor.position++;
}

function version(cursor: Cursor, start: number): Token {
  const major = versionNumber(cursor, start);
  if (cursor.at(cursor.position) !== 46) throw new YamlError("did not find expected digit or '.' character", start);
  cursor.position++;
  const minor = versionNumber(cursor, start);
  const value = `${String(major)}.${String(minor)}`;
  return { type: TokenType.version, start, end: cursor.position, value, style: 'plain', handle: '' };
}

function versionNumber(cursor: Cursor, start: number): number {
  const from = cursor.position;
  while (isDigit(cursor.at(cursor.position))) cursor.position++;
  if (cursor.position === from) throw new YamlError('did not find expected version number', start);
  if (cursor.position > from + 2) throw new YamlError('found extremely long version number', start);
  return Number(cursor.text.slice(from, cursor.position));
}

function tagPrefix(cursor: Cursor, start: number): Token {
  const value = scanHandle(cursor, start, true);
  if (!isBlank(cursor.at(cursor.position))) throw new YamlError('did not find expected whitespace', start);
  skipBlanks(cursor);
  const handle = scanUri(cursor, start, '', false);
  if (!isBlankOrEnd(cursor.at(cursor.position))) throw new YamlError('did not find expected whitespace or line break', start);
  return { type: TokenType.tagDirective, start, end: cursor.position, value, style: 'plain', handle };
}
