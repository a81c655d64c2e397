/**
 * The index of a repository on disk: its build roots, where they belong, and the stamps of all files that they were made of. It counts only while every
 * stamp is the same and no file came or went; whatever is wrong with it, there is no cache then.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { BuildRoot } from '../core/repository/model.ts';
import type { EncodedPlacement } from '../core/repository/placementCodec.ts';
import type { EncodedRoots } from '../core/repository/rootsCodec.ts';
import { decodeRoots, encodeRoots, ROOTS_FORMAT } from '../core/repository/rootsCodec.ts';
import { isCertain, programIdentity, readCacheFile, writeCacheFile } from './cacheFile.ts';
import type { RepositoryListing } from './files.ts';
import type { FileStamp } from './readFiles.ts';
import { stampOf } from './readFiles.ts';
import { Turns } from './turns.ts';

export interface CachedIndex {
  readonly roots: readonly BuildRoot[];
  /** Where the roots and their images belong, for `decodePlacement`; undefined where nobody asked for that. */
  readonly placement: EncodedPlacement | undefined;
  /** Stamps of the files that were read, by path. */
  readonly stamps: ReadonlyMap<string, FileStamp>;
  /** Sentences about single files, by path. */
  readonly notices: ReadonlyMap<string, string>;
}

interface CacheFile {
  /** What made the cache: another program or repository makes another one. */
  readonly origin: string;
  /** Paths beside those of the listing, which `origin` stands for. */
  readonly named: readonly string[];
  readonly sizes: readonly number[];
  readonly modified: readonly number[];
  readonly changed: readonly number[];
  readonly notices: readonly (readonly [string, string])[];
  readonly roots: EncodedRoots;
  readonly placement?: EncodedPlacement;
}

const NAME = 'index';

/** The cached index where it is that of the files as they are now. @throws the signal's reason */
export async function readIndexCache(
  storagePath: string,
  listing: RepositoryListing,
  remoteUrls: readonly string[],
  signal?: AbortSignal,
): Promise<CachedIndex | undefined> {
  const cache = readCacheFile(storagePath, NAME, listing.folder) as CacheFile | undefined;
  if (cache === undefined || cache.origin !== originOf(listing, remoteUrls)) return undefined;
  const { sizes, modified, changed } = cache;
  const paths = [...listing.relevant, ...cache.named];
  const stamps = new Map<string, FileStamp>();
  const turns = new Turns(signal);
  for (const [index, path] of paths.entries()) {
    if (turns.isOver()) await turns.next();
    const status = statSync(`${listing.folder}/${path}`, { throwIfNoEntry: false });
    if (status?.size !== sizes[index] || status?.mtimeMs !== modified[index] || status?.ctimeMs !== changed[index])
      return undefined;
    if (status !== undefined) stamps.set(path, stampOf(status));
  }
  try {
    return { roots: decodeRoots(cache.roots, paths), placement: cache.placement, stamps, notices: new Map(cache.notices) };
  } catch {
    return undefined;
  }
}

/** Keeps an index. `readAt`: when its files began to be read. Nothing is kept where a file changed at that time, or where it cannot be written. */
export function writeIndexCache(
  storagePath: string,
  listing: RepositoryListing,
  remoteUrls: readonly string[],
  { roots, placement, stamps, notices }: CachedIndex,
  readAt: number,
): void {
  const listed = new Set(listing.relevant);
  const named = [...stamps.keys()].filter((path) => !listed.has(path));
  const paths = [...listing.relevant, ...named];
  const all = paths.flatMap((path) => stamps.get(path) ?? []);
  // A file that was listed and could not be read may be there the next time.
  if (all.length < paths.length) return;
  if (!all.every(({ modified, changed }) => isCertain(Math.max(modified, changed), readAt))) return;
  const cache: CacheFile = {
    origin: originOf(listing, remoteUrls),
    named,
    sizes: all.map(({ size }) => size),
    modified: all.map(({ modified }) => modified),
    changed: all.map(({ changed }) => changed),
    notices: [...notices],
    roots: encodeRoots(roots, paths),
    ...(placement === undefined ? {} : { placement }),
  };
  writeCacheFile(storagePath, NAME, listing.folder, cache);
}

/** Everything but the stamps that the index depends on. */
function originOf({ folder, relevant, others, links }: RepositoryListing, remoteUrls: readonly string[]): string {
  const lists = [[String(ROOTS_FORMAT), programIdentity(), folder], remoteUrls, relevant, [...others], [...links]];
  return createHash('sha256')
    .update(lists.map((list) => list.join('\0')).join('\0\0'))
    .digest('hex');
}
