/** An image reference on its way through the layers: each part with the scalar that last wrote it (image-semantics.md A.8). */
import type { ImageOverride, Layer, Owner } from '../repository/model.ts';
import { splitReference } from '../oci/imageReference.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { Trail } from './trail.ts';

export interface Part {
  readonly text: string;
  readonly owner: Owner;
}

export interface ImageState {
  readonly name: Part;
  readonly tag: Part | undefined;
  readonly digest: Part | undefined;
  readonly layers: Trail<Layer>;
  /** The `images:` entries that matched, in the order in which they ran, those without effect too. */
  readonly entries: Trail<ImageOverride>;
  /** The name before any `newName`. */
  readonly originalName: string;
  /** What the image was before a patch wrote this one over it; absent where none did. */
  readonly before?: ImageState;
  /** Why the image is not sure, as a clause; '' or absent where it is. */
  readonly doubt?: string;
}

export function referenceOf(state: Pick<ImageState, 'name' | 'tag' | 'digest'>): string {
  let text = state.name.text;
  if (state.tag !== undefined) text += `:${state.tag.text}`;
  if (state.digest !== undefined) text += `@${state.digest.text}`;
  return text;
}

/** Of an image that nothing has written yet, and that no entry has matched. */
export const NO_LAYERS = Trail.of<Layer>();
export const NO_ENTRIES = Trail.of<ImageOverride>();

/** The state of an image that is written in full in one scalar. */
export function stateOfScalar(scalar: ScalarNode, what: Layer['what']): ImageState {
  const owner: Owner = { file: scalar.source.file, scalar, part: 'reference' };
  const { name, tag, digest } = splitReference(scalar.text);
  return {
    name: { text: name, owner },
    tag: tag === undefined ? undefined : { text: tag, owner },
    digest: digest === undefined ? undefined : { text: digest, owner },
    layers: Trail.of<Layer>({ what, reference: scalar.text, owners: [owner] }),
    entries: NO_ENTRIES,
    originalName: name,
  };
}

/**
 * Splits the text again after a step: a tag inside of a name (`newName: r/app:v9`) and a digest inside of a tag (`newTag: v9@sha256:...`) belong to the
 * scalar that wrote their first character.
 */
export function normalise(state: ImageState): ImageState {
  const reference = referenceOf(state);
  const split = splitReference(reference);
  if (split.name === state.name.text && split.tag === state.tag?.text && split.digest === state.digest?.text) return state;
  const inName: Owner = { ...state.name.owner, part: 'reference' };
  const nameEnd = state.name.text.length;
  const tagEnd = nameEnd + (state.tag === undefined ? 0 : state.tag.text.length + 1);
  const ownerAt = (offset: number): Owner =>
    offset <= nameEnd ? inName : ((offset <= tagEnd ? state.tag : state.digest)?.owner ?? inName);
  const part = (text: string | undefined, offset: number): Part | undefined =>
    text === undefined ? undefined : { text, owner: ownerAt(offset) };
  return {
    ...state,
    name: split.name === state.name.text ? state.name : { text: split.name, owner: inName },
    tag: part(split.tag, split.name.length + 1),
    digest: part(split.digest, reference.length - (split.digest?.length ?? 0)),
  };
}

/** The state after a step wrote a whole new text over the image: parts that keep their text keep their owner. */
export function rewritten(state: ImageState, text: string, owner: Owner, what: Layer['what']): ImageState {
  const split = splitReference(text);
  const part = (value: string | undefined, old: Part | undefined): Part | undefined =>
    value === undefined ? undefined : old?.text === value ? old : { text: value, owner };
  return {
    ...state,
    name: split.name === state.name.text ? state.name : { text: split.name, owner },
    tag: part(split.tag, state.tag),
    digest: part(split.digest, state.digest),
    layers: state.layers.with({ what, reference: text, owners: [owner] }),
  };
}
