/** Where that stands which a place speaks of. */
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import { topOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { distinct } from './distinct.ts';
import type { Mention } from './mention.ts';
import { mentionAt } from './mentions.ts';
import { findObjects } from './objects.ts';
import { fileOfPath } from './paths.ts';
import { findPolicy, placeOfName } from './policies.ts';
import { imagesOfMention } from './reach.ts';
import { valuesOfVariable, variableAt } from './variables.ts';
import { writtenAt } from './writtenAt.ts';

export interface Definition {
  /** What is defined: the text that an editor underlines. */
  readonly origin: Place;
  readonly targets: readonly Place[];
}

/** undefined where the offset is at nothing that is defined somewhere. */
export function definitionAt(
  repository: GitOpsRepository,
  inventory: Inventory,
  file: RepositoryFile,
  offset: number,
): Definition | undefined {
  const variable = variableAt(file, offset);
  if (variable !== undefined) {
    const targets = distinct(valuesOfVariable(repository, variable).flatMap(({ place }) => place ?? []));
    if (targets.length > 0) return { origin: variable.place, targets };
  }
  const mention = mentionAt(file, offset);
  if (mention === undefined) return undefined;
  const targets = distinct(targetsOf(repository, inventory, mention));
  return targets.length === 0 ? undefined : { origin: mention.place, targets };
}

function targetsOf(repository: GitOpsRepository, inventory: Inventory, mention: Mention): readonly Place[] {
  const { place } = mention;
  switch (mention.type) {
    case 'entry':
      return containersOf(repository, imagesOfMention(repository, inventory, mention));
    case 'image':
    case 'value':
      return imagesOfMention(repository, inventory, mention).flatMap(
        ({ usage: { owner } }) => writtenAt(repository, owner) ?? [],
      );
    case 'path': {
      const target = fileOfPath(repository, mention);
      return target === undefined ? [] : [topOf(repository, target)];
    }
    case 'object':
      return findObjects(repository, mention.object, place.file);
    case 'marker': {
      const { policy } = mention.marker;
      const found = policy && findPolicy(repository, policy);
      const target = found && placeOfName(repository, found);
      return target === undefined ? [] : [target];
    }
    case 'identity':
    case 'kustomization':
      return [];
  }
}

/** The lines on which the images stand before any layer changes them. */
export function containersOf(repository: GitOpsRepository, images: readonly PlacedImage[]): Place[] {
  return images.flatMap(({ usage }) => {
    return usage.manifest === undefined ? [] : (writtenAt(repository, usage.layers[0]?.owners[0]) ?? []);
  });
}
