/** 19 `invalid-image-reference`: what comes out is no reference that a container runtime accepts (image-semantics.md E). */
import type { Operation } from '../../change/operations.ts';
import { inEntry } from '../../change/ownerCandidates.ts';
import { isReferenceProblem, parseReference, splitReference } from '../../oci/imageReference.ts';
import type { BuildRoot, ImageOverride, ImageUsage, Owner } from '../../repository/model.ts';
import { groupBy } from '../../text/groupBy.ts';
import { typeInManifest } from '../../yaml/resolve.ts';
import { fieldOf, placeOfField, textOf } from '../entryFields.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { perKustomization, perRoot } from '../memo.ts';
import { isPlaceholder } from '../placeholders.ts';
import { placeOfOwner } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { asSubject, namesOfRoots, verb } from '../words.ts';

export const invalidImageReference: Rule = {
  code: 'invalid-image-reference',
  severity: 'error',
  summary: 'The rendered image is no valid reference, or its tag is a digest.',
  *check(input) {
    for (const members of groupBy(invalidImages(input.repository), ({ owner }) => owner.scalar).values())
      yield finding(input, members as [InvalidImage, ...InvalidImage[]]);
    for (const entry of pastedDigests(input.repository)) yield pastedDigest(input, entry);
  },
};

interface InvalidImage {
  readonly root: BuildRoot;
  readonly usage: ImageUsage;
  readonly owner: Owner;
  readonly cause: Cause;
}

interface Cause {
  /** A clause that ends the sentence. */
  readonly words: string;
  readonly fixes: readonly Fix[];
}

const invalidImages = perRoot((root): InvalidImage[] =>
  root.usages.flatMap((usage) => {
    if (usage.status !== 'exact' || usage.name === '' || isPlaceholder(usage.reference) || isDate(usage)) return [];
    const problem = parseReference(usage.reference);
    const found = isReferenceProblem(problem) ? explain(usage, problem.message) : undefined;
    return found === undefined ? [] : [{ root, usage, ...found }];
  }),
);

/** A date in the values of a HelmRelease is no text: `tag-not-string` tells it. */
function isDate({ container, tagOwner }: ImageUsage): boolean {
  return container.startsWith('values.') && tagOwner !== undefined && typeInManifest(tagOwner.scalar) === 'timestamp';
}

function explain(usage: ImageUsage, problem: string): { owner: Owner; cause: Cause } | undefined {
  const { tag, name, digest, tagOwner, nameOwner, digestOwner } = usage;
  const owner = tagOwner ?? digestOwner ?? nameOwner;
  if (/^sha256:[0-9a-f]{64}$/.test(tag) && tagOwner !== undefined)
    return {
      owner: tagOwner,
      cause: { words: 'a digest belongs into digest, and newTag puts a colon before it', fixes: moveDigest(tagOwner.entry, tag) },
    };
  if (tag.includes(':') && tagOwner !== undefined)
    return {
      owner: tagOwner,
      cause: {
        words: tagOwner.entry === undefined ? 'it has two tags' : 'the name holds a tag already',
        fixes: stripTag(tagOwner),
      },
    };
  if (/\s/.test(tag) && tagOwner !== undefined) {
    const trimmed = tag.trim();
    const fixes = /\s/.test(trimmed)
      ? []
      : [
          editFix('quote-value', 'Take the white space away', [
            { type: 'set', scalar: tagOwner.scalar, text: tagOwner.scalar.text.trim() },
          ]),
        ];
    return { owner: tagOwner, cause: { words: 'the tag has white space in it', fixes } };
  }
  if (name.toLowerCase() !== name && nameOwner !== undefined)
    return { owner: nameOwner, cause: { words: 'names of repositories have no capital letters', fixes: [] } };
  if (tag.length > 128 && tagOwner !== undefined)
    return { owner: tagOwner, cause: { words: 'tags have up to 128 characters', fixes: [] } };
  if (isReferenceProblem(parseReference(`x:${tag}`)) && tag !== '' && tagOwner !== undefined)
    return {
      owner: tagOwner,
      cause: {
        words: 'tags have letters, digits, underscores, dots and hyphens, and start with no dot or hyphen',
        fixes: [],
      },
    };
  if (digest !== '' && digestOwner !== undefined && isReferenceProblem(parseReference(`x@${digest}`)))
    return { owner: digestOwner, cause: { words: 'digests look like sha256: with 64 hexadecimal digits', fixes: [] } };
  return owner && { owner, cause: { words: problem, fixes: [] } };
}

/** 64 hexadecimal digits are a valid tag that nobody has ever pushed. */
const pastedDigests = perKustomization(({ images }) => images.filter((entry) => /^[0-9a-f]{64}$/.test(textOf(entry, 'newTag'))));

function pastedDigest({ repository }: LintInput, entry: ImageOverride): Finding {
  const image = textOf(entry, 'newName') || textOf(entry, 'name');
  return {
    severity: 'warning',
    message: `newTag of ${image} is 64 hexadecimal digits: that is a digest without sha256:, and no registry has a tag like it.`,
    place: placeOfField(repository, entry, 'newTag'),
    fixes: moveDigest(entry, `sha256:${textOf(entry, 'newTag')}`),
  };
}

function moveDigest(entry: ImageOverride | undefined, digest: string): Fix[] {
  if (entry === undefined) return [];
  return [
    editFix(
      'move-digest',
      'Move it to digest',
      renamedToDigest(entry, digest) ?? inEntry(entry, { tag: '', digest }, false).operations,
    ),
  ];
}

/** The key and the value in their line, so that its comment stays; undefined where there is a digest already, or the value is written elsewhere. */
function renamedToDigest(entry: ImageOverride, text: string): Operation[] | undefined {
  const key = fieldOf(entry, 'newTag')?.key;
  const scalar = entry.newTag;
  if (key === undefined || scalar === undefined || entry.digest !== undefined) return undefined;
  if (scalar.alias || scalar.source.within !== undefined || key.start < entry.start) return undefined;
  return [
    { type: 'replace', file: scalar.source.file, start: key.start, end: key.end, text: 'digest' },
    { type: 'set', scalar, text },
  ];
}

/** Takes the tag out of a name that has one, so that newTag decides. */
function stripTag(owner: Owner): Fix[] {
  const { name, tag } = splitReference(owner.scalar.text);
  if (tag === undefined || owner.scalar !== owner.entry?.newName) return [];
  return [editFix('strip-tag', `Take ${tag} out of newName`, [{ type: 'set', scalar: owner.scalar, text: name }])];
}

function finding({ repository, inventory }: LintInput, members: readonly [InvalidImage, ...InvalidImage[]]): Finding {
  const [{ usage, owner, cause }] = members;
  const names = namesOfRoots(
    inventory,
    members.map(({ root }) => root),
  );
  return {
    message: `${asSubject(names)} ${verb(names, 'asks', 'ask')} for "${usage.reference}", which is no image reference: ${cause.words}.`,
    place: placeOfOwner(repository, owner),
    fixes: cause.fixes,
    usages: members.map((member) => member.usage),
  };
}
