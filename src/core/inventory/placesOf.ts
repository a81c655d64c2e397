/** Which images a place in a file decides or names. */
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageUsage, Owner } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { rangeInFile } from '../yaml/editEmbedded.ts';
import type { Inventory, PlacedImage } from './inventory.ts';

/** An offset in a file, and the offsets at which its line starts and ends. */
export interface LinePlace {
  readonly file: string;
  readonly offset: number;
  readonly lineStart: number;
  readonly lineEnd: number;
}

/**
 * The images whose reference passes through the scalar at the offset; else those with such a scalar on the line; else all images of the roots that
 * use the file.
 */
export function imagesAt(repository: GitOpsRepository, inventory: Inventory, place: LinePlace): PlacedImage[] {
  const text = repository.file(place.file)?.text;
  if (text === undefined) return [];
  const near = inventory.images.filter(({ root }) => root.used.has(place.file));
  const exact: PlacedImage[] = [];
  const onLine: PlacedImage[] = [];
  for (const image of near) {
    let best = 0;
    for (const scalar of scalarsOf(image.usage)) {
      if (scalar.source.file !== place.file) continue;
      const { start, end } = rangeInFile(text, scalar);
      if (start <= place.offset && place.offset <= end) best = 2;
      else if (start <= place.lineEnd && end >= place.lineStart) best = Math.max(best, 1);
    }
    if (best === 2) exact.push(image);
    else if (best === 1) onLine.push(image);
  }
  if (exact.length > 0) return exact;
  return onLine.length > 0 ? onLine : near;
}

/** All scalars that wrote a part of the reference, or that name it in an images entry. */
function scalarsOf(usage: ImageUsage): Set<ScalarNode> {
  const scalars = new Set<ScalarNode>();
  const owners: (Owner | undefined)[] = [usage.nameOwner, usage.tagOwner, usage.digestOwner, usage.owner];
  for (const layer of usage.layers) owners.push(...layer.owners);
  for (const owner of owners) {
    if (owner === undefined) continue;
    scalars.add(owner.scalar);
    const { entry } = owner;
    if (entry === undefined) continue;
    for (const scalar of [entry.name, entry.newName, entry.newTag, entry.digest]) if (scalar !== undefined) scalars.add(scalar);
  }
  return scalars;
}
