/** Which images a place in a file reaches: those whose reference passes through it. */
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import { placeOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageOverride, ImageUsage } from '../repository/model.ts';
import { groupBy } from '../text/groupBy.ts';
import type { TextRange } from '../text/textEdit.ts';
import type { ScalarNode } from '../yaml/node.ts';
import type { Mention } from './mention.ts';

interface Touch {
  readonly place: Place;
  readonly usage: ImageUsage;
}

/** What the images of one root pass through. */
interface RootTouches {
  readonly byFile: ReadonlyMap<string, readonly Touch[]>;
  readonly byEntry: ReadonlyMap<string, readonly ImageUsage[]>;
}

/** Kept for roots that did not change. */
const touches = new WeakMap<BuildRoot, RootTouches>();

function touchesOf(repository: GitOpsRepository, root: BuildRoot): RootTouches {
  let known = touches.get(root);
  if (known === undefined) touches.set(root, (known = collect(repository, root)));
  return known;
}

function collect(repository: GitOpsRepository, { usages }: BuildRoot): RootTouches {
  const found: Touch[] = [];
  const entries = new Map<string, ImageUsage[]>();
  for (const usage of usages) {
    for (const scalar of scalarsOf(usage)) found.push({ place: placeOf(repository, scalar), usage });
    for (const key of new Set(usage.entries.map(keyOf))) {
      const list = entries.get(key);
      if (list === undefined) entries.set(key, [usage]);
      else list.push(usage);
    }
  }
  return { byFile: groupBy(found, ({ place }) => place.file), byEntry: entries };
}

/** The place, not the object: a Flux Kustomization that its parents patch is read once for each of them. */
export function keyOf({ file, start }: Pick<ImageOverride, 'file' | 'start'>): string {
  return `${file} ${String(start)}`;
}

/** Every scalar that wrote a part of the reference, was written over, or left it as it was. */
function scalarsOf(usage: ImageUsage): Set<ScalarNode> {
  const owners = [
    usage.nameOwner,
    usage.tagOwner,
    usage.digestOwner,
    usage.owner,
    ...usage.layers.flatMap((layer) => layer.owners),
  ];
  const scalars = new Set(owners.flatMap((owner) => (owner === undefined ? [] : [owner.scalar])));
  for (const { name, newName, newTag, tagSuffix, digest } of usage.entries)
    for (const scalar of [name, newName, newTag, tagSuffix, digest]) if (scalar !== undefined) scalars.add(scalar);
  return scalars;
}

/** The images that pass through something in a range of a file, in the order of environments. */
export function imagesThrough(
  repository: GitOpsRepository,
  inventory: Inventory,
  file: string,
  { start, end }: TextRange,
): PlacedImage[] {
  return placed(inventory, repository.rootsUsing(file), (root) =>
    (touchesOf(repository, root).byFile.get(file) ?? [])
      .filter(({ place }) => place.start <= end && start <= place.end)
      .map(({ usage }) => usage),
  );
}

/** The images that an entry matches, in the order of environments. */
export function imagesOfEntry(repository: GitOpsRepository, inventory: Inventory, entry: ImageOverride): PlacedImage[] {
  const key = keyOf(entry);
  return placed(inventory, repository.rootsUsing(entry.file), (root) => touchesOf(repository, root).byEntry.get(key) ?? []);
}

/** The images that a mention reaches; those of a container also where a patch writes its whole image anew. */
export function imagesOfMention(repository: GitOpsRepository, inventory: Inventory, mention: Mention): PlacedImage[] {
  const { place } = mention;
  if (mention.type === 'entry') return imagesOfEntry(repository, inventory, mention.entry);
  const through = imagesThrough(repository, inventory, place.file, place);
  const { container } = mention.type === 'image' ? mention : {};
  if (container === undefined) return through;
  const replaced = placed(inventory, repository.rootsUsing(place.file), (root) =>
    root.usages.filter(
      (usage) =>
        usage.manifest === place.file &&
        usage.layers[0]?.what === 'patch' &&
        usage.container === container.name &&
        usage.kind === container.kind &&
        // Layers add prefixes and suffixes.
        usage.workload.includes(container.workload),
    ),
  );
  return replaced.length === 0 ? through : inOrder(inventory, new Set([...through, ...replaced]));
}

function placed(
  inventory: Inventory,
  roots: readonly BuildRoot[],
  usagesOf: (root: BuildRoot) => readonly ImageUsage[],
): PlacedImage[] {
  const images = byUsage(inventory);
  return inOrder(inventory, new Set(roots.flatMap((root) => usagesOf(root).flatMap((usage) => images.get(usage) ?? []))));
}

function inOrder(inventory: Inventory, images: ReadonlySet<PlacedImage>): PlacedImage[] {
  return [...images].sort((a, b) => inventory.compareEnvironments(a.environment, b.environment));
}

const usageIndexes = new WeakMap<Inventory, ReadonlyMap<ImageUsage, readonly PlacedImage[]>>();

function byUsage(inventory: Inventory): ReadonlyMap<ImageUsage, readonly PlacedImage[]> {
  let index = usageIndexes.get(inventory);
  if (index === undefined) usageIndexes.set(inventory, (index = groupBy(inventory.images, ({ usage }) => usage)));
  return index;
}
