/** 7 `image-entry-overridden`: in every root, something that runs later writes the tag again (image-semantics.md A.2, A.6, A.7). */
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { ImageUsage, Layer, Owner } from '../../repository/model.ts';
import { duplicatesOf } from '../duplicateEntries.ts';
import { placeOfField, textOf } from '../entryFields.ts';
import type { EntryUse } from '../entryUses.ts';
import { entryUses, useOf } from '../entryUses.ts';
import { placeOfOwner } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { namesOfRoots, verb } from '../words.ts';

export const imageEntryOverridden: Rule = {
  code: 'image-entry-overridden',
  severity: 'warning',
  summary: 'Something that runs later writes the tag again everywhere, so the tag of this entry runs nowhere.',
  *check(input) {
    const duplicates = duplicatesOf(input.repository);
    for (const use of entryUses(input.repository)) {
      const { entry } = use;
      if ((textOf(entry, 'newTag') === '' && textOf(entry, 'digest') === '') || duplicates.has(entry)) continue;
      const overridden = allOverridden(input.repository, use);
      if (overridden !== undefined) yield finding(input, use, overridden);
    }
  },
};

interface Overridden {
  readonly usage: ImageUsage;
  readonly root: EntryUse['matched'][number]['root'];
  readonly layer: Layer;
  readonly by: Owner;
}

/** What overrides each image that the entry matches; undefined where one keeps its tag, or where that is not certain. */
function allOverridden(repository: GitOpsRepository, use: EntryUse): readonly Overridden[] | undefined {
  const { entry, runs } = use;
  if (!runs.some(({ run }) => run.matched) || runs.some(({ root, run }) => !run.certain || root.failure !== undefined))
    return undefined;
  const found: Overridden[] = [];
  for (const { root, run } of runs) {
    // Flux puts the entry of `spec.images` in the place of this one.
    const ran = run.override.entry === entry ? use : useOf(repository, run.override.entry);
    for (const { root: matchedIn, usage } of ran === undefined ? [] : [...ran.matched, ...ran.patched]) {
      if (matchedIn !== root) continue;
      const by = usage.tagOwner ?? usage.digestOwner;
      const layer = usage.layers.findLast(({ owners }) => by !== undefined && owners.some(({ scalar }) => scalar === by.scalar));
      if (usage.status !== 'exact' || by === undefined || layer === undefined || by.entry === entry || decides(usage, entry))
        return undefined;
      // What it says does run, whoever says it again.
      if (usage.tag === textOf(entry, 'newTag') && usage.digest === textOf(entry, 'digest')) return undefined;
      found.push({ usage, root, layer, by });
    }
  }
  return found.length === 0 ? undefined : found;
}

function decides({ tagOwner, digestOwner }: ImageUsage, { newTag, digest }: EntryUse['entry']): boolean {
  return [tagOwner, digestOwner].some((owner) => owner !== undefined && (owner.scalar === newTag || owner.scalar === digest));
}

function finding({ repository, inventory }: LintInput, { entry }: EntryUse, overridden: readonly Overridden[]): Finding {
  const [first] = overridden as readonly [Overridden, ...Overridden[]];
  const written = textOf(entry, 'newTag') || textOf(entry, 'digest');
  const names = namesOfRoots(
    inventory,
    overridden.map(({ root }) => root),
  );
  const runs = new Set(overridden.map(({ usage }) => usage.reference));
  const instead = runs.size === 1 ? `: ${names} ${verb(names, 'runs', 'run')} ${first.usage.reference}` : '';
  const owners = [...new Map(overridden.map(({ by }) => [by.scalar, by])).values()];
  return {
    severity: isMeant(overridden) ? 'information' : 'warning',
    message: `${whoWrites(overridden)} the tag after this entry, so ${written} runs nowhere${instead}.`,
    place: placeOfField(repository, entry, textOf(entry, 'newTag') === '' ? 'digest' : 'newTag'),
    related: owners
      .slice(0, 5)
      .map((owner) => ({ place: placeOfOwner(repository, owner), message: 'this line decides instead' })),
    usages: overridden.map(({ usage }) => usage),
  };
}

/** Flux Kustomizations that set an image, and a base that has a tag for overlays without one of their own, are what people write on purpose. */
function isMeant(overridden: readonly Overridden[]): boolean {
  if (overridden.every(({ layer }) => layer.what === 'flux-images')) return true;
  return (
    new Set(overridden.map(({ by }) => by.file)).size > 1 &&
    overridden.every(({ layer }) => layer.what === 'images' || layer.what === 'patch')
  );
}

/** Ends in a verb. */
function whoWrites(overridden: readonly Overridden[]): string {
  const [first] = overridden as readonly [Overridden, ...Overridden[]];
  const files = new Set(overridden.map(({ by }) => by.file));
  const place = files.size === 1 ? first.by.file : `${String(files.size)} other files`;
  switch (first.layer.what) {
    case 'replacement':
      return 'The replacements of a later step write';
    case 'transformer':
      return `A transformer in ${place} sets`;
    case 'flux-images':
      return `spec.images in ${place} sets`;
    case 'substitution':
      return `A variable in ${place} sets`;
    default:
      return `${files.size === 1 ? place : `Each of ${place}`} sets`;
  }
}
