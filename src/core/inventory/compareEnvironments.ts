/** The tags of several environments, or of two snapshots, side by side. */
import { compareText } from '../text/compareText.ts';
import { groupBy } from '../text/groupBy.ts';
import { comparisonWords, shownVersion } from './drift.ts';
import type { Inventory, PlacedImage } from './inventory.ts';

export interface ComparedImage {
  readonly application: string;
  /** That of the first side that has it. */
  readonly environment: string;
  /** Name of the image on the first side that has it. */
  readonly image: string;
  /** One for each side, in the order in which they were asked for. */
  readonly cells: readonly ComparedCell[];
  readonly differs: boolean;
}

export interface ComparedCell {
  /** One for each version that runs there; empty where the side does not have the image. */
  readonly images: readonly PlacedImage[];
  /** `backend-v0.0.6`, `v1, v2`, '' where there is none. */
  readonly version: string;
  /** How it stands to the first side: `older by 1 patch`, `same`, `differs`, `not there`; '' in the first one. */
  readonly words: string;
}

/** All images that one of the environments has, those that differ first. */
export function compareEnvironments(
  inventory: Inventory,
  environments: readonly string[],
  application?: string,
): ComparedImage[] {
  const chosen = new Set(environments);
  const images = inventory.images.filter(
    (image) => chosen.has(image.environment) && (application === undefined || image.application === application),
  );
  return [...groupBy(images, (image) => `${image.application}\n${image.key}`).values()]
    .map((members) => compared(environments.map((environment) => members.filter((image) => image.environment === environment))))
    .sort(inOrder);
}

/** All images of two snapshots, environment by environment, those that differ first. The sides are `then` and `now`. */
export function compareSnapshots(then: Inventory, now: Inventory, isChosen: (image: PlacedImage) => boolean): ComparedImage[] {
  const keyOf = ({ application, environment, key }: PlacedImage) => [application, environment, key].join('\n');
  const groupsOf = ({ images }: Inventory) => groupBy(images.filter(isChosen), keyOf);
  const [before, after] = [groupsOf(then), groupsOf(now)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => compared([before.get(key) ?? [], after.get(key) ?? []]))
    .sort(inOrder);
}

function inOrder(a: ComparedImage, b: ComparedImage): number {
  return Number(b.differs) - Number(a.differs) || compareText(a.application, b.application) || compareText(a.image, b.image);
}

function compared(sides: readonly (readonly PlacedImage[])[]): ComparedImage {
  const groups = sides.map(distinct);
  const [first = []] = groups;
  const cells = groups.map((images, index): ComparedCell => ({
    images,
    version: images.map(({ usage }) => shownVersion(usage) || 'unknown').join(', '),
    words: index === 0 ? '' : wordsFor(first, images),
  }));
  const one = sides.flat()[0];
  return {
    application: one?.application ?? '',
    environment: one?.environment ?? '',
    image: one?.usage.name ?? '',
    cells,
    differs: cells.some(({ words }, index) => index > 0 && words !== 'same'),
  };
}

/** One image for each version. */
function distinct(images: readonly PlacedImage[]): PlacedImage[] {
  return [...groupBy(images, ({ usage }) => `${usage.tag}@${usage.digest} ${usage.status}`).values()].flatMap(
    ([image]) => image ?? [],
  );
}

function wordsFor(first: readonly PlacedImage[], images: readonly PlacedImage[]): string {
  const [one, other] = [first[0], images[0]];
  if (one === undefined || other === undefined) return one === other ? 'same' : 'not there';
  if (first.length > 1 || images.length > 1) {
    const versions = (all: readonly PlacedImage[]) => all.map(({ usage }) => `${usage.tag}@${usage.digest}`).sort();
    return versions(first).join() === versions(images).join() ? 'same' : 'differs';
  }
  if (one.usage.status === 'unknown' || other.usage.status === 'unknown') return 'unknown';
  if (one.usage.tag !== other.usage.tag) return comparisonWords(one, other) || 'differs';
  if (one.usage.digest === other.usage.digest) return 'same';
  if (one.usage.digest === '') return 'same tag, pinned by digest';
  return other.usage.digest === '' ? 'same tag, not pinned by digest' : 'another digest';
}
