/** Entries of one `images:` list that a later entry of the same list makes useless. */
import { nameMatcher } from '../kustomize/imageTransformer.ts';
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import { splitReference } from '../oci/imageReference.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { ImageOverride } from '../repository/model.ts';
import { groupBy } from '../text/groupBy.ts';
import { textOf } from './entryFields.ts';

export interface DuplicateEntry {
  readonly ignored: ImageOverride;
  readonly by: ImageOverride;
  /** The fields that the later entry sets again, as they are written in kustomize's documentation. */
  readonly fields: readonly string[];
  /** Whether the later entry sets everything that the earlier one does. */
  readonly isWhole: boolean;
}

const byFile = new WeakMap<RepositoryFile, readonly DuplicateEntry[]>();
const bySnapshot = new WeakMap<GitOpsRepository, ReadonlyMap<ImageOverride, DuplicateEntry>>();

/** By the entry that is overridden. */
export function duplicatesOf(repository: GitOpsRepository): ReadonlyMap<ImageOverride, DuplicateEntry> {
  let known = bySnapshot.get(repository);
  if (known === undefined) {
    const all = [...repository.kustomizations.values()].flatMap((file) => duplicatesIn(file));
    bySnapshot.set(repository, (known = new Map(all.map((one) => [one.ignored, one]))));
  }
  return known;
}

function duplicatesIn(file: RepositoryFile): readonly DuplicateEntry[] {
  let found = byFile.get(file);
  if (found === undefined) byFile.set(file, (found = findDuplicates(parseKustomizationFile(file).images)));
  return found;
}

function findDuplicates(all: readonly ImageOverride[]): DuplicateEntry[] {
  return [...groupBy(all, (entry) => textOf(entry, 'name'))].flatMap(([name, entries]) => duplicatesOfName(name, entries));
}

function duplicatesOfName(name: string, entries: readonly ImageOverride[]): DuplicateEntry[] {
  if (entries.length < 2 || name === '' || splitReference(name).tag !== undefined) return [];
  return entries.flatMap((ignored, index): DuplicateEntry[] => {
    const newName = textOf(ignored, 'newName');
    // A rename leads the chain elsewhere, unless the new name still fits.
    if (newName !== '' && nameMatcher(name)?.(newName) !== true) return [];
    for (const by of entries.slice(index + 1)) {
      const fields = conflicts(ignored, by);
      if (fields.length > 0) return [{ ignored, by, fields, isWhole: covers(by, ignored) }];
    }
    return [];
  });
}

function conflicts(a: ImageOverride, b: ImageOverride): string[] {
  const fields: string[] = [];
  if (textOf(a, 'newName') !== '' && textOf(b, 'newName') !== '') fields.push('newName');
  const version = ['newTag', 'digest', 'tagSuffix'] as const;
  const own = version.find((field) => textOf(a, field) !== '');
  const other = version.find((field) => textOf(b, field) !== '');
  // A suffix is added to what the earlier entry sets.
  if (own !== undefined && other !== undefined && other !== 'tagSuffix') fields.push(other);
  return fields;
}

function covers(by: ImageOverride, ignored: ImageOverride): boolean {
  const setsName = textOf(ignored, 'newName') === '' || textOf(by, 'newName') !== '';
  return setsName && (textOf(by, 'newTag') !== '' || textOf(by, 'digest') !== '');
}
