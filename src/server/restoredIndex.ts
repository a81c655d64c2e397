/** The index of a repository from the cache, with files that are read when somebody looks at them. */
import type { CachedIndex } from '../clients/indexCache.ts';
import { readDiskFile } from '../clients/readFiles.ts';
import { RepositoryFile } from '../core/repository/files.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { Placement, PlacementSettings } from '../core/repository/placement.ts';
import { decodePlacement } from '../core/repository/placementCodec.ts';

export class RestoredIndex {
  readonly roots: readonly BuildRoot[];
  private readonly folder: string;
  private readonly placement: CachedIndex['placement'];
  private readonly stamps: CachedIndex['stamps'];
  private readonly files = new Map<string, RepositoryFile | undefined>();

  constructor(folder: string, { roots, placement, stamps }: CachedIndex) {
    this.folder = folder;
    this.roots = roots;
    this.placement = placement;
    this.stamps = stamps;
  }

  /** The placement that was kept with the index, where it was made with these settings. */
  placed(settings: PlacementSettings): Placement | undefined {
    return this.placement && decodePlacement(this.placement, this.roots, settings);
  }

  paths(): Iterable<string> {
    return this.stamps.keys();
  }

  file(path: string): RepositoryFile | undefined {
    if (!this.stamps.has(path)) return undefined;
    if (!this.files.has(path)) {
      const text = readDiskFile(this.folder, path)?.text;
      this.files.set(path, text === undefined ? undefined : new RepositoryFile(path, text));
    }
    return this.files.get(path);
  }
}
