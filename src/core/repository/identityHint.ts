import type { ResourceIdentity } from '../kustomize/identity.ts';

/** A plain or quoted text without anything that YAML reads in a special way. */
const SIMPLE = /^(?:([A-Za-z0-9][A-Za-z0-9._/-]*)|"([A-Za-z0-9._/-]+)"|'([A-Za-z0-9._/-]+)')[ \t\r]*(?:[ \t]#.*)?$/;
const NULL = /^(?:null|Null|NULL)$/;

/**
 * What an object is, read from the first lines of its text without parsing it; undefined where these are not written as nearly everybody writes them:
 * one key a line, `metadata` with indented lines below it.
 */
export function identityHint(text: string): ResourceIdentity | undefined {
  let apiVersion: string | undefined;
  let kind: string | undefined;
  let metadata: { name: string; namespace: string } | undefined;
  let at = 0;
  // What stands before the first key is another document, or none.
  if (goesOn(text, text.startsWith('---') ? lineEnd(text, 0) + 1 : 0, 0)) return undefined;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const code = text.charCodeAt(at);
    if (code === 97 && text.startsWith('apiVersion:', at)) apiVersion ??= value(text, at + 11, end, 0);
    else if (code === 107 && text.startsWith('kind:', at)) kind ??= value(text, at + 5, end, 0);
    else if (code === 109 && text.startsWith('metadata:', at)) {
      if (metadata !== undefined || !isBlankLine(text.slice(at + 9, end))) return undefined;
      metadata = metadataHint(text, end + 1);
      if (metadata === undefined) return undefined;
    } else if (!isHarmless(code, text, at, end)) return undefined;
    if (apiVersion === '' || kind === '') return undefined;
    if (apiVersion !== undefined && kind !== undefined && metadata !== undefined)
      return metadata.name === '' ? undefined : { apiVersion, kind, ...metadata };
    at = end + 1;
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Lines that cannot be one of the keys: indented, empty, comments, other keys, the dashes of the first line. */
function isHarmless(code: number, text: string, at: number, end: number): boolean {
  if (code === 32 || code === 10 || code === 13 || code === 35) return true;
  if (code === 45) return text.startsWith('---', at) && isBlankLine(text.slice(at + 3, end));
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function isBlankLine(rest: string): boolean {
  return /^[ \t\r]*(?:#.*)?$/.test(rest);
}

/** The text of a value that ends on its line, '' where it is anything but simple. `column`: of its key. */
function value(text: string, from: number, end: number, column: number): string {
  return goesOn(text, end + 1, column) ? '' : simple(text.slice(from, end));
}

/** Whether the next line that says anything is further to the right. */
function goesOn(text: string, from: number, column: number): boolean {
  for (let at = from; at < text.length; at = lineEnd(text, at) + 1) {
    let start = at;
    while (text.charCodeAt(start) === 32) start++;
    const code = text.charCodeAt(start);
    if (start < text.length && code !== 10 && code !== 13 && code !== 35) return code === 9 || start - at > column;
  }
  return false;
}

/** The text of a value, '' where it is anything but simple. */
function simple(rest: string): string {
  const [, plain, double, single] = SIMPLE.exec(rest.trimStart()) ?? [];
  if (plain !== undefined && NULL.test(plain)) return '';
  return plain ?? double ?? single ?? '';
}

function metadataHint(text: string, from: number): { name: string; namespace: string } | undefined {
  let indent = 0;
  let name: string | undefined;
  let namespace: string | undefined;
  for (let at = from; at < text.length;) {
    const end = lineEnd(text, at);
    let start = at;
    while (text.charCodeAt(start) === 32) start++;
    const code = text.charCodeAt(start);
    const isEmpty = start >= end || code === 13 || code === 35;
    if (!isEmpty) {
      const column = start - at;
      if (column === 0) break;
      if (indent === 0) indent = column;
      if (column < indent || code === 9) return undefined;
      if (column === indent) {
        if (text.startsWith('name:', start)) {
          if (name !== undefined) return undefined;
          name = value(text, start + 5, end, indent);
          if (name === '') return undefined;
        } else if (text.startsWith('namespace:', start)) {
          if (namespace !== undefined) return undefined;
          namespace = value(text, start + 10, end, indent);
          if (namespace === '') return undefined;
        } else if (code !== 45 && !((code >= 97 && code <= 122) || (code >= 65 && code <= 90))) return undefined;
      }
    }
    at = end + 1;
  }
  return { name: name ?? '', namespace: namespace ?? '' };
}
