/** Reads the files of a repository that the model needs. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isKustomizationFileName, parentDirectory, resolvePath, unreadable } from '../core/repository/files.ts';
import { sizeText } from '../core/text/sizeText.ts';
import type { RepositoryListing } from './files.ts';
import { filesBehindLink } from './files.ts';
import { Turns } from './turns.ts';

/** What identifies a version of a file without reading it. */
export interface FileStamp {
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
}

/** A file as it is on disk. `text` is undefined for what is no file; `notice` says what the user should know. */
export interface DiskFile {
  readonly stamp: FileStamp;
  readonly text: string | undefined;
  readonly notice: string | undefined;
}

const MAX_FILE_BYTES = 5_000_000;
const PARALLEL_READS = 32;
/** A disk that takes longer per file gains from parallel reads; from memory they are slower than one after the other. */
const SLOW_DISK_MILLISECONDS = 0.4;
const CHUNK = 64;

/**
 * Reads all relevant files, then those that kustomizations name. Files that cannot be read are left out. `known` gives files that need not be read
 * again while their stamp is the same. @throws the signal's reason
 */
export async function readRepositoryFiles(
  listing: RepositoryListing,
  known?: (path: string, stamp: FileStamp) => DiskFile | undefined,
  signal?: AbortSignal,
): Promise<Map<string, DiskFile>> {
  const files = new Map<string, DiskFile>();
  const turns = new Turns(signal);
  await readAll(listing.folder, listing.relevant, files, known, turns);
  const named = namedFiles(listing, files);
  if (named.length > 0) await readAll(listing.folder, named, files, known, turns);
  return files;
}

/** One file as it is now; undefined where there is none. */
export function readDiskFile(folder: string, path: string): DiskFile | undefined {
  return readNow(folder, path, undefined);
}

/** Files that are named by kustomizations and not read yet: env files, scripts, manifests of any name, targets of links inside of the repository. */
export function namedFiles(
  listing: Pick<RepositoryListing, 'folder' | 'others' | 'links'>,
  files: ReadonlyMap<string, Pick<DiskFile, 'text'>>,
): string[] {
  if (listing.others.size === 0 && listing.links.size === 0) return [];
  const found = new Set<string>();
  const links = new Set<string>();
  const names = new Set([...listing.others].map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const linkNames = new Set([...listing.links].map((path) => path.slice(path.lastIndexOf('/') + 1)));
  for (const [path, { text }] of files) {
    if (text === undefined || !isKustomizationFileName(path)) continue;
    for (const [token] of text.matchAll(/[^\s'"=,[\]{}]+/g)) {
      const segments = token.split('/');
      const isNamed = names.has(segments.at(-1) ?? '');
      if (!isNamed && (linkNames.size === 0 || !segments.some((segment) => linkNames.has(segment)))) continue;
      const target = resolvePath(parentDirectory(path), token);
      if (target === undefined) continue;
      if (listing.others.has(target)) found.add(target);
      for (let at = target; at !== '.'; at = parentDirectory(at)) if (listing.links.has(at)) links.add(at);
    }
  }
  for (const link of links)
    if (isInside(listing.folder, link)) for (const path of filesBehindLink(listing.folder, link)) found.add(path);
  return [...found].filter((path) => !files.has(path));
}

function isInside(folder: string, link: string): boolean {
  try {
    const target = relative(realpathSync(folder), realpathSync(join(folder, link)));
    return target !== '..' && !target.startsWith(`..${sep}`);
  } catch {
    return false;
  }
}

async function readAll(
  folder: string,
  paths: readonly string[],
  files: Map<string, DiskFile>,
  known: ((path: string, stamp: FileStamp) => DiskFile | undefined) | undefined,
  turns: Turns,
): Promise<void> {
  for (let at = 0; at < paths.length;) {
    const chunk = paths.slice(at, at + CHUNK);
    at += CHUNK;
    const started = performance.now();
    for (const path of chunk) keep(files, path, readNow(folder, path, known));
    const isSlow = performance.now() - started > CHUNK * SLOW_DISK_MILLISECONDS;
    if (isSlow) {
      const next = paths.slice(at, at + CHUNK * PARALLEL_READS);
      at += next.length;
      await readParallel(folder, next, files, known);
    }
    if (turns.isOver()) await turns.next();
  }
}

async function readParallel(
  folder: string,
  paths: readonly string[],
  files: Map<string, DiskFile>,
  known: ((path: string, stamp: FileStamp) => DiskFile | undefined) | undefined,
): Promise<void> {
  const queue = paths.values();
  const lane = async () => {
    for (const path of queue) {
      try {
        const status = await stat(join(folder, path));
        const stamp = stampOf(status);
        const early = withoutText(path, status) ?? known?.(path, stamp);
        keep(files, path, early ?? diskFile(stamp, await readFile(join(folder, path), 'utf8')));
      } catch {
        // It is gone, or may not be read: as if it were not there.
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, lane));
}

function readNow(
  folder: string,
  path: string,
  known: ((path: string, stamp: FileStamp) => DiskFile | undefined) | undefined,
): DiskFile | undefined {
  try {
    const absolute = `${folder}/${path}`;
    const status = statSync(absolute);
    const stamp = stampOf(status);
    return withoutText(path, status) ?? known?.(path, stamp) ?? diskFile(stamp, readFileSync(absolute, 'utf8'));
  } catch {
    return undefined;
  }
}

function keep(files: Map<string, DiskFile>, path: string, file: DiskFile | undefined): void {
  if (file !== undefined) files.set(path, file);
}

export function stampOf({ size, mtimeMs, ctimeMs }: { size: number; mtimeMs: number; ctimeMs: number }): FileStamp {
  return { size, modified: mtimeMs, changed: ctimeMs };
}

function withoutText(
  path: string,
  status: { isFile(): boolean; size: number; mtimeMs: number; ctimeMs: number },
): DiskFile | undefined {
  if (!status.isFile()) return { stamp: stampOf(status), text: undefined, notice: undefined };
  if (status.size <= MAX_FILE_BYTES) return undefined;
  const size = sizeText(status.size);
  const notice = `${path} has ${size} and is not read: files of more than ${sizeText(MAX_FILE_BYTES)} are left out.`;
  return { stamp: stampOf(status), text: unreadable(`has ${size} and is not read`), notice };
}

/** A file with a NUL character is no text. */
function diskFile(stamp: FileStamp, text: string): DiskFile {
  return { stamp, text: text.includes('\0') ? unreadable('is binary') : text, notice: undefined };
}

export function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}
