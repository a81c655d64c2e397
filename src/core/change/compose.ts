/** Several changes of the same files, made one for each image, as one set of edits. */
import { diffLines } from 'diff';
import type { RepositoryFile } from '../repository/files.ts';
import { groupBy } from '../text/groupBy.ts';
import { applyEdits, isRefusal } from '../text/textEdit.ts';
import type { Refusal, TextEdit } from '../text/textEdit.ts';
import { difference, editsOf } from './operations.ts';
import type { Operation } from './operations.ts';
import type { Candidate } from './ownerCandidates.ts';

type FileEdits = ReadonlyMap<string, readonly TextEdit[]>;
type Append = Extract<Operation, { type: 'append' }>;

/**
 * The edits of all candidates, against the present texts. Edits that two of them share (a line that decides both) are there once; entries that are added
 * to one list follow each other. A refusal where they cannot be made together.
 */
export function composeEdits(
  candidates: readonly Candidate[],
  fileOf: (path: string) => RepositoryFile | undefined,
): FileEdits | Refusal {
  const files = new Map<string, TextEdit[]>();
  const appends: Append[] = [];
  for (const { operations } of candidates) {
    appends.push(...operations.filter((operation) => operation.type === 'append'));
    const edits = editsOf(
      operations.filter(({ type }) => type !== 'append'),
      fileOf,
    );
    if (isRefusal(edits)) return edits;
    for (const [path, own] of edits) addTo(files, path, own);
  }
  for (const [path, own] of groupBy(appends, ({ file }) => file)) {
    const before = fileOf(path)?.text;
    if (before === undefined) return { reason: `${path} is not in this repository` };
    const after = appended(before, own);
    if (typeof after !== 'string') return after;
    addTo(files, path, difference(before, after));
  }
  for (const [path, edits] of files) {
    const applied = applyEdits(fileOf(path)?.text ?? '', edits);
    if (typeof applied !== 'string') return applied;
  }
  return files;
}

function addTo(files: Map<string, TextEdit[]>, path: string, edits: readonly TextEdit[]): void {
  const all = files.get(path) ?? [];
  for (const edit of edits) if (!all.some((other) => isSame(edit, other))) all.push(edit);
  if (all.length > 0) files.set(path, all);
}

function isSame(a: TextEdit, b: TextEdit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

function appended(text: string, appends: readonly Append[]): string | Refusal {
  let current = text;
  for (const { edit } of appends) {
    const edits = edit(current);
    const applied = isRefusal(edits) ? edits : applyEdits(current, edits);
    if (typeof applied !== 'string') return applied;
    current = applied;
  }
  return current;
}

/** Edits that turn one text into the other, small and one for each place that differs. */
export function editsBetween(before: string, after: string): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let gone = '';
  let added = '';
  const flush = () => {
    for (const { start, end, newText } of difference(gone, added))
      edits.push({ start: at - gone.length + start, end: at - gone.length + end, newText });
    gone = added = '';
  };
  for (const part of diffLines(before, after)) {
    if (part.added) added += part.value;
    else {
      if (!part.removed) flush();
      else gone += part.value;
      at += part.value.length;
    }
  }
  flush();
  return edits;
}
