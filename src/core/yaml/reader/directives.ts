/** `%YAML` and `%TAG` lines (yaml_parser_scan_directive). */
import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, isWord } from './characters.ts';
import { scanHandle, scanUri } from './properties.ts';
import type { Scanner } from './scanner.ts';
import type { Token } from './token.ts';
import { TokenType, YamlError } from './token.ts';

export function scanDirective(scanner: Scanner): Token {
  const start = scanner.position++;
  const nameStart = scanner.position;
  while (isWord(scanner.at(scanner.position))) scanner.position++;
  const name = scanner.text.slice(nameStart, scanner.position);
  if (name === '') throw new YamlError('could not find expected directive name', start);
  if (!isBlankOrEnd(scanner.at(scanner.position))) throw new YamlError('found unexpected non-alphabetical character', start);
  skipBlanks(scanner);
  let token: Token;
  if (name === 'YAML') token = version(scanner, start);
  else if (name === 'TAG') token = tagPrefix(scanner, start);
  else throw new YamlError('found unknown directive name', start);
  skipBlanks(scanner);
  if (scanner.at(scanner.position) === 35) while (!isBreakOrEnd(scanner.at(scanner.position))) scanner.position++;
  if (!isBreakOrEnd(scanner.at(scanner.position))) throw new YamlError('did not find expected comment or line break', start);
  if (isBreak(scanner.at(scanner.position))) scanner.skipBreak();
  return token;
}

function skipBlanks(scanner: Scanner): void {
  while (isBlank(scanner.at(scanner.position))) scanner.position++;
}

function version(scanner: Scanner, start: number): Token {
  const major = versionNumber(scanner, start);
  if (scanner.at(scanner.position) !== 46) throw new YamlError("did not find expected digit or '.' character", start);
  scanner.position++;
  const minor = versionNumber(scanner, start);
  const value = `${String(major)}.${String(minor)}`;
  return { type: TokenType.version, start, end: scanner.position, value, style: 'plain', handle: '' };
}

function versionNumber(scanner: Scanner, start: number): number {
  const from = scanner.position;
  while (isDigit(scanner.at(scanner.position))) scanner.position++;
  if (scanner.position === from) throw new YamlError('did not find expected version number', start);
  if (scanner.position > from + 2) throw new YamlError('found extremely long version number', start);
  return Number(scanner.text.slice(from, scanner.position));
}

function tagPrefix(scanner: Scanner, start: number): Token {
  const value = scanHandle(scanner, start, true);
  if (!isBlank(scanner.at(scanner.position))) throw new YamlError('did not find expected whitespace', start);
  skipBlanks(scanner);
  const handle = scanUri(scanner, start, '', false);
  if (!isBlankOrEnd(scanner.at(scanner.position))) throw new YamlError('did not find expected whitespace or line break', start);
  return { type: TokenType.tagDirective, start, end: scanner.position, value, style: 'plain', handle };
}
