/** The images of a HelmRelease, as its values say (image-semantics.md A.7 HelmRelease; fluxcd/pkg/chartutil values.go). */
import type { ValuesImage } from '../flux/helmValues.ts';
import { imagesInValues } from '../flux/helmValues.ts';
import { originOf } from '../flux/postBuild.ts';
import { isOfKind } from '../kustomize/identity.ts';
import type { ImageState } from '../kustomize/imageState.ts';
import { NO_ENTRIES, NO_LAYERS, referenceOf, stateOfScalar } from '../kustomize/imageState.ts';
import { applyOverride, nameMatcher, resolveOverride } from '../kustomize/imageTransformer.ts';
import { imageOverride } from '../kustomize/kustomizationFile.ts';
import type { Resource } from '../kustomize/resource.ts';
import { Trail } from '../kustomize/trail.ts';
import type { TransformerConfig } from '../kustomize/transformerConfig.ts';
import { splitReference } from '../oci/imageReference.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, itemsAt, scalarAt, scalarLike, textAt } from '../yaml/node.ts';
import { parseFirst } from '../yaml/parse.ts';
import { printedText } from '../yaml/resolve.ts';
import { asManifest } from '../yaml/toJson.ts';
import type { Layer, Owner } from './model.ts';
import type { Row } from './usages.ts';

/** One row for each image in the values; `listed` are in the rows of containers already. A release without any still runs some, which its chart names. */
export function helmRows(
  release: Resource,
  resources: readonly Resource[],
  listed: ReadonlySet<ScalarNode>,
  config: TransformerConfig,
): Row[] {
  const values = valuesOf(release, resources, config);
  const images = imagesInValues(values.tree).filter((image) => image.whole === undefined || !listed.has(image.whole));
  if (images.length === 0 && listed.size === 0) return chartRow(release);
  return images.map((image) => rowOf(image, release, values));
}

interface Values {
  readonly tree: YamlNode | undefined;
  /** What `spec.values` itself says: nothing overrides it. */
  readonly own: YamlNode | undefined;
  /** Why values that are not its own are not sure, '' where they are. */
  readonly doubt: string;
}

function valuesOf(release: Resource, resources: readonly Resource[], config: TransformerConfig): Values {
  const spec = get(release.tree, 'spec');
  let tree: YamlNode | undefined;
  let doubt = '';
  for (const reference of itemsAt(spec, 'valuesFrom')) {
    const [kind, name] = [textAt(reference, 'kind'), textAt(reference, 'name')];
    const found = kind === 'ConfigMap' ? sourceOf(release, name, resources, config) : undefined;
    const scalar = found && scalarAt(found.resource.tree, 'data', textAt(reference, 'valuesKey') || 'values.yaml');
    if (found === undefined || scalar === undefined) {
      doubt ||=
        kind === 'Secret'
          ? `values come from the Secret ${name}`
          : `values come from ${kind} ${name}, which this build does not make`;
      continue;
    }
    doubt ||= found.doubt;
    const targetPath = textAt(reference, 'targetPath');
    const added = targetPath === '' ? nested(scalar) : atPath(targetPath, scalar);
    if (added === undefined) doubt ||= `the values in ${kind} ${name} cannot be read`;
    else tree = mergeValues(tree, added);
  }
  const own = get(spec, 'values');
  return { tree: mergeValues(tree, own), own, doubt };
}

const VALUES_FROM = /^\/?spec\/valuesFrom(?:\[\])?\/name$/;

/**
 * The ConfigMap that a release names, and why that is not sure. The name of a generated one gets a hash, which the release only follows where the
 * configuration says so.
 */
function sourceOf(
  { apiVersion, kind, namespace }: Resource,
  name: string,
  resources: readonly Resource[],
  config: TransformerConfig,
): { readonly resource: Resource; readonly doubt: string } | undefined {
  const identity = { apiVersion, kind, name: '', namespace };
  const follows = config.nameReference.some(
    (reference) =>
      isOfKind({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace }, reference) &&
      reference.referrers.some((spec) => isOfKind(identity, spec) && VALUES_FROM.test(spec.path)),
  );
  const resource = resources.find(
    (other) =>
      other.kind === 'ConfigMap' &&
      other.namespace === namespace &&
      (follows ? [other, ...other.previous] : [other]).some((identity) => identity.name === name),
  );
  if (resource === undefined) return undefined;
  const isLost = !follows && resource.generated?.hashed === true;
  return {
    resource,
    doubt: isLost ? `the name of ConfigMap ${name} gets a hash that the HelmRelease does not follow` : resource.doubt,
  };
}

/** The values in a text, which Helm reads as YAML 1.1. */
function nested(scalar: ScalarNode): YamlNode | undefined {
  // A whole file (configMapGenerator files) keeps its own offsets; a block scalar is a text within the file.
  const whole = scalar.part === 'literal' && scalar.style === 'literal';
  const source = whole ? scalar.source : { file: scalar.source.file, within: originOf(scalar)?.scalar ?? scalar };
  const { documents, problem } = parseFirst(scalar.text, source, 0, 'v2');
  const root = documents[0]?.root;
  return problem !== undefined || root === undefined ? undefined : asManifest(root);
}

/** A single value at a path as of `helm --set`. What has a meaning of its own there is not followed. */
function atPath(path: string, scalar: ScalarNode): YamlNode | undefined {
  if (!/^[\w-]+(?:\.[\w-]+)*$/.test(path) || /[,{}[\]\\=\n]/.test(scalar.text)) return undefined;
  return path
    .split('.')
    .reduceRight<YamlNode>(
      (value, key) => ({ kind: 'map', entries: new Map([[key, { key: scalarLike(key), value }]]), start: 0 }),
      scalar,
    );
}

/** A plain merge of mappings, lists replaced: how Helm merges values. */
function mergeValues(base: YamlNode | undefined, over: YamlNode | undefined): YamlNode | undefined {
  if (over === undefined) return base;
  if (base?.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of over.entries) {
    const merged = mergeValues(entries.get(key)?.value, entry.value);
    if (merged !== undefined) entries.set(key, { key: entry.key, value: merged });
  }
  return { kind: 'map', entries, start: base.start };
}

function rowOf(image: ValuesImage, release: Resource, { own, doubt }: Values): Row {
  const scalars = [image.whole, image.registry, image.repository, image.tag, image.digest].filter((part) => part !== undefined);
  const state = valuesState(image);
  const { state: after, doubt: rendererDoubt } = postRendered(release, state);
  const borrowed = doubt !== '' && scalars.some((scalar) => !holds(own, scalar)) ? doubt : '';
  const variable = scalars.map((scalar) => originOf(scalar)?.doubt ?? '').find((why) => why !== '') ?? '';
  const isOpen = after.tag === undefined && after.digest === undefined && image.whole === undefined;
  return {
    container: image.path,
    state: after,
    doubt: variable || borrowed || rendererDoubt || (isOpen ? 'the chart decides the tag' : ''),
  };
}

function holds(tree: YamlNode | undefined, scalar: ScalarNode): boolean {
  if (tree === undefined || tree.kind === 'scalar') return tree === scalar;
  if (tree.kind === 'sequence') return tree.items.some((item) => holds(item, scalar));
  for (const { value } of tree.entries.values()) if (holds(value, scalar)) return true;
  return false;
}

/** A HelmRelease without an image in its values still runs some: one row says so, and points to the chart. */
function chartRow(release: Resource): Row[] {
  const spec = get(release.tree, 'spec');
  const chart = getIn(spec, 'chart', 'spec');
  const anchor =
    scalarAt(chart, 'version') ??
    scalarAt(chart, 'chart') ??
    scalarAt(spec, 'chartRef', 'name') ??
    scalarAt(release.tree, 'metadata', 'name');
  if (anchor === undefined) return [];
  const owner: Owner = { file: anchor.source.file, scalar: anchor, part: 'whole' };
  const state: ImageState = {
    name: { text: '', owner },
    tag: undefined,
    digest: undefined,
    layers: NO_LAYERS,
    entries: NO_ENTRIES,
    originalName: '',
  };
  return [{ container: 'chart', state, doubt: 'the chart decides its images' }];
}

function ownerOf(scalar: ScalarNode): Owner {
  const origin = originOf(scalar);
  if (origin?.owner !== undefined) return origin.owner;
  const written = origin?.scalar ?? scalar;
  return { file: written.source.file, scalar: written, part: written.part ?? 'whole' };
}

function valuesState(image: ValuesImage): ImageState {
  if (image.whole !== undefined) {
    const state = stateOfScalar(image.whole, 'values');
    const origin = originOf(image.whole);
    if (origin === undefined) return state;
    const owner: Owner = origin.owner ?? { file: origin.scalar.source.file, scalar: origin.scalar, part: 'reference' };
    const part = <T extends ImageState['tag']>(old: T): T => (old === undefined ? old : { ...old, owner });
    const layers = Trail.of<Layer>({ what: 'values', reference: origin.scalar.text, owners: [owner] });
    return { ...state, name: part(state.name), tag: part(state.tag), digest: part(state.digest), layers };
  }
  const anchor = image.repository ?? image.tag ?? image.digest;
  const repository = image.repository?.text ?? '';
  const name = image.registry !== undefined && repository !== '' ? `${image.registry.text}/${repository}` : repository;
  const split = splitReference(name);
  const nameOwner = ownerOf(anchor as ScalarNode);
  const tag = image.tag === undefined ? undefined : printedText(image.tag);
  // Charts accept `tag: v1@sha256:...`.
  const at = tag?.indexOf('@') ?? -1;
  const state: ImageState = {
    name: { text: split.name, owner: nameOwner },
    tag:
      tag !== undefined && image.tag !== undefined
        ? { text: at < 0 ? tag : tag.slice(0, at), owner: ownerOf(image.tag) }
        : split.tag === undefined
          ? undefined
          : { text: split.tag, owner: { ...nameOwner, part: 'reference' } },
    digest:
      image.digest !== undefined
        ? { text: printedText(image.digest), owner: ownerOf(image.digest) }
        : at >= 0 && tag !== undefined && image.tag !== undefined
          ? { text: tag.slice(at + 1), owner: ownerOf(image.tag) }
          : split.digest === undefined
            ? undefined
            : { text: split.digest, owner: { ...nameOwner, part: 'reference' } },
    layers: NO_LAYERS,
    entries: NO_ENTRIES,
    originalName: split.name,
  };
  return {
    ...state,
    layers: Trail.of<Layer>({ what: 'values', reference: referenceOf(state), owners: [state.tag?.owner ?? nameOwner] }),
  };
}

/** `spec.postRenderers[].kustomize` runs over what the chart renders: images can be followed, patches cannot. */
function postRendered(release: Resource, state: ImageState): { readonly state: ImageState; readonly doubt: string } {
  let current = state;
  let doubt = '';
  for (const renderer of itemsAt(release.tree, 'spec', 'postRenderers')) {
    const kustomize = get(renderer, 'kustomize');
    for (const list of ['patches', 'patchesStrategicMerge', 'patchesJson6902'])
      if (itemsAt(kustomize, list).some(mentionsImage)) doubt ||= 'a patch of a post-renderer may change it';
    for (const node of itemsAt(kustomize, 'images')) {
      if (node.kind !== 'map') continue;
      const override = resolveOverride(imageOverride(fileOf(node), node), 'images');
      if (nameMatcher(override.name)?.(referenceOf(current)) === true) current = applyOverride(override, current);
    }
  }
  return { state: current, doubt };
}

function mentionsImage(node: YamlNode): boolean {
  if (node.kind === 'scalar') return /image|containers/i.test(node.text);
  if (node.kind === 'sequence') return node.items.some(mentionsImage);
  for (const [key, { value }] of node.entries) if (/image|containers/i.test(key) || mentionsImage(value)) return true;
  return false;
}

/** The file in which a mapping is written: a patch can have put it into the release. */
function fileOf(node: MapNode): string {
  return node.entries.values().next().value?.key.source.file ?? '';
}
