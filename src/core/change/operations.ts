/** Small changes of scalars and keys, and the edits that they make of files. */
import type { RepositoryFile } from '../repository/files.ts';
import { withLiteralValue } from '../text/envFile.ts';
import { groupBy } from '../text/groupBy.ts';
import { applyEdits, isRefusal } from '../text/textEdit.ts';
import type { Refusal, TextEdit } from '../text/textEdit.ts';
import { setScalar } from '../yaml/edit.ts';
import { setOnLine } from '../yaml/editLine.ts';
import type { EditResult } from '../yaml/editEmbedded.ts';
import { insertKey, removeKey } from '../yaml/editMapping.ts';
import { removeItem } from '../yaml/editSequence.ts';
import { addressOf, locateScalar, parseLocated } from '../yaml/locate.ts';
import type { ScalarNode } from '../yaml/node.ts';

/**
 * One change of a file. `insert` puts a key into the mapping that holds `beside` as a value, `remove` takes the key of a value away, `remove-item` the list
 * item that starts with a mapping, `replace` is for text that is no value: keys, comments, quotes.
 */
export type Operation =
  | { readonly type: 'set'; readonly scalar: ScalarNode; readonly text: string }
  | { readonly type: 'insert'; readonly beside: ScalarNode; readonly key: string; readonly text: string }
  | { readonly type: 'remove'; readonly scalar: ScalarNode }
  | { readonly type: 'remove-item'; readonly file: string; readonly start: number }
  | { readonly type: 'replace'; readonly file: string; readonly start: number; readonly end: number; readonly text: string }
  | { readonly type: 'append'; readonly file: string; readonly edit: (text: string) => EditResult };

/** The edits of every file, against its present text; a refusal where an operation cannot be written there. */
export function editsOf(
  operations: readonly Operation[],
  fileOf: (path: string) => RepositoryFile | undefined,
): ReadonlyMap<string, readonly TextEdit[]> | Refusal {
  const files = new Map<string, readonly TextEdit[]>();
  for (const [path, own] of groupBy(operations, pathOf)) {
    const file = fileOf(path);
    if (file === undefined) return { reason: `${path === '' ? 'the file that decides it' : path} is not in this repository` };
    const edits = editsOfFile(file.text, own);
    if (isRefusal(edits)) return edits;
    const orphan = own.some(isRemoval) ? orphanedAlias(file.text, edits) : undefined;
    if (orphan !== undefined) return { reason: `*${orphan} in another place takes its value from what would be deleted` };
    if (edits.length > 0) files.set(path, edits);
  }
  return files;
}

function isRemoval({ type }: Operation): boolean {
  return type === 'remove' || type === 'remove-item';
}

const ANCHORS = /(?<=^|[\s[{,:-])&([^\s,[\]{}]+)/gm;
const ALIASES = /(?<=^|[\s[{,:-])\*([^\s,[\]{}]+)/gm;

/** The name of an anchor that edits take away, and that an alias behind it still names. */
function orphanedAlias(text: string, edits: readonly TextEdit[]): string | undefined {
  for (const { start, end, newText } of edits)
    for (const [, name = ''] of text.slice(start, end).matchAll(ANCHORS)) {
      const aliases = [...rest(text, edits, end).matchAll(ALIASES)].map(([, alias]) => alias);
      if (!newText.includes(`&${name}`) && aliases.includes(name)) return name;
    }
  return undefined;
}

/** The text from a place on, without what edits take away there. */
function rest(text: string, edits: readonly TextEdit[], from: number): string {
  let kept = '';
  let at = from;
  for (const { start, end } of edits.toSorted((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    kept += text.slice(at, Math.max(at, start));
    at = end;
  }
  return kept + text.slice(at);
}

function pathOf(operation: Operation): string {
  switch (operation.type) {
    case 'append':
    case 'remove-item':
    case 'replace':
      return operation.file;
    case 'insert':
      return operation.beside.source.file;
    default:
      return operation.scalar.source.file;
  }
}

/**
 * Later operations may lie inside of what earlier ones changed: then all are done one after the other, last place first, and the result is taken as one
 * edit. Insertions come first, so that offsets before them stay.
 */
function editsOfFile(text: string, operations: readonly Operation[]): readonly TextEdit[] | Refusal {
  const all: TextEdit[] = [];
  for (const operation of operations) {
    const edits = editOf(text, operation);
    if (isRefusal(edits)) return edits;
    all.push(...edits);
  }
  if (typeof applyEdits(text, all) === 'string' && !touch(all)) return all;
  let current = text;
  for (const operation of operations.toSorted((a, b) => placeOf(b) - placeOf(a))) {
    const edits = editOf(current, operation);
    const applied = isRefusal(edits) ? edits : applyEdits(current, edits);
    if (typeof applied !== 'string') return applied;
    current = applied;
  }
  return difference(text, current);
}

function touch(edits: readonly TextEdit[]): boolean {
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  return sorted.some(({ end }, index) => end >= (sorted[index + 1]?.start ?? Infinity));
}

function placeOf(operation: Operation): number {
  switch (operation.type) {
    case 'insert':
    case 'append':
      return Infinity;
    case 'remove-item':
    case 'replace':
      return operation.start;
    default:
      return operation.scalar.start;
  }
}

function editOf(text: string, operation: Operation): EditResult {
  switch (operation.type) {
    case 'append':
      return operation.edit(text);
    case 'insert':
      return insertKey(text, addressOf(operation.beside), operation.key, operation.text);
    case 'remove':
      return removeKey(text, addressOf(operation.scalar));
    case 'remove-item':
      return removeItem(text, { offset: operation.start });
    case 'replace':
      return [{ start: operation.start, end: operation.end, newText: operation.text }];
    case 'set':
      return setValue(text, operation.scalar, operation.text);
  }
}

function setValue(text: string, scalar: ScalarNode, value: string): EditResult {
  if (scalar.part !== 'literal') return setOnLine(text, scalar, value) ?? setScalar(text, addressOf(scalar), value);
  // A line of an env file, or a whole file: no YAML.
  if (text.slice(scalar.start, scalar.end) === scalar.text) return [{ start: scalar.start, end: scalar.end, newText: value }];
  const yaml = parseLocated(text);
  const literal = yaml === undefined ? undefined : locateScalar(yaml, addressOf(scalar));
  if (literal === undefined) return { reason: 'the generator literal was not found' };
  const written = withLiteralValue(literal.value, value);
  return typeof written === 'string' ? setScalar(text, addressOf(scalar), written) : written;
}

/** One edit that turns one text into the other, without what they share at both ends. */
export function difference(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  while (
    tail < before.length - start &&
    tail < after.length - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  return [{ start, end: before.length - tail, newText: after.slice(start, after.length - tail) }];
}
