/** Who else the lines that decide some images decide for. */
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';

export interface OtherUsers {
  /** Environments (or roots without one) in which the same line decides. */
  readonly decided: readonly string[];
  /** Those that build on the file of the line, also where they decide for themselves. */
  readonly building: readonly string[];
  /** Those that have the very same build, and nothing of their own. */
  readonly rendering: readonly string[];
}

const byScalar = new WeakMap<Inventory, ReadonlyMap<ScalarNode, readonly PlacedImage[]>>();
const byFile = new WeakMap<GitOpsRepository, Map<string, BuildRoot[]>>();

/** Users outside of the chosen environments. */
export function otherUsersOf(
  repository: GitOpsRepository,
  inventory: Inventory,
  images: readonly Pick<PlacedImage, 'root' | 'usage'>[],
  chosen: ReadonlySet<string>,
): OtherUsers {
  const decided = new Set<string>();
  const building = new Set<string>();
  const rendering = new Set<string>();
  for (const { usage, root: own } of images) {
    for (const environment of inventory.environmentsOf(own)) if (!chosen.has(environment)) rendering.add(environment);
    const owner = usage.tagOwner ?? usage.owner;
    if (owner === undefined) continue;
    for (const other of imagesDecidedBy(inventory, owner.scalar))
      if (!chosen.has(other.environment)) decided.add(other.environment === '' ? other.root.id : other.environment);
    for (const root of rootsUsing(repository, owner.file))
      for (const environment of inventory.environmentsOf(root))
        if (!chosen.has(environment)) building.add(environment === '' ? root.id : environment);
  }
  const sort = (names: ReadonlySet<string>) => [...names].sort((a, b) => inventory.compareEnvironments(a, b));
  return { decided: sort(decided), building: sort(building), rendering: sort(rendering) };
}

function imagesDecidedBy(inventory: Inventory, scalar: ScalarNode): readonly PlacedImage[] {
  let index = byScalar.get(inventory);
  if (index === undefined) {
    const made = new Map<ScalarNode, PlacedImage[]>();
    for (const image of inventory.images) {
      const own = (image.usage.tagOwner ?? image.usage.owner)?.scalar;
      if (own === undefined) continue;
      const all = made.get(own);
      if (all === undefined) made.set(own, [image]);
      else all.push(image);
    }
    byScalar.set(inventory, (index = made));
  }
  return index.get(scalar) ?? [];
}

/** Found once for all paths: a promotion asks for the line of each of its images. */
function rootsUsing(repository: GitOpsRepository, path: string): readonly BuildRoot[] {
  let index = byFile.get(repository);
  if (index === undefined) {
    byFile.set(repository, (index = new Map()));
    for (const root of repository.roots)
      for (const used of root.used) {
        const roots = index.get(used);
        if (roots === undefined) index.set(used, [root]);
        else roots.push(root);
      }
  }
  return index.get(path) ?? [];
}
