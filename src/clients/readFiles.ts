/** Reads the files of a repository that the model needs. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isKustomizationFileName, MAX_FILE_BYTES, parentDirectory, resolvePath, unreadable } from '../core/repository/files.ts';
import { sizeText } from '../core/text/sizeText.ts';
import { linkTarget } from '../core/repository/view.ts';
import type { RepositoryListing } from './files.ts';
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

/**
 * Files that are named by kustomizations, or by configurations of their plugins, and not read yet: env files, scripts, manifests of any name, behind links
 * too.
 */
export function namedFiles(
  listing: Pick<RepositoryListing, 'others' | 'links'>,
  files: ReadonlyMap<string, Pick<DiskFile, 'text'>>,
): string[] {
  if (listing.others.size === 0) return [];
  const found = new Set<string>();
  const names = new Set([...listing.others].map(nameOf));
  const linkNames = new Set([...listing.links.keys()].map(nameOf));
  const directories = new Set([...listing.others].map(parentDirectory));
  const few = names.size + linkNames.size <= FEW_NAMES ? [...names, ...linkNames] : undefined;
  // Names that are no single word in YAML.
  const unusual = [...listing.others].filter((path) => SEPARATOR.test(path));
  const kustomizations = [...files].filter(([path]) => isKustomizationFileName(path));
  const hasPlugins = kustomizations.some(([, { text }]) => text !== undefined && PLUGINS.test(text));
  const plugins = hasPlugins ? [...files].filter(([, { text }]) => text !== undefined && mayBePlugin(text)) : [];
  for (const [path, { text }] of [...kustomizations, ...plugins]) {
    if (text === undefined) continue;
    if (few?.some((name) => text.includes(name)) === false) continue;
    for (const other of unusual) if (text.includes(nameOf(other))) found.add(other);
    // Where there is nothing beside the kustomization, only a path with a slash can lead to anything.
    const words = linkNames.size > 0 || directories.has(parentDirectory(path)) ? WORD : WORD_WITH_SLASH;
    for (const [token] of text.matchAll(words)) {
      const segments = token.split('/');
      const isLinked = linkNames.size > 0 && segments.some((segment) => linkNames.has(segment));
      if (!isLinked && !names.has(segments.at(-1) ?? '')) continue;
      const target = resolvePath(parentDirectory(path), token);
      const real = target === undefined ? undefined : linkTarget(listing.links, target);
      if (real !== undefined && listing.others.has(real)) found.add(real);
    }
  }
  return [...found].filter((path) => !files.has(path));
}

const PLUGINS = /(?:transformers|generators)["']?\s*:/i;
/** What the configuration of a transformer or generator of kustomize's own has in it. */
const PLUGIN = 'builtin';
/** Longer files are manifests. */
const MOST_OF_A_PLUGIN = 10_000;
/** So few names are looked for in a text before its words are. */
const FEW_NAMES = 16;
const WORD = /[^\s'"=,[\]{}]+/g;
const WORD_WITH_SLASH = /[^\s'"=,[\]{}/]*\/[^\s'"=,[\]{}]*/g;
const SEPARATOR = /[\s'"=,[\]{}]/;

function mayBePlugin(text: string): boolean {
  return text.length <= MOST_OF_A_PLUGIN && text.includes(PLUGIN);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
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
        keep(files, path, early ?? diskFile(stamp, join(folder, path), await readFile(join(folder, path), 'utf8')));
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
    return withoutText(path, status) ?? known?.(path, stamp) ?? diskFile(stamp, absolute, readFileSync(absolute, 'utf8'));
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
  return { stamp: stampOf(status), text: unreadable(`has ${size} and is not read`, true), notice };
}

const REPLACEMENT = '\ufffd';

/** A file with a NUL character, or with bytes that are no UTF-8, is no text. go-yaml reads UTF-16 where a mark says so, which is not done here. */
function diskFile(stamp: FileStamp, absolute: string, text: string): DiskFile {
  const whole = (why: string, isRefused: boolean): DiskFile => ({ stamp, text: unreadable(why, isRefused), notice: undefined });
  if (text.startsWith(REPLACEMENT + REPLACEMENT) && isUtf16(absolute)) return whole('is UTF-16 and is not read', false);
  if (text.includes('\0')) return whole('is binary', true);
  if (text.includes(REPLACEMENT) && !isUtf8(readFileSync(absolute))) return whole('is no valid UTF-8', true);
  return { stamp, text, notice: undefined };
}

function isUtf16(path: string): boolean {
  const [first, second] = readFileSync(path);
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

export function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}
