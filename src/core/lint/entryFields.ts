/** The keys and values of an images entry as they are written, in whatever spelling. */
import { foldKeys } from '../kustomize/foldKeys.ts';
import { mappingOf } from '../kustomize/kustomizationFile.ts';
import type { ImageOverride } from '../repository/model.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { MapEntry } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { coercedText } from '../yaml/typing.ts';
import type { Place } from './problem.ts';
import { placeOf, placeOfValue } from './places.ts';

type Field = 'name' | 'newName' | 'newTag' | 'tagSuffix' | 'digest';

export function fieldOf(entry: ImageOverride, field: Field): MapEntry | undefined {
  const mapping = mappingOf(entry);
  return mapping && foldKeys(mapping).get(field.toLowerCase());
}

/** The text of a field as kustomize takes it, '' where it has none. */
export function textOf(entry: ImageOverride, field: Field): string {
  const scalar = entry[field];
  return scalar === undefined || isNull(scalar) ? '' : coercedText(scalar);
}

/** Where a field is written; where the entry starts if it has none. */
export function placeOfField(repository: GitOpsRepository, entry: ImageOverride, ...fields: readonly Field[]): Place {
  for (const field of fields) {
    const written = fieldOf(entry, field);
    if (written !== undefined) return placeOfValue(repository, written);
  }
  const first: MapEntry | undefined = mappingOf(entry)?.entries.values().next().value;
  return first === undefined ? { file: entry.file, start: entry.start, end: entry.start } : placeOf(repository, first.key);
}
