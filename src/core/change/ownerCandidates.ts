/** Where a version can be written so that the scalar that decides an image decides it again (image-semantics.md A.8, rules 1 to 4). */
import type { ImageOverride, ImageUsage, Owner } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import type { Operation } from './operations.ts';
import { textsFor } from './scalarTexts.ts';
import type { Version } from './version.ts';
import { versionText } from './version.ts';

/** One way to make the change; whoever plans checks its outcome. */
export interface Candidate {
  readonly operations: readonly Operation[];
  /** True where a key is added that did not decide before: then no other image may change with it. */
  readonly isAddition: boolean;
}

/** The ways in the order in which they should be tried. */
export function ownerCandidates(usage: ImageUsage, wanted: Version): Candidate[] {
  const { tagOwner, digestOwner } = usage;
  const nearest = usage.entries.at(-1);
  const candidates: Candidate[] = [];
  const decidedByEntry = [tagOwner, digestOwner].some((owner) => owner?.entry !== undefined);
  if (nearest !== undefined && !decides(nearest)) {
    // Rule 2: an entry that matches and leaves the tag open is nearer to the environment than what is below it. Without a key for the tag that
    // is so only above a manifest, since entries share out their fields (`newTag` here, `newName` there).
    if (nearest.newTag !== undefined || !decidedByEntry) candidates.push(inEntry(nearest, wanted, true));
  }
  const entryOwner = [tagOwner, digestOwner].find((owner) => owner !== undefined && isVersionField(owner));
  if (entryOwner?.entry !== undefined) {
    const { entry, scalar } = entryOwner;
    if (entryOwner.part === 'default') candidates.push(...inScalar(usage, wanted));
    if (scalar === entry.tagSuffix) candidates.push(...belowSuffix(usage, entry, wanted));
    candidates.push(inEntry(entry, wanted, false));
    return candidates;
  }
  candidates.push(...inScalar(usage, wanted));
  return candidates;
}

/** Writes the version into an entry of an `images:` list; keys that it must not have go away (rule 4: a stale digest wins at pull). */
export function inEntry(entry: ImageOverride, wanted: Version, isAddition: boolean): Candidate {
  const { newTag, digest } = entry;
  const operations: Operation[] = [];
  const beside = [entry.name, entry.newName, newTag, digest, entry.tagSuffix].find((scalar) => isOwn(entry, scalar));
  const write = (scalar: ScalarNode | undefined, key: string, text: string) => {
    if (scalar !== undefined && (isOwn(entry, scalar) || beside === undefined)) operations.push({ type: 'set', scalar, text });
    else if (beside !== undefined) operations.push({ type: 'insert', beside, key, text });
  };
  const drop = (scalar: ScalarNode | undefined) => {
    if (scalar !== undefined && !isEmpty(scalar)) operations.push({ type: 'remove', scalar });
  };
  // `newTag: v1@sha256:...` is one string; it stays one.
  const isJoined = newTag?.text.includes('@') === true && wanted.tag !== '' && wanted.digest !== '';
  if (wanted.tag === '') drop(newTag);
  else write(newTag, 'newTag', isJoined ? versionText(wanted) : wanted.tag);
  if (wanted.digest === '' || isJoined) drop(digest);
  else write(digest, 'digest', wanted.digest);
  return { operations, isAddition };
}

function decides({ newTag, digest }: ImageOverride): boolean {
  return [newTag, digest].some((scalar) => scalar !== undefined && !isEmpty(scalar));
}

function isEmpty(scalar: ScalarNode): boolean {
  return isNull(scalar) || scalar.text === '';
}

/** False for a value that came in through `<<`: an anchor always stands before its use. */
function isOwn(entry: ImageOverride, scalar: ScalarNode | undefined): boolean {
  return scalar !== undefined && scalar.start >= entry.start;
}

function isVersionField({ entry, scalar }: Owner): boolean {
  return entry !== undefined && (scalar === entry.newTag || scalar === entry.digest || scalar === entry.tagSuffix);
}

/** `tagSuffix` stays where the wanted tag ends with it: the tag in front of it is then the one to change. */
function belowSuffix(usage: ImageUsage, entry: ImageOverride, wanted: Version): Candidate[] {
  const suffix = entry.tagSuffix?.text ?? '';
  const times = usage.tag.endsWith(suffix + suffix) ? 2 : 1;
  if (!wanted.tag.endsWith(suffix.repeat(times)) || wanted.digest !== '') return [];
  const bare: Version = { tag: wanted.tag.slice(0, -suffix.length * times), digest: '' };
  const old: Version = { tag: usage.tag.slice(0, -suffix.length * times), digest: '' };
  const before = usage.layers.findLast(({ owners }) => owners.every(({ scalar }) => scalar !== entry.tagSuffix));
  const owner = before?.owners.at(-1);
  if (owner === undefined || bare.tag === '') return [];
  if (owner.entry !== undefined && owner.scalar === owner.entry.newTag) return [inEntry(owner.entry, bare, false)];
  return textsFor(owner.scalar.text, owner.part, old, bare).map((text) => setting(owner, text));
}

function inScalar(usage: ImageUsage, wanted: Version): Candidate[] {
  const { tagOwner, digestOwner, nameOwner } = usage;
  const owner = tagOwner ?? digestOwner ?? nameOwner;
  if (owner === undefined) return [];
  const old: Version = { tag: usage.tag, digest: usage.digest };
  const isOneScalar = digestOwner === undefined || digestOwner.scalar === owner.scalar;
  const removal: readonly Operation[] =
    isOneScalar || wanted.digest !== '' ? [] : [{ type: 'remove', scalar: digestOwner.scalar }];
  if (!isOneScalar && wanted.digest !== '') {
    // Values with keys of their own for tag and digest.
    const digest = setting(digestOwner, wanted.digest).operations;
    const tag: readonly Operation[] =
      wanted.tag === '' ? [{ type: 'remove', scalar: owner.scalar }] : setting(owner, wanted.tag).operations;
    return [{ operations: [...tag, ...digest], isAddition: false }];
  }
  // A name without tag: the tag is added to it.
  const part = tagOwner === undefined && digestOwner === undefined && owner.part === 'whole' ? 'reference' : owner.part;
  return textsFor(owner.scalar.text, part, old, wanted).map((text) => {
    const { operations } = setting(owner, text);
    return { operations: [...operations, ...removal], isAddition: false };
  });
}

function setting(owner: Owner, text: string): Candidate {
  return { operations: [{ type: 'set', scalar: owner.scalar, text }], isAddition: false };
}
