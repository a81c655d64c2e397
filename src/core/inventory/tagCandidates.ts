/** Tags that an image could be set to: those that this repository has, and those that its Git history has seen. */
import type { SeenTag } from '../git/patchTags.ts';
import { repositoryKey } from '../oci/imageReference.ts';
import { compareTags, sortTags } from '../oci/tagOrder.ts';
import { age, day } from '../text/dates.ts';
import type { Inventory, PlacedImage } from './inventory.ts';

export interface Candidate {
  readonly tag: string;
  readonly group: 'newer' | 'current' | 'older' | 'other';
  /** Where and when it was seen: `in dev for 2 days`, `ran here 12 Oct to 3 Nov`. */
  readonly detail: string;
}

export interface CandidateOptions {
  /** Images that run something only as long as what is being typed is not there. */
  readonly apartFrom?: ReadonlySet<PlacedImage>;
  /** What the registry has, where it was asked. */
  readonly registry?: RegistryFacts | undefined;
}

export interface RegistryFacts {
  readonly tags: ReadonlySet<string>;
  /** Whether a tag that is not here is not there. */
  readonly isComplete: boolean;
}

const IN_REPOSITORY = 'in this repository';
/** Of the tags that are only in a registry, the newest: nobody reads so long a list. */
const MOST_FROM_REGISTRY = 1000;

const GROUPS = ['newer', 'current', 'older', 'other'] as const;

/**
 * Newer tags first, newest on top, then the current one and older ones; tags that do not compare with it come last.
 */
export function tagCandidates(
  inventory: Inventory,
  image: PlacedImage,
  history: readonly SeenTag[],
  now: Date,
  { apartFrom = new Set(), registry }: CandidateOptions = {},
): Candidate[] {
  const same = sameImages(inventory, image).filter((other) => !apartFrom.has(other));
  const seen = history.filter((entry) => entry.key !== 'digest' && isOf(entry, image));
  const tags = new Set([...same.map(({ usage }) => usage.tag), ...seen.map(({ tag }) => tag)]);
  for (const tag of sortTags([...(registry?.tags ?? [])]).slice(0, MOST_FROM_REGISTRY)) tags.add(tag);
  tags.delete('');
  const candidates = sortTags([...tags]).map((tag): Candidate => {
    const places = [presentIn(tag, same, seen, now), ranHere(tag, image, seen)].filter((part) => part !== '').join(' · ');
    const known = places || lastSeen(tag, seen);
    return {
      tag,
      group: groupOf(tag, image.usage.tag),
      detail: registry === undefined ? known : inRegistry(tag, known, registry),
    };
  });
  return GROUPS.flatMap((group) => candidates.filter((candidate) => candidate.group === group));
}

/** Files in which tags of this image stand, for a look into their history. */
export function filesWithTagsOf(inventory: Inventory, image: PlacedImage): string[] {
  return [...new Set(sameImages(inventory, image).flatMap(({ usage }) => usage.tagOwner?.file ?? usage.owner?.file ?? []))];
}

function sameImages(inventory: Inventory, image: PlacedImage): PlacedImage[] {
  const name = repositoryKey(image.usage.name);
  return inventory.images.filter((other) => other.key === image.key || repositoryKey(other.usage.name) === name);
}

/** A tag without a name next to it counts where it stands in the deciding file and compares with the present tag. */
function isOf(entry: SeenTag, image: PlacedImage): boolean {
  if (entry.image !== '') {
    const key = repositoryKey(entry.image);
    return key === image.key || key === repositoryKey(image.usage.name);
  }
  return entry.file === image.usage.tagOwner?.file && compareTags(entry.tag, image.usage.tag).result !== 'incomparable';
}

function groupOf(tag: string, current: string): Candidate['group'] {
  if (tag === current) return 'current';
  const { result } = compareTags(tag, current);
  if (result === 'incomparable') return 'other';
  return result === 'equal' ? 'other' : result;
}

function presentIn(tag: string, same: readonly PlacedImage[], seen: readonly SeenTag[], now: Date): string {
  const places = new Map<string, string>();
  for (const { environment, usage } of same) {
    if (usage.tag !== tag || environment === '' || places.has(environment)) continue;
    const since = seen.find((entry) => entry.tag === tag && entry.file === usage.tagOwner?.file);
    places.set(environment, since === undefined ? '' : ` for ${age(new Date(since.date), now)}`);
  }
  return [...places].map(([environment, since]) => `in ${environment}${since}`).join(' · ');
}

/** From the commit that set the tag in the deciding file to the next one there. */
function ranHere(tag: string, { usage }: PlacedImage, seen: readonly SeenTag[]): string {
  const here = seen.filter(({ file }) => file === usage.tagOwner?.file);
  const at = here.findIndex((entry) => entry.tag === tag);
  const [start, end] = [here[at], here[at - 1]];
  if (start === undefined || end === undefined || tag === usage.tag) return '';
  return `ran here ${day(start.date)} to ${day(end.date)}`;
}

/** Where a tag was seen, and whether it is in the registry: it can be pulled then. */
function inRegistry(tag: string, seen: string, { tags, isComplete }: RegistryFacts): string {
  if (tags.has(tag)) return seen === IN_REPOSITORY ? 'in the registry · in no environment yet' : `${seen} · in the registry`;
  return isComplete ? `${seen} · not in the registry` : seen;
}

function lastSeen(tag: string, seen: readonly SeenTag[]): string {
  const entry = seen.find((candidate) => candidate.tag === tag);
  return entry === undefined ? IN_REPOSITORY : `last set ${day(entry.date)}`;
}
