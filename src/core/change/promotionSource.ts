/** Which image of the source environment belongs to an image of a target environment. */
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import { compareTags } from '../oci/tagOrder.ts';
import { groupBy } from '../text/groupBy.ts';

export interface PromotionSource {
  readonly environment: string;
  /** The snapshot to take it from: that of the targets, or one of another commit. */
  readonly inventory: Inventory;
  /** Name of that other commit for people, such as `1a2b3c4`. */
  readonly commit?: string | undefined;
}

export interface SourceImage {
  readonly image: PlacedImage;
  /** Others that are as much alike and have another version. */
  readonly others: readonly PlacedImage[];
}

/** The images of the source environment by application and key. */
export class SourceImages {
  private readonly environment: string;
  private readonly groups: ReadonlyMap<string, readonly PlacedImage[]>;

  constructor({ environment, inventory }: PromotionSource) {
    this.environment = environment;
    const images = inventory.images.filter((image) => image.environment === environment);
    this.groups = groupBy(images, groupOf);
  }

  /** The one whose workload and container are most alike; of several, the one with the newest tag. */
  of(target: PlacedImage): SourceImage | undefined {
    let best: PlacedImage[] = [];
    let score = -1;
    for (const candidate of this.groups.get(groupOf(target)) ?? []) {
      const likeness = this.likeness(candidate, target);
      if (likeness < score) continue;
      if (likeness > score) best = [];
      score = likeness;
      best.push(candidate);
    }
    const [first, ...rest] = best;
    if (first === undefined) return undefined;
    const image = rest.reduce(
      (newest, other) => (compareTags(other.usage.tag, newest.usage.tag).result === 'newer' ? other : newest),
      first,
    );
    return { image, others: best.filter(({ usage }) => usage.tag !== image.usage.tag || usage.digest !== image.usage.digest) };
  }

  /** All images, those too that no target has. */
  *all(): Iterable<PlacedImage> {
    for (const images of this.groups.values()) yield* images;
  }

  private likeness({ usage: one }: PlacedImage, { usage: other, environment }: PlacedImage): number {
    const workloads = [bare(one.workload, this.environment), bare(other.workload, environment)];
    return (
      Number(one.container === other.container) * 4 +
      Number(workloads[0] === workloads[1]) * 4 +
      Number(one.kind === other.kind) * 2 +
      Number(one.namespace === other.namespace)
    );
  }
}

export function groupOf({ application, key }: PlacedImage): string {
  return `${application}\n${key}`;
}

/** A name without the environment in it: `dev-backend` and `prod-backend` are one workload. */
function bare(name: string, environment: string): string {
  return environment === ''
    ? name
    : name
        .split('-')
        .filter((part) => part !== environment)
        .join('-')
        .replace(environment, '');
}
