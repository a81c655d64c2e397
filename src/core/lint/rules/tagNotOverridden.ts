/** 18 `tag-not-overridden`: other environments set the tag of an image in their own files, and this one takes that of the base. */
import type { Inventory, PlacedImage } from '../../inventory/inventory.ts';
import { parseKustomizationFile } from '../../kustomize/kustomizationFile.ts';
import { joinPath, KUSTOMIZATION_NAMES, parentDirectory } from '../../repository/files.ts';
import type { RepositoryFile } from '../../repository/files.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { ImageUsage } from '../../repository/model.ts';
import { groupBy } from '../../text/groupBy.ts';
import { listed } from '../../text/listed.ts';
import { deadEntries } from '../deadEntries.ts';
import { placeOf, placeOfOwner, topOf } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';

export const tagNotOverridden: Rule = {
  code: 'tag-not-overridden',
  severity: 'information',
  summary: 'Other environments set this tag in their own file, and this one takes that of the base.',
  *check(input) {
    const found = input.inventory.images.flatMap((image) => overriddenElsewhere(input, image) ?? []);
    for (const members of groupBy(found, ({ image }) => `${image.root.id} ${image.key}`).values())
      yield finding(input, members[0] as Overridden);
  },
};

interface Overridden {
  readonly image: PlacedImage;
  /** The kustomization file of the root. */
  readonly file: RepositoryFile;
  readonly elsewhere: readonly PlacedImage[];
}

function overriddenElsewhere({ inventory, repository }: LintInput, image: PlacedImage): Overridden | undefined {
  const { usage, root, environment } = image;
  const owner = usage.tagOwner ?? usage.nameOwner;
  if (environment === '' || usage.status !== 'exact' || owner === undefined || usage.setter !== undefined) return undefined;
  if (isOwn(owner.file, root.directory) || usage.kind === 'HelmRelease') return undefined;
  const file = kustomizationOf(repository, root.directory);
  if (file === undefined || triesTo(repository, file, usage)) return undefined;
  const elsewhere = othersWithOwnTag(inventory, image, owner.file);
  return elsewhere.length === 0 ? undefined : { image, file, elsewhere };
}

/** Whether the file has an entry for it that is empty, or one that does nothing and may be meant for it: rules of their own tell that. */
function triesTo(repository: GitOpsRepository, file: RepositoryFile, usage: ImageUsage): boolean {
  const dead = new Set(deadEntries(repository).map(({ use }) => use.entry));
  return parseKustomizationFile(file).images.some((entry) => usage.entries.includes(entry) || dead.has(entry));
}

/** Environments whose own file sets another tag over that of the same base. */
function othersWithOwnTag(inventory: Inventory, image: PlacedImage, base: string): PlacedImage[] {
  return inventory.elsewhere(image).filter(({ usage, root, environment }) => {
    const { tagOwner, status, layers, tag } = usage;
    if (environment === '' || status !== 'exact' || tagOwner?.entry === undefined || tag === image.usage.tag) return false;
    const isOnBase = layers.some(({ owners }) => owners.some(({ file }) => file === base));
    return isOnBase && isOwn(tagOwner.file, root.directory);
  });
}

function isOwn(file: string, directory: string): boolean {
  return parentDirectory(file) === directory || file.startsWith(`${directory}/`);
}

function kustomizationOf(repository: GitOpsRepository, directory: string): RepositoryFile | undefined {
  return KUSTOMIZATION_NAMES.map((name) => repository.file(joinPath(directory, name))).find((file) => file !== undefined);
}

function finding({ repository }: LintInput, { image, file, elsewhere }: Overridden): Finding {
  const { usage, environment } = image;
  const owner = usage.tagOwner ?? usage.nameOwner;
  const key = imagesKey(file);
  const others = listed(elsewhere.map((other) => other.environment));
  return {
    message: `${environment} takes ${usage.reference} from ${owner?.file ?? 'the base'}, and ${others} ${elsewhere.length === 1 ? 'sets a tag of its own' : 'set tags of their own'}: ${environment} has no images entry for it.`,
    place: key === undefined ? topOf(repository, file.path) : placeOf(repository, key),
    related: elsewhere.flatMap((other) =>
      other.usage.tagOwner === undefined
        ? []
        : [{ place: placeOfOwner(repository, other.usage.tagOwner), message: `${other.environment} runs ${other.usage.tag}` }],
    ),
    usages: [usage],
  };
}

function imagesKey(file: RepositoryFile) {
  const { root } = file.first;
  if (parseKustomizationFile(file).images.length === 0 || root?.kind !== 'map') return undefined;
  return [...root.entries.values()].find(({ key }) => key.text.toLowerCase() === 'images')?.key;
}
