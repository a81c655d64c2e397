/** Values that an images entry can take: names that its layer really sees, and tags and digests that were seen of its images. */
import type { SeenTag } from '../git/patchTags.ts';
import { shownVersion } from '../inventory/drift.ts';
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import type { RegistryFacts } from '../inventory/tagCandidates.ts';
import { tagCandidates } from '../inventory/tagCandidates.ts';
import { referenceOf } from '../kustomize/imageState.ts';
import { useOf } from '../lint/entryUses.ts';
import { classifyTag } from '../oci/tagScheme.ts';
import { sortTags } from '../oci/tagOrder.ts';
import { repositoryKey } from '../oci/imageReference.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageOverride } from '../repository/model.ts';
import { listedBriefly } from '../text/listed.ts';
import type { CompletionContext } from './completionContext.ts';
import type { EntryMention } from './mention.ts';
import { mentionsIn } from './mentions.ts';
import { imagesOfEntry, keyOf } from './reach.ts';

export interface Completion {
  readonly value: string;
  /** Where it was seen, or what uses it. */
  readonly detail: string;
}

/** The repository, or one in which the value at the place is left out, where the text does not parse as it is; undefined where that does not help. */
export function repaired(
  repository: GitOpsRepository,
  file: RepositoryFile,
  { range }: CompletionContext,
): { readonly repository: GitOpsRepository; readonly file: RepositoryFile } | undefined {
  const parses = (one: RepositoryFile | undefined): boolean => one?.first.problem === undefined;
  if (parses(file)) return { repository, file };
  const text = file.text.slice(0, range.start) + file.text.slice(range.end);
  const next = repository.with(new Map([[file.path, text]]));
  const mended = next.file(file.path);
  return mended === undefined || !parses(mended) ? undefined : { repository: next, file: mended };
}

/** The entry that has the field at a place. */
export function entryAt(file: RepositoryFile, { field, range }: CompletionContext): ImageOverride | undefined {
  const lineStart = file.text.lastIndexOf('\n', range.start - 1) + 1;
  return mentionsIn(file).find(
    (mention): mention is EntryMention =>
      mention.type === 'entry' &&
      mention.field === field &&
      mention.place.start >= lineStart &&
      mention.place.start <= range.start,
  )?.entry;
}

/** The names of the images that are there when an entry runs, those that no other entry has first. */
export function nameCompletions(repository: GitOpsRepository, file: RepositoryFile, entry: ImageOverride): Completion[] {
  const users = new Map<string, Set<string>>();
  const references = new Map<string, string>();
  for (const { run } of useOf(repository, entry)?.runs ?? [])
    for (const { images, name: workload, kind, declared } of run.seen)
      for (const { state, role, container } of declared ? [] : images) {
        if (role === 'ephemeralContainers') continue;
        const name = state.name.text;
        const own = users.get(name) ?? new Set();
        users.set(name, own.add(container === workload ? `${kind} ${workload}` : `${kind} ${workload}: ${container}`));
        references.set(name, referenceOf(state));
      }
  const taken = new Set(
    mentionsIn(file).flatMap((one) =>
      one.type === 'entry' && one.field === 'name' && one.entry !== entry ? [one.scalar.text] : [],
    ),
  );
  const names = [...users].map(([value, own]) => {
    const detail = listedBriefly([...own]);
    return { value, detail: taken.has(value) ? `${detail}, has an entry already` : detail };
  });
  return names.sort((a, b) => Number(taken.has(a.value)) - Number(taken.has(b.value)) || (a.value < b.value ? -1 : 1));
}

/** The images that an entry is for: those that it matches, else those of its name in the rest of the repository. */
export function imagesFor(repository: GitOpsRepository, inventory: Inventory, entry: ImageOverride): readonly PlacedImage[] {
  const matched = imagesOfEntry(repository, inventory, entry).filter(({ usage }) => usage.originalName !== '');
  if (matched.length > 0) return matched;
  const names = [entry.name, entry.newName].flatMap((scalar) =>
    scalar === undefined || scalar.text === '' ? [] : [repositoryKey(scalar.text)],
  );
  return inventory.images.filter(({ key, usage }) => names.includes(key) || names.includes(repositoryKey(usage.name)));
}

/** Tags of the images, newest first. What runs because the entry has no tag yet is none of them. */
export function tagCompletions(
  inventory: Inventory,
  entry: ImageOverride,
  images: readonly PlacedImage[],
  history: readonly SeenTag[],
  now: Date,
  registry?: RegistryFacts,
): Completion[] {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const isUndecided = ({ usage }: PlacedImage): boolean =>
    entry.newTag?.text === '' && usage.entries.some((other) => keyOf(other) === keyOf(entry));
  const undecided = new Set(images.filter(isUndecided));
  for (const image of images) {
    if (seen.has(image.key)) continue;
    seen.add(image.key);
    for (const { tag, detail } of tagCandidates(inventory, image, history, now, { apartFrom: undecided, registry }))
      if (!found.has(tag)) found.set(tag, detail);
  }
  // Names that move are no choice for somebody who wants to know what runs.
  const sorted = sortTags([...found.keys()]);
  const pinned = sorted.filter((tag) => classifyTag(tag).kind !== 'moving');
  return [...pinned, ...sorted.filter((tag) => !pinned.includes(tag))].map((value) => {
    const detail = found.get(value) ?? '';
    const author = history.find(({ tag, key }) => tag === value && key !== 'digest')?.author ?? '';
    return { value, detail: author === '' ? detail : `${detail} · ${author}` };
  });
}

/** Digests of the images: those that run somewhere, then those that commits wrote, newest first. */
export function digestCompletions(
  inventory: Inventory,
  images: readonly PlacedImage[],
  history: readonly SeenTag[],
): Completion[] {
  const keys = new Set(images.map(({ key }) => key));
  const found = new Map<string, string>();
  for (const { key, environment, usage } of inventory.images) {
    if (!keys.has(key) || usage.digest === '' || found.has(usage.digest)) continue;
    const tag = usage.tag === '' ? '' : `${shownVersion(usage)} `;
    found.set(usage.digest, environment === '' ? tag.trim() : `${tag}in ${environment}`);
  }
  for (const { key, image, tag, author } of history)
    if (key === 'digest' && keys.has(repositoryKey(image)) && !found.has(tag)) found.set(tag, author);
  return [...found].map(([value, detail]) => ({ value, detail }));
}
