/** The images transformer (image-semantics.md A.3; kustomize api/filters/imagetag, api/internal/image). */
import { RE2JS } from 're2js';
import type { ImageOverride, Layer, Owner } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { coercedText } from '../yaml/typing.ts';
import type { ImageState } from './imageState.ts';
import { normalise, referenceOf } from './imageState.ts';

/** An entry as the transformer gets it: text with the scalar that gave it. After Flux's merge the parts can come from two files. */
export interface ResolvedOverride {
  readonly name: string;
  readonly newName: OverrideValue | undefined;
  readonly newTag: OverrideValue | undefined;
  readonly tagSuffix: OverrideValue | undefined;
  readonly digest: OverrideValue | undefined;
  readonly what: Layer['what'];
  readonly entry: ImageOverride;
  /** The entry of the same name that Flux merged with this one, or put this one in the place of. */
  readonly other: ImageOverride | undefined;
}
export interface OverrideValue {
  readonly text: string;
  readonly owner: Owner;
}

/** Values of an entry. Numbers and booleans become text as Flux's decoder makes it; where kustomize refuses them, the file has failed already. */
export function resolveOverride(entry: ImageOverride, what: Layer['what']): ResolvedOverride {
  const value = (scalar: ScalarNode | undefined, part: Owner['part']): OverrideValue | undefined => {
    if (scalar === undefined || isNull(scalar)) return undefined;
    const text = coercedText(scalar);
    return text === '' ? undefined : { text, owner: { file: entry.file, scalar, part, entry } };
  };
  return {
    name: entry.name === undefined || isNull(entry.name) ? '' : coercedText(entry.name),
    newName: value(entry.newName, 'whole'),
    newTag: value(entry.newTag, 'whole'),
    tagSuffix: value(entry.tagSuffix, 'whole'),
    digest: value(entry.digest, 'whole'),
    what,
    entry,
    other: undefined,
  };
}

const TAG_CLASS = /^(?::[a-zA-Z0-9_.{}-]*)?(?:@sha256:[a-zA-Z0-9_.{}-]*)?$/;
const LITERAL = /^[a-zA-Z0-9_/:@.-]*$/;

export type Matcher = (reference: string) => boolean;
const matchers = new Map<string, Matcher | undefined>();
const MAX_MATCHERS = 20_000;

/**
 * Whether an entry called `name` matches a reference: the Go regexp `^name(:tag)?(@sha256:digest)?$` over the raw name.
 * undefined where the name is no valid Go regexp (kustomize 5.8 panics then).
 */
export function nameMatcher(name: string): Matcher | undefined {
  if (matchers.has(name)) return matchers.get(name);
  const matcher = makeMatcher(name);
  if (matchers.size > MAX_MATCHERS) matchers.clear();
  matchers.set(name, matcher);
  return matcher;
}

function makeMatcher(name: string): Matcher | undefined {
  if (name === '') return () => false;
  if (LITERAL.test(name)) return (reference) => matchesLiteral(name, reference);
  try {
    const pattern = RE2JS.compile(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
    return (reference) => pattern.matcher(reference).find();
  } catch {
    return undefined;
  }
}

/** The common case without a regexp engine: only `.` is special, it stands for any character but a line break. */
function matchesLiteral(name: string, reference: string): boolean {
  if (reference.length < name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const wanted = name.charCodeAt(i);
    const actual = reference.charCodeAt(i);
    if (wanted !== actual && (wanted !== 46 || actual === 10)) return false;
  }
  return reference.length === name.length || TAG_CLASS.test(reference.slice(name.length));
}

/** Applies one entry to an image that it matches (api/filters/imagetag/updater.go). */
export function applyOverride(override: ResolvedOverride, state: ImageState): ImageState {
  let { name, tag, digest } = state;
  const entries = state.entries.with(override.entry);
  const owners: Owner[] = [];
  if (override.newName !== undefined) {
    name = override.newName;
    owners.push(name.owner);
  }
  if (override.newTag !== undefined && override.digest !== undefined) {
    tag = override.newTag;
    digest = override.digest;
    owners.push(tag.owner, digest.owner);
  } else if (override.newTag !== undefined) {
    tag = override.newTag;
    digest = undefined;
    owners.push(tag.owner);
  } else if (override.digest !== undefined) {
    tag = undefined;
    digest = override.digest;
    owners.push(digest.owner);
  } else if (override.tagSuffix !== undefined) {
    const suffix = override.tagSuffix;
    tag = { text: (tag?.text ?? '') + suffix.text, owner: suffix.owner };
    digest = undefined;
    owners.push(suffix.owner);
  }
  if (owners.length === 0) return { ...state, entries };
  const next = { ...state, name, tag, digest, entries };
  return normalise({ ...next, layers: state.layers.with({ what: override.what, reference: referenceOf(next), owners }) });
}
