import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import type { Place } from '../lint/problem.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { Mention } from './mention.ts';
import { mentionAt } from './mentions.ts';
import { imagesOfMention, imagesThrough } from './reach.ts';

/** What stands at an offset, and the images that it reaches: those of its entry, or those whose reference passes through it. */
export interface Reached {
  readonly mention: Mention | undefined;
  readonly place: Place;
  readonly images: readonly PlacedImage[];
}

export function reachedAt(repository: GitOpsRepository, inventory: Inventory, file: RepositoryFile, offset: number): Reached {
  const mention = mentionAt(file, offset);
  const place = mention?.place ?? { file: file.path, start: offset, end: offset };
  const images =
    mention === undefined
      ? imagesThrough(repository, inventory, file.path, place)
      : imagesOfMention(repository, inventory, mention);
  return { mention, place, images };
}
