/**
 * The listing of a folder on disk. It counts while no directory has another time stamp: a directory gets a new one with every entry that comes or goes,
 * and looking at that takes a fraction of listing it.
 */
import { statSync } from 'node:fs';
import { isCertain, programIdentity, readCacheFile, writeCacheFile } from './cacheFile.ts';
import type { RepositoryListing } from './files.ts';
import { findRepositories } from './files.ts';
import { Turns } from './turns.ts';

interface CachedListings {
  readonly origin: string;
  readonly listings: readonly CachedListing[];
}

type CachedListing = Pick<RepositoryListing, 'folder' | 'relevant' | 'directories'> & {
  readonly others: readonly string[];
  readonly links: readonly (readonly [path: string, target: string | null])[];
  readonly modified: readonly number[];
};

const NAME = 'listing';

/** As `findRepositories`, from the cache where it is still right. Keeps what had to be listed. @throws the signal's reason */
export async function listRepositories(
  storagePath: string,
  folder: string,
  exclude: readonly string[],
  signal?: AbortSignal,
): Promise<RepositoryListing[]> {
  if (storagePath === '') return await findRepositories(folder, exclude, signal);
  const origin = [programIdentity(), folder, ...exclude].join('\0');
  const cached = readCacheFile(storagePath, NAME, folder) as CachedListings | undefined;
  if (cached?.origin === origin && (await isCurrent(cached.listings, signal)))
    return cached.listings.map((listing) => ({
      ...listing,
      others: new Set(listing.others),
      links: new Map(listing.links.map(([path, target]) => [path, target ?? undefined])),
    }));
  const listedAt = Date.now();
  const listings = await findRepositories(folder, exclude, signal);
  keep(storagePath, folder, origin, listings, listedAt);
  return listings;
}

async function isCurrent(listings: readonly CachedListing[], signal: AbortSignal | undefined): Promise<boolean> {
  const turns = new Turns(signal);
  for (const { folder, directories, modified } of listings) {
    for (const [index, directory] of directories.entries()) {
      if (turns.isOver()) await turns.next();
      if (modifiedAt(folder, directory) !== modified[index]) return false;
    }
  }
  return true;
}

function keep(
  storagePath: string,
  folder: string,
  origin: string,
  listings: readonly RepositoryListing[],
  listedAt: number,
): void {
  const cached = listings.map((listing): CachedListing => ({
    folder: listing.folder,
    relevant: listing.relevant,
    directories: listing.directories,
    others: [...listing.others],
    links: [...listing.links].map(([path, target]) => [path, target ?? null] as const),
    modified: listing.directories.map((directory) => modifiedAt(listing.folder, directory)),
  }));
  if (cached.every(({ modified }) => modified.every((time) => isCertain(time, listedAt))))
    writeCacheFile(storagePath, NAME, folder, { origin, listings: cached } satisfies CachedListings);
}

/** 0 where there is nothing. */
function modifiedAt(folder: string, directory: string): number {
  return statSync(directory === '' ? folder : `${folder}/${directory}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
