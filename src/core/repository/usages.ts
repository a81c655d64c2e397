/** From built objects to the images that run: one row for each container, with its owners. */
import { isHelmRelease } from '../flux/objects.ts';
import type { ValuesImage } from '../flux/helmValues.ts';
import { imagesInValues } from '../flux/helmValues.ts';
import type { Lookup } from '../flux/substitution.ts';
import { substitute } from '../flux/substitution.ts';
import type { ImageState, Part } from '../kustomize/imageState.ts';
import { normalise, referenceOf, stateOfScalar } from '../kustomize/imageState.ts';
import { splitReference } from '../oci/imageReference.ts';
import { applyOverride, nameMatcher, resolveOverride } from '../kustomize/imageTransformer.ts';
import { imageOverride } from '../kustomize/kustomizationFile.ts';
import type { Resource } from '../kustomize/resource.ts';
import { mergeValues } from '../kustomize/strategicMerge.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, itemsAt, scalarAt, textAt } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { coercedText } from '../yaml/typing.ts';
import type { RepositoryFile } from './files.ts';
import type { ImageUsage, Owner } from './model.ts';

/** `postBuild` at work: values, and where each is written. */
export interface Substituter {
  readonly lookup: Lookup;
  readonly ownerOf: (variable: string) => Owner | undefined;
}

export interface UsageContext {
  readonly substituter: Substituter | undefined;
  /** Why nothing in this root is certain, '' where it is. */
  readonly doubt: string;
  /** Why a declared image is unknown. */
  readonly remoteDoubt: string;
  readonly fileOf: (path: string) => RepositoryFile | undefined;
}

/** The images of all objects of a root. */
export function usagesOf(resources: readonly Resource[], context: UsageContext): ImageUsage[] {
  const usages: ImageUsage[] = [];
  for (const resource of resources) {
    // Objects for tools on the way, never for the cluster.
    if (textAt(resource.tree, 'metadata', 'annotations', 'config.kubernetes.io/local-config') === 'true') continue;
    const substituter = substitutes(resource) ? context.substituter : undefined;
    for (const field of resource.images) {
      if (field.role === 'volume') continue;
      usages.push(usage(resource, field.container, field.state, substituter, context));
    }
    if (!isHelmRelease(resource)) continue;
    const listed = new Set(resource.images.map((field) => field.scalar));
    const found = helmImages(resource, resources).filter((image) => image.whole === undefined || !listed.has(image.whole));
    for (const image of found) usages.push(helmUsage(resource, image, substituter, context));
    if (found.length === 0 && listed.size === 0) usages.push(...chartUsage(resource, substituter, context));
  }
  return usages;
}

/** Flux leaves objects with this label or annotation alone. */
export function substitutes(resource: Resource): boolean {
  const key = 'kustomize.toolkit.fluxcd.io/substitute';
  return (
    textAt(resource.tree, 'metadata', 'labels', key) !== 'disabled' &&
    textAt(resource.tree, 'metadata', 'annotations', key) !== 'disabled'
  );
}

function usage(
  resource: Resource,
  container: string,
  before: ImageState,
  substituter: Substituter | undefined,
  context: UsageContext,
): ImageUsage {
  const { state, why } = substituted(before, substituter);
  const reference = referenceOf(state);
  const doubt = context.doubt || why || (resource.declared ? context.remoteDoubt : '');
  const text = (value: string) =>
    substituter === undefined || !value.includes('$') ? value : substitute(value, substituter.lookup).text;
  const owner = state.tag?.owner ?? state.digest?.owner ?? state.name.owner;
  return {
    kind: resource.kind,
    namespace: text(resource.namespace),
    workload: text(resource.name),
    container,
    name: state.name.text,
    tag: state.tag?.text ?? '',
    digest: state.digest?.text ?? '',
    reference,
    status: doubt === '' ? 'exact' : 'unknown',
    why: doubt,
    nameOwner: state.name.owner,
    tagOwner: state.tag?.owner,
    digestOwner: state.digest?.owner,
    owner,
    layers: state.layers,
    entries: state.entries,
    originalName: state.originalName,
    manifest: resource.declared || resource.file === '' ? undefined : resource.file,
    setter: setterOf(owner, context),
  };
}

/** Replaces variables in a reference; an owner becomes the variable's value where the part is exactly one variable. */
function substituted(state: ImageState, substituter: Substituter | undefined): { state: ImageState; why: string } {
  if (substituter === undefined || !referenceOf(state).includes('$')) return { state, why: '' };
  let why = '';
  const owners: Owner[] = [];
  const replace = (part: Part | undefined): Part | undefined => {
    if (part === undefined || !part.text.includes('$')) return part;
    const result = substitute(part.text, substituter.lookup);
    const [missing] = result.missing;
    const [unknown] = result.unknown;
    if (missing !== undefined) why ||= `the variable ${missing} has no value`;
    if (unknown !== undefined) why ||= `the variable ${unknown} comes from outside of the repository, or from a Secret`;
    const owner =
      result.sole === undefined
        ? part.owner
        : result.sole.defaulted
          ? { ...part.owner, part: 'default' as const }
          : (substituter.ownerOf(result.sole.variable) ?? part.owner);
    owners.push(owner);
    return { text: result.text, owner };
  };
  // `${APP_IMAGE}` may hold a whole reference: join, then split again.
  const joined = { ...state, name: replace(state.name) ?? state.name, tag: replace(state.tag), digest: replace(state.digest) };
  const next = normalise(joined);
  return { state: { ...next, layers: [...state.layers, { what: 'substitution', reference: referenceOf(next), owners }] }, why };
}

function helmImages(resource: Resource, resources: readonly Resource[]): ValuesImage[] {
  const spec = get(resource.tree, 'spec');
  let values: YamlNode | undefined;
  for (const source of itemsAt(spec, 'valuesFrom')) {
    if (textAt(source, 'targetPath') !== '') continue;
    const found = resources.find(
      (other) =>
        other.kind === textAt(source, 'kind') &&
        [other, ...other.previous].some((identity) => identity.name === textAt(source, 'name')),
    );
    const scalar =
      found &&
      (getIn(found.tree, 'data', textAt(source, 'valuesKey') || 'values.yaml') ??
        getIn(found.tree, 'stringData', textAt(source, 'valuesKey') || 'values.yaml'));
    if (scalar?.kind !== 'scalar') continue;
    values = mergeValues(values, nested(scalar));
  }
  return imagesInValues(mergeValues(values, get(spec, 'values')));
}

function nested(scalar: ScalarNode): YamlNode | undefined {
  // A whole file (configMapGenerator files) keeps its own offsets; a block scalar is a text within the file.
  const whole = scalar.part === 'literal' && scalar.style === 'literal';
  return parseYaml(scalar.text, whole ? scalar.source : { file: scalar.source.file, within: scalar }).documents[0]?.root;
}

function helmUsage(
  resource: Resource,
  image: ValuesImage,
  substituter: Substituter | undefined,
  context: UsageContext,
): ImageUsage {
  const state = postRendered(resource, valuesState(image));
  const result = usage(resource, image.path, state, substituter, context);
  if (result.status === 'exact' && result.tag === '' && result.digest === '' && image.whole === undefined)
    return { ...result, status: 'unknown', why: 'the chart decides the tag' };
  return result;
}

/** A HelmRelease without an image in its values still runs some: one row says so, and points to the chart. */
function chartUsage(resource: Resource, substituter: Substituter | undefined, context: UsageContext): ImageUsage[] {
  const spec = get(resource.tree, 'spec');
  const chart = getIn(spec, 'chart', 'spec');
  const anchor =
    scalarAt(chart, 'version') ??
    scalarAt(chart, 'chart') ??
    scalarAt(spec, 'chartRef', 'name') ??
    scalarAt(resource.tree, 'metadata', 'name');
  if (anchor === undefined) return [];
  const owner: Owner = { file: anchor.source.file, scalar: anchor, part: 'whole' };
  const state: ImageState = {
    name: { text: '', owner },
    tag: undefined,
    digest: undefined,
    layers: [],
    entries: [],
    originalName: '',
  };
  const row = usage(resource, 'chart', state, substituter, context);
  return [{ ...row, status: 'unknown', why: row.why || 'the chart decides its images' }];
}

function valuesState(image: ValuesImage): ImageState {
  if (image.whole !== undefined) return stateOfScalar(image.whole, 'values');
  const owner = (scalar: ScalarNode): Owner => ({ file: scalar.source.file, scalar, part: 'whole' });
  const anchor = image.repository ?? image.tag ?? image.digest;
  const repository = image.repository?.text ?? '';
  const name = image.registry !== undefined && repository !== '' ? `${image.registry.text}/${repository}` : repository;
  const split = splitReference(name);
  const nameOwner = owner(anchor as ScalarNode);
  const tag = image.tag === undefined ? undefined : coercedText(image.tag);
  // Charts accept `tag: v1@sha256:...`.
  const at = tag?.indexOf('@') ?? -1;
  const state: ImageState = {
    name: { text: split.name, owner: nameOwner },
    tag:
      tag !== undefined && image.tag !== undefined
        ? { text: at < 0 ? tag : tag.slice(0, at), owner: owner(image.tag) }
        : split.tag === undefined
          ? undefined
          : { text: split.tag, owner: { ...nameOwner, part: 'reference' } },
    digest:
      image.digest !== undefined
        ? { text: image.digest.text, owner: owner(image.digest) }
        : at >= 0 && tag !== undefined && image.tag !== undefined
          ? { text: tag.slice(at + 1), owner: owner(image.tag) }
          : undefined,
    layers: [],
    entries: [],
    originalName: split.name,
  };
  return { ...state, layers: [{ what: 'values', reference: referenceOf(state), owners: [state.tag?.owner ?? nameOwner] }] };
}

/** `spec.postRenderers[].kustomize.images` run over what the chart renders. */
function postRendered(resource: Resource, state: ImageState): ImageState {
  let current = state;
  for (const renderer of itemsAt(resource.tree, 'spec', 'postRenderers')) {
    for (const node of itemsAt(renderer, 'kustomize', 'images')) {
      if (node.kind !== 'map') continue;
      const override = resolveOverride(imageOverride(resource.file, node), 'images');
      if (nameMatcher(override.name)?.(referenceOf(current)) === true) current = applyOverride(override, current, 1);
    }
  }
  return current;
}

const marked = new WeakMap<RepositoryFile, boolean>();

/** The image policy named in a marker comment on the line of the deciding scalar (image-automation-controller). */
function setterOf(owner: Owner, context: UsageContext): string | undefined {
  if (owner.scalar.source.within !== undefined) return undefined;
  const file = context.fileOf(owner.file);
  if (file === undefined) return undefined;
  let has = marked.get(file);
  if (has === undefined) marked.set(file, (has = file.text.includes('$imagepolicy')));
  if (!has) return undefined;
  const end = file.text.indexOf('\n', owner.scalar.end);
  const rest = file.text.slice(owner.scalar.end, end < 0 ? undefined : end);
  return /#\s*\{\s*"\$imagepolicy"\s*:\s*"([^"]+)"\s*\}\s*$/.exec(rest)?.[1];
}
