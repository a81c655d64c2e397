/** Entries that match nothing, and the most likely reason: what rules 2 to 6 tell apart (image-semantics.md C). */
import { distance } from 'fastest-levenshtein';
import type { ImageState } from '../kustomize/imageState.ts';
import { referenceOf } from '../kustomize/imageState.ts';
import { nameMatcher } from '../kustomize/imageTransformer.ts';
import { repositoryKey, shortName, splitReference } from '../oci/imageReference.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { EntryUse } from './entryUses.ts';
import { entryUses, isDead } from './entryUses.ts';
import { textOf } from './entryFields.ts';

/** An image that an entry could have meant, as it was when the entry ran. */
export interface SeenImage {
  readonly state: ImageState;
  readonly reference: string;
  readonly container: string;
  readonly workload: string;
  readonly isEphemeral: boolean;
}

export type DeadCause = 'blocked' | 'renamed' | 'spelling' | 'owner' | 'unmatched';

export interface DeadEntry {
  readonly use: EntryUse;
  /** The name that the entry looks for. */
  readonly name: string;
  readonly cause: DeadCause;
  /** The image that it means most likely; undefined where several are as likely. */
  readonly image: SeenImage | undefined;
}

const known = new WeakMap<GitOpsRepository, readonly DeadEntry[]>();

/** All dead entries of a snapshot. */
export function deadEntries(repository: GitOpsRepository): readonly DeadEntry[] {
  let dead = known.get(repository);
  if (dead === undefined) {
    dead = [...entryUses(repository)].filter((use) => isDead(repository, use)).map(explain);
    known.set(repository, dead);
  }
  return dead;
}

function explain(use: EntryUse): DeadEntry {
  const name = textOf(use.entry, 'name');
  const images = seenImages(use);
  const matches = nameMatcher(name) ?? (() => false);
  const tests: readonly (readonly [DeadCause, (image: SeenImage) => boolean])[] = [
    ['blocked', ({ state }) => matches(state.name.text)],
    ['renamed', ({ state }) => state.layers.someEarlier(({ reference }) => matches(reference))],
    ['spelling', ({ reference }) => repositoryKey(reference) === repositoryKey(name)],
    ['owner', ({ reference }) => name.includes('/') && shortName(reference) === shortName(name)],
  ];
  // A name with a tag is for that tag alone, whatever the image is called otherwise.
  if (name !== '' && splitReference(name).tag === undefined)
    for (const [cause, test] of tests) {
      const found = images.filter((image) => !image.isEphemeral && test(image));
      if (found.length > 0) return { use, name, cause, image: sole(found) };
    }
  return { use, name, cause: 'unmatched', image: name === '' ? undefined : likeliest(name, images) };
}

function seenImages({ runs }: EntryUse): SeenImage[] {
  const images = new Map<string, SeenImage>();
  for (const { run } of runs)
    for (const { images: fields, name, declared } of run.seen)
      for (const { state, container, role } of declared ? [] : fields) {
        const reference = referenceOf(state);
        const isEphemeral = role === 'ephemeralContainers';
        images.set(`${reference} ${container} ${name}`, { state, reference, container, workload: name, isEphemeral });
      }
  return [...images.values()];
}

/** The one image that all of them are. */
function sole(images: readonly SeenImage[]): SeenImage | undefined {
  const [first] = images;
  return images.every(({ state }) => state.name.text === first?.state.name.text) ? first : undefined;
}

/** At least so much of a name has to be the same for two names to be taken for one. */
const LIKENESS = 0.7;

/** An ephemeral container with that very name, a container or workload that is called so, else the name that is spelled most alike. */
function likeliest(name: string, images: readonly SeenImage[]): SeenImage | undefined {
  const matches = nameMatcher(name) ?? (() => false);
  const ephemeral = images.find(({ isEphemeral, reference }) => isEphemeral && matches(reference));
  if (ephemeral !== undefined) return ephemeral;
  const others = images.filter(({ isEphemeral }) => !isEphemeral);
  const called = others.filter((image) => [image.container, image.workload, shortName(image.reference)].includes(name));
  if (called.length > 0) return sole(called);
  const alike = others.filter(({ state }) => likeness(name, state.name.text) >= LIKENESS);
  const best = Math.max(...alike.map(({ state }) => likeness(name, state.name.text)));
  return sole(alike.filter(({ state }) => likeness(name, state.name.text) === best));
}

function likeness(a: string, b: string): number {
  return 1 - distance(a, b) / Math.max(a.length, b.length, 1);
}
