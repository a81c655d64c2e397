/** Finds GitOps repositories in folders and lists their files. Reads directories only; texts are read by `readFiles.ts`. */
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { matchesGlob } from '../core/text/glob.ts';
import { Turns } from './turns.ts';

/** A repository on disk. Paths are relative to `folder`, with slashes. */
export interface RepositoryListing {
  /** Absolute. */
  readonly folder: string;
  /** Files whose names say that the model may need them. */
  readonly relevant: readonly string[];
  /** All other files: read where a kustomization names them. */
  readonly others: ReadonlySet<string>;
  /** Symbolic links, each with the path that it leads to; undefined where that is outside of the repository, or nowhere. */
  readonly links: ReadonlyMap<string, string | undefined>;
  /** Every directory that was listed, '' for the folder itself. */
  readonly directories: readonly string[];
}

const RELEVANT = /\.(?:ya?ml|json|env|properties)$|(?:^|\/)(?:Kustomization|\.sourceignore)$/;
const SKIPPED = new Set(['.git', 'node_modules']);

/** True for files that are read without being named by another one. */
export function isRelevantPath(path: string): boolean {
  return RELEVANT.test(path);
}

/** True where a path lies in a directory that is never read, or is excluded by one of the patterns. */
export function isExcludedPath(path: string, exclude: readonly string[]): boolean {
  if (path.split('/').some((segment) => SKIPPED.has(segment))) return true;
  return exclude.some((pattern) => matchesGlob(pattern, path) || matchesGlob(`${pattern}/**`, path));
}

interface OpenListing {
  readonly folder: string;
  readonly relevant: string[];
  readonly others: Set<string>;
  readonly links: Map<string, string | undefined>;
  readonly directories: string[];
}

/**
 * The repositories in a folder: each directory with a `.git` (nested ones are separate), and the folder itself where files are left outside of them.
 * In the order of their paths. Directories that cannot be read are passed over. @throws the signal's reason
 */
export async function findRepositories(
  folder: string,
  exclude: readonly string[] = [],
  signal?: AbortSignal,
): Promise<RepositoryListing[]> {
  const turns = new Turns(signal);
  const top = open(folder);
  const found = [top];
  const queue: { listing: OpenListing; directory: string }[] = [{ listing: top, directory: '' }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (turns.isOver()) await turns.next();
    let { listing, directory } = next;
    const entries = entriesOf(directory === '' ? listing.folder : `${listing.folder}/${directory}`);
    if (directory !== '' && entries.some(({ name }) => name === '.git')) {
      listing = open(join(listing.folder, directory));
      directory = '';
      found.push(listing);
    }
    listing.directories.push(directory);
    const prefix = directory === '' ? '' : `${directory}/`;
    for (const entry of entries) {
      const { name } = entry;
      if (SKIPPED.has(name)) continue;
      const path = prefix + name;
      if (exclude.length > 0 && isExcludedPath(path, exclude)) continue;
      if (entry.isFile()) {
        if (RELEVANT.test(name)) listing.relevant.push(path);
        else listing.others.add(path);
      } else if (entry.isDirectory()) queue.push({ listing, directory: path });
      else if (entry.isSymbolicLink()) listing.links.set(path, targetOf(listing.folder, path));
    }
  }
  // The folder itself comes before everything in it.
  found.sort((a, b) => (a.folder < b.folder ? -1 : 1));
  const [, first] = found;
  const isEmpty = top.relevant.length === 0 && entriesOf(folder).every(({ name }) => name !== '.git');
  if (first === undefined || !isEmpty) return found;
  // A file that comes to the folder itself has to be noticed, too.
  first.directories.push(...top.directories.map((directory) => relative(first.folder, join(folder, directory))));
  return found.slice(1);
}

/** Where a link leads, relative to the repository. */
function targetOf(folder: string, link: string): string | undefined {
  try {
    const target = relative(realpathSync.native(folder), realpathSync.native(join(folder, link)));
    return target === '..' || target.startsWith(`..${sep}`) ? undefined : target.split(sep).join('/') || '.';
  } catch {
    return undefined;
  }
}

/** True for a directory or a symbolic link: what stands behind it has to be listed. */
export function needsListing(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status?.isDirectory() === true || status?.isSymbolicLink() === true;
}

function open(folder: string): OpenListing {
  return { folder, relevant: [], others: new Set(), links: new Map(), directories: [] };
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
