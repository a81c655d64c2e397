/** From places in the model to places in LSP. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Location, Position, Range } from 'vscode-languageserver-protocol';
import type { Place } from '../core/lint/problem.ts';
import type { BuildRoot, Owner } from '../core/repository/model.ts';
import { LineIndex } from '../core/text/lineIndex.ts';
import { joinPath, KUSTOMIZATION_NAMES } from '../core/repository/files.ts';
import { rangeInFile } from '../core/yaml/editEmbedded.ts';
import type { RepositorySession } from './repositorySession.ts';

/** Absolute path of a `file:` URI; undefined for any other scheme, such as that of an untitled document. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

export function uriOf(repository: RepositorySession, path: string): string {
  return pathToFileURL(join(repository.folder, path)).href;
}

/** What a plan remembers of the text that it is for, as a sha256 in hex. Editors show texts without their byte order mark. */
export function textHash(text: string): string {
  return createHash('sha256').update(withoutMark(text)).digest('hex');
}

export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

const lineIndexes = new WeakMap<object, LineIndex>();

/** Lines of a file of the snapshot; undefined where there is no such file. Offsets count from behind a byte order mark, which editors do not show. */
function linesOf(repository: RepositorySession, path: string): LineIndex | undefined {
  const file = repository.file(path);
  if (file === undefined) return undefined;
  let lines = lineIndexes.get(file);
  if (lines === undefined) lineIndexes.set(file, (lines = new LineIndex(file.text)));
  return lines;
}

export function rangeOf(repository: RepositorySession, path: string, start: number, end: number): Range {
  const lines = linesOf(repository, path) ?? new LineIndex('');
  const mark = repository.file(path)?.text.startsWith('\uFEFF') === true ? 1 : 0;
  const position = (offset: number) => {
    const { line, column } = lines.positionAt(offset);
    return { line: line - 1, character: Math.max(0, column - 1 - (line === 1 ? mark : 0)) };
  };
  return { start: position(start), end: position(end) };
}

/** An offset in a file, and the offsets at which its line starts and ends. */
export interface LinePlace {
  readonly file: string;
  readonly offset: number;
  readonly lineStart: number;
  readonly lineEnd: number;
}

/** The place in a file of the snapshot that an editor's position means; undefined where there is no such file. */
export function linePlace(repository: RepositorySession, path: string, { line, character }: Position): LinePlace | undefined {
  const lines = linesOf(repository, path);
  if (lines === undefined) return undefined;
  const mark = line === 0 && repository.file(path)?.text.startsWith('\uFEFF') === true ? 1 : 0;
  const at = (column: number) => lines.offsetAt({ line: line + 1, column });
  return { file: path, offset: at(character + 1 + mark), lineStart: at(1), lineEnd: at(Infinity) };
}

export function locationOfPlace(repository: RepositorySession, { file, start, end }: Place): Location {
  return { uri: uriOf(repository, file), range: rangeOf(repository, file, start, end) };
}

/** `apps/prod/kustomization.yaml:17` */
export function textOfPlace(repository: RepositorySession, place: Place): string {
  return `${place.file}:${String(rangeOf(repository, place.file, place.start, place.end).start.line + 1)}`;
}

/** Where an owner's scalar stands. */
export function locationOf(repository: RepositorySession, { file, scalar }: Owner): Location {
  const text = repository.file(file)?.text ?? '';
  const { start, end } = rangeInFile(text, scalar);
  return { uri: uriOf(repository, file), range: rangeOf(repository, file, start, end) };
}

/** `apps/prod/kustomization.yaml:17` */
export function placeText(repository: RepositorySession, owner: Owner): string {
  return `${owner.file}:${String(locationOf(repository, owner).range.start.line + 1)}`;
}

/** Where to look at a root without images: what was not read, else its kustomization file, else the Flux Kustomization that builds it. */
export function locationOfRoot(
  repository: RepositorySession,
  { directory, deployedBy, unknowns, failure }: BuildRoot,
): Location | undefined {
  const [unknown] = unknowns;
  if (failure === undefined && unknown?.scalar !== undefined)
    return locationOf(repository, { file: unknown.file, scalar: unknown.scalar, part: 'whole' });
  const file =
    KUSTOMIZATION_NAMES.map((name) => joinPath(directory, name)).find((path) => repository.file(path) !== undefined) ??
    deployedBy[0]?.file;
  return file === undefined ? undefined : { uri: uriOf(repository, file), range: rangeOf(repository, file, 0, 0) };
}
