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
  const found: DuplicateEntry[] = [];
  // From the last to the first, with where the next entry stands that renames, and the next one that sets a version.
  let renaming = Infinity;
  let setting = Infinity;
  for (const [index, entry] of [...entries.entries()].reverse()) {
    const newName = textOf(entry, 'newName');
    const version = versionField(entry);
    const by = entries[Math.min(newName === '' ? Infinity : renaming, version === undefined ? Infinity : setting)];
    // A rename leads the chain elsewhere, unless the new name still fits.
    if (by !== undefined && (newName === '' || nameMatcher(name)?.(newName) === true))
      found.push({ ignored: entry, by, fields: conflicts(entry, by), isWhole: covers(by, entry) });
    if (newName !== '') renaming = index;
    if (isDeciding(version)) setting = index;
  }
  return found.reverse();
}

type VersionField = 'newTag' | 'digest' | 'tagSuffix';

function versionField(entry: ImageOverride): VersionField | undefined {
  return (['newTag', 'digest', 'tagSuffix'] as const).find((field) => textOf(entry, field) !== '');
}

/** A suffix is added to what the earlier entry sets. */
function isDeciding(field: VersionField | undefined): field is 'newTag' | 'digest' {
  return field !== undefined && field !== 'tagSuffix';
}

function conflicts(a: ImageOverride, b: ImageOverride): string[] {
  const fields: string[] = [];
  if (textOf(a, 'newName') !== '' && textOf(b, 'newName') !== '') fields.push('newName');
  const other = versionField(b);
  if (versionField(a) !== undefined && isDeciding(other)) fields.push(other);
  return fields;
}

function covers(by: ImageOverride, ignored: ImageOverride): boolean {
  const setsName = textOf(ignored, 'newName') === '' || textOf(by, 'newName') !== '';
  return setsName && (textOf(by, 'newTag') !== '' || textOf(by, 'digest') !== '');
}
