/** One images entry at work on all objects of a layer. */
import type { FieldSpec } from './fieldSpec.ts';
import type { ImageField } from './imageFields.ts';
import { visitsOf } from './imageFields.ts';
import type { ImageState } from './imageState.ts';
import { NO_ENTRIES, NO_LAYERS, referenceOf } from './imageState.ts';
import type { Matcher, ResolvedOverride } from './imageTransformer.ts';
import { applyOverride, nameMatcher } from './imageTransformer.ts';
import { isOfKind } from './identity.ts';
import { Resource } from './resource.ts';

export interface ImageStep {
  readonly resources: readonly Resource[];
  readonly matched: boolean;
  /** Why kustomize refuses an object: it looks for images where something else stands. */
  readonly problem: string | undefined;
}

/**
 * Applies one entry to all images. `specs`: the only fields that count beside containers, for a transformer that brings its own; else the default ones and
 * those of configurations do. undefined: the name of the entry is no valid regular expression, and there is an image to compare it with.
 */
export function applyToAll(
  override: ResolvedOverride,
  resources: readonly Resource[],
  specs?: readonly FieldSpec[],
): ImageStep | undefined {
  const matches = nameMatcher(override.name);
  if (matches === undefined) return hasVisits(resources, specs) ? undefined : { resources, matched: false, problem: undefined };
  let matched = false;
  let problem: string | undefined;
  const result = resources.map((resource) => {
    const { fields, problem: found } = fieldsOf(resource, specs);
    if (found !== undefined)
      problem ??= `${resource.kind} ${resource.name} has no images where kustomize looks for them: ${found}`;
    if (fields.length === 0) return resource;
    const isFor = ({ visits, state }: ImageField) => visits !== 0 && matches(referenceOf(state));
    if (!fields.some(isFor)) return resource;
    matched = true;
    const images = fields.flatMap((field, index) => {
      const known = resource.images[index];
      return isFor(field)
        ? [{ ...(known ?? field), state: visited(override, field.state, field.visits, matches) }]
        : (known ?? []);
    });
    return resource.withImages(images);
  });
  return { resources: matched ? result : resources, matched, problem };
}

/** Whether there is anything that a name is compared with. */
function hasVisits(resources: readonly Resource[], specs: readonly FieldSpec[] | undefined): boolean {
  return resources.some((resource) => fieldsOf(resource, specs).fields.some(({ visits }) => visits !== 0));
}

function fieldsOf(
  resource: Resource,
  specs: readonly FieldSpec[] | undefined,
): { readonly fields: readonly ImageField[]; readonly problem: string | undefined } {
  if (specs === undefined || resource.declared) return { fields: resource.images, problem: resource.imageProblem };
  const own = specs.filter((spec) => isOfKind(resource, spec));
  if (resource.images.length === 0 && own.length === 0) return { fields: [], problem: undefined };
  return visitsOf(resource.images, resource.tree, resource, own);
}

/** The state after all visits to one field: each looks anew whether the entry matches, and a `tagSuffix` is added again. */
function visited(override: ResolvedOverride, state: ImageState, visits: number, matches: Matcher): ImageState {
  let current = applyOverride(override, state);
  for (let visit = 1; visit < visits && matches(referenceOf(current)); visit++) {
    const next = applyOverride(override, current);
    if (referenceOf(next) === referenceOf(current)) break;
    current = {
      ...next,
      entries: current.entries,
      layers: next.layers.newest === undefined ? current.layers : current.layers.withLast(next.layers.newest),
    };
  }
  return current;
}

/** A stand-in for the container of an entry that matches nothing which could be read. None for entries that set no tag and no digest. */
export function declaredImage(override: ResolvedOverride): Resource[] {
  const scalar = override.entry.name;
  if (scalar === undefined || override.name === '' || (override.newTag ?? override.digest) === undefined) return [];
  const owner = { file: override.entry.file, scalar, part: 'whole' as const, entry: override.entry };
  const start: ImageState = {
    name: { text: override.name, owner },
    tag: undefined,
    digest: undefined,
    layers: NO_LAYERS,
    entries: NO_ENTRIES,
    originalName: override.name,
  };
  return [Resource.declaredFor(scalar, applyOverride(override, start))];
}
