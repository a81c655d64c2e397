/** How an image stands to the same image in the environments that a change reaches before. */
import { compareTags, describeComparison } from '../oci/tagOrder.ts';
import type { ImageUsage } from '../repository/model.ts';
import type { Inventory, PlacedImage } from './inventory.ts';

export interface Drift {
  readonly kind: 'behind' | 'ahead' | 'differs';
  /** The environment it is compared with. */
  readonly environment: string;
  /** `1 patch behind dev`, `behind dev: backend-v0.0.6`, `differs from dev: 3f2a1b0`. */
  readonly words: string;
}

const drifts = new WeakMap<Inventory, Map<PlacedImage, Drift | undefined>>();

/** undefined where the image is the same as before it, or where that cannot be said: unknown images, no earlier environment. Never guesses. */
export function driftOf(inventory: Inventory, image: PlacedImage): Drift | undefined {
  let known = drifts.get(inventory);
  if (known === undefined) drifts.set(inventory, (known = new Map()));
  if (!known.has(image)) known.set(image, computeDrift(inventory, image));
  return known.get(image);
}

/** `newer by 1 patch`, `older`, `same`: how the tag of `other` stands to that of `image`; '' where there is no order, or one is not known. */
export function comparisonWords(image: PlacedImage, other: PlacedImage): string {
  if (image.usage.status === 'unknown' || other.usage.status === 'unknown') return '';
  if (other.usage.reference === image.usage.reference) return 'same';
  const words = describeComparison(compareTags(other.usage.tag, image.usage.tag));
  const [, amount, direction] = /^(.*) (newer|older)$/.exec(words) ?? [];
  if (words === 'equal') return 'same version';
  return amount !== undefined && direction !== undefined ? `${direction} by ${amount}` : words;
}

/** The tag, or the digest where there is no tag, or what runs without both; '' where that is not known. */
export function shownVersion({ tag, digest, status }: Pick<ImageUsage, 'tag' | 'digest' | 'status'>): string {
  if (tag !== '') return tag;
  if (digest !== '') return shortDigest(digest);
  return status === 'unknown' ? '' : '(latest)';
}

/** `sha256:1a2b3c4d`: enough to tell digests apart. */
function shortDigest(digest: string): string {
  return digest.replace(/^([^:]*:.{12}).*$/, '$1');
}

function computeDrift(inventory: Inventory, image: PlacedImage): Drift | undefined {
  if (image.usage.status !== 'exact' || image.environment === '') return undefined;
  const earlier = inventory
    .elsewhere(image)
    .filter(
      ({ environment, usage }) =>
        environment !== '' && usage.status === 'exact' && inventory.compareEnvironments(environment, image.environment) < 0,
    );
  // The nearest environment among those with the newest tag: what would be promoted from.
  let source: PlacedImage | undefined;
  for (const other of earlier) {
    const { result } = compareTags(other.usage.tag, source?.usage.tag ?? image.usage.tag);
    if (result === 'newer' || (source !== undefined && result === 'equal')) source = other;
  }
  if (source !== undefined) return behind(image, source);
  const nearest = earlier.at(-1);
  if (nearest === undefined || isSame(nearest, image)) return undefined;
  const { environment, usage } = nearest;
  const comparison = compareTags(image.usage.tag, usage.tag);
  if (comparison.result === 'newer')
    return {
      kind: 'ahead',
      environment,
      words: words(describeComparison(comparison), 'newer', `ahead of ${environment}`, usage),
    };
  return { kind: 'differs', environment, words: `differs from ${environment}: ${shownVersion(usage)}` };
}

function behind(image: PlacedImage, { environment, usage }: PlacedImage): Drift {
  const comparison = describeComparison(compareTags(image.usage.tag, usage.tag));
  return { kind: 'behind', environment, words: words(comparison, 'older', `behind ${environment}`, usage) };
}

function words(comparison: string, direction: string, place: string, usage: ImageUsage): string {
  return comparison === direction ? `${place}: ${shownVersion(usage)}` : `${comparison.slice(0, -direction.length)}${place}`;
}

function isSame({ usage: a }: PlacedImage, { usage: b }: PlacedImage): boolean {
  return a.tag === b.tag && (a.tag !== '' || a.digest === b.digest);
}
