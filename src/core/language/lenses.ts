/** What stands above the lines that decide images: the environments that they reach, and how these stand to the ones before. */
import { driftOf } from '../inventory/drift.ts';
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import { isDead, useOf } from '../lint/entryUses.ts';
import { placeOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import { mappingOf } from '../kustomize/kustomizationFile.ts';
import type { RepositoryFile } from '../repository/files.ts';
import { parentDirectory } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageOverride } from '../repository/model.ts';
import { listedBriefly } from '../text/listed.ts';
import type { Mention } from './mention.ts';
import { mentionsIn } from './mentions.ts';
import { imagesOfEntry, imagesThrough, keyOf } from './reach.ts';
import { whereabouts } from './whereabouts.ts';
import { writtenAt } from './writtenAt.ts';

export interface ImageLens {
  /** What the lens stands above. */
  readonly place: Place;
  /** `dev and prod`, `prod: 1 patch behind dev`, or that nothing is matched; '' where there is nothing to say. */
  readonly words: string;
  /** The images that the line decides or that the entry matches; none for an entry that matches nothing. */
  readonly images: readonly PlacedImage[];
}

/** In the order of the file. */
export function imageLenses(repository: GitOpsRepository, inventory: Inventory, file: RepositoryFile): ImageLens[] {
  const lenses = new Map<string, ImageLens>();
  for (const mention of mentionsIn(file)) {
    const key = keyOfLens(mention);
    if (key === undefined || lenses.has(key)) continue;
    const lens =
      mention.type === 'entry' ? entryLens(repository, inventory, mention.entry) : lineLens(repository, inventory, mention);
    if (lens !== undefined) lenses.set(key, lens);
  }
  return [...lenses.values()];
}

/** One lens for an entry, a line, or the values of one image. */
function keyOfLens(mention: Mention): string | undefined {
  switch (mention.type) {
    case 'entry':
      return keyOf(mention.entry);
    case 'image':
      return mention.where === 'scan' ? undefined : `${String(mention.place.start)} line`;
    case 'value':
      return mention.image.path;
    default:
      return undefined;
  }
}

function entryLens(repository: GitOpsRepository, inventory: Inventory, entry: ImageOverride): ImageLens | undefined {
  const first = mappingOf(entry)?.entries.values().next().value?.key;
  if (first === undefined) return undefined;
  const place = placeOf(repository, first);
  const images = imagesOfEntry(repository, inventory, entry);
  if (images.length > 0) return { place, images, words: reachWords(inventory, images, place.file) };
  const use = useOf(repository, entry);
  return use !== undefined && isDead(repository, use) ? { place, images, words: 'matches no image' } : undefined;
}

function lineLens(repository: GitOpsRepository, inventory: Inventory, mention: Mention): ImageLens | undefined {
  const { place } = mention;
  const parts = mention.type === 'value' ? Object.values(mention.image).filter((part) => typeof part === 'object') : [];
  const places = parts.length === 0 ? [place] : parts.map((scalar) => placeOf(repository, scalar));
  const images = imagesThrough(repository, inventory, place.file, place).filter(({ usage: { owner } }) => {
    const decides = writtenAt(repository, owner);
    return places.some(({ file, start }) => file === decides?.file && start === decides.start);
  });
  return images.length === 0 ? undefined : { place, images, words: reachWords(inventory, images, place.file) };
}

/** `dev and prod`; with what is behind: `staging and prod: 1 patch behind dev`, `dev and prod (differs from dev: v2)`. */
function reachWords(inventory: Inventory, images: readonly PlacedImage[], file: string): string {
  const drifts = new Map<string, string>();
  for (const image of images) {
    const name = whereabouts(image);
    const drift = driftOf(inventory, image);
    const words = drift === undefined || drift.kind === 'ahead' ? '' : drift.words;
    if ((drifts.get(name) ?? '') === '') drifts.set(name, words);
  }
  const [words = '', ...others] = new Set(drifts.values());
  if (others.length === 0) {
    const names = listedBriefly([...drifts.keys()]);
    // That a file in a directory is for this directory goes without saying.
    return words !== '' ? `${names}: ${words}` : names === parentDirectory(file) ? '' : names;
  }
  return listedBriefly([...drifts].map(([name, own]) => (own === '' ? name : `${name} (${own})`)));
}
