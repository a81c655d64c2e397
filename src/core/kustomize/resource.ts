/** A Kubernetes object on its way through the layers. Values are immutable: a layer that changes an object makes a new one around the same parts. */
import type { ManifestDocument } from '../repository/files.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, isNull, itemsAt, textAt } from '../yaml/node.ts';
import type { ImageState } from './imageState.ts';
import { stateOfScalar } from './imageState.ts';

/** Where an image is named in an object. */
export interface ImageField {
  readonly scalar: ScalarNode;
  /** `containers`, `initContainers` and fields of `configurations` are rewritten by `images:`; `ephemeralContainers` are not (A.3). */
  readonly role: 'containers' | 'initContainers' | 'ephemeralContainers' | 'volume' | 'configured';
  /** Container name, or the path of a configured field. */
  readonly container: string;
  /** How often the transformer visits the field: legacy walk and field specs both do (kustomize#4814). */
  readonly visits: number;
  readonly state: ImageState;
}

/** A further field that holds images, from a `configurations:` file: a path such as `spec/image` for a kind ('' = every kind). */
export interface ImageFieldSpec {
  readonly path: string;
  readonly kind: string;
}

export interface ResourceIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export interface Resource extends ResourceIdentity {
  /** File of the manifest, '' for generated objects. */
  readonly file: string;
  /** Identities before this one, oldest first: patches and selectors match any of them. */
  readonly previous: readonly ResourceIdentity[];
  readonly tree: MapNode;
  readonly images: readonly ImageField[];
  /** A stand-in for an `images:` entry whose container is in something that was not fetched. */
  readonly declared: boolean;
}

const cache = new WeakMap<ManifestDocument, readonly Resource[]>();

/** The objects of a document that this product follows (images, Flux objects, ConfigMaps, Secrets); `List` kinds are flattened. */
export function resourcesOf(document: ManifestDocument): readonly Resource[] {
  let found = cache.get(document);
  if (found === undefined) {
    found = document.root === undefined ? [] : flatten(document.root, document.file);
    cache.set(document, found);
  }
  return found;
}

function flatten(root: YamlNode, file: string): Resource[] {
  if (root.kind !== 'map') return [];
  const kind = textAt(root, 'kind');
  if (kind.endsWith('List') && getIn(root, 'items')?.kind === 'sequence')
    return itemsAt(root, 'items').flatMap((item) => flatten(item, file));
  return [resourceFrom(root, file)];
}

export function resourceFrom(tree: MapNode, file: string): Resource {
  const kind = textAt(tree, 'kind');
  return {
    apiVersion: textAt(tree, 'apiVersion'),
    kind,
    name: textAt(tree, 'metadata', 'name'),
    namespace: textAt(tree, 'metadata', 'namespace'),
    file,
    previous: [],
    tree,
    images: kind === 'CustomResourceDefinition' ? [] : scanImages(tree),
    declared: false,
  };
}

/** The same object with another tree: images that the change left alone keep what is known of them. */
export function withTree(resource: Resource, tree: MapNode, what: 'patch' | 'replacement'): Resource {
  const known = new Map(resource.images.map((field) => [field.scalar, field.state]));
  const images = scanImages(tree).map((field) => {
    const state = known.get(field.scalar) ?? stateOfScalar(field.scalar, what);
    return { ...field, state };
  });
  for (const field of resource.images)
    if (field.role === 'configured' && !images.some((image) => image.scalar === field.scalar)) images.push(field);
  return { ...resource, tree, images };
}

/** True for the kinds of Kubernetes itself, whose lists merge by key. Custom resources have a group with a dot that is not Kubernetes' own. */
export function isBuiltin(apiVersion: string): boolean {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return true;
  const group = apiVersion.slice(0, slash);
  return (
    !group.includes('.') ||
    /(?:^|\.)(?:networking|rbac\.authorization|storage|policy|batch|apps|scheduling|coordination|node|discovery|events|certificates|authentication|authorization|admissionregistration|apiextensions|apiregistration|autoscaling)\.k8s\.io$/.test(
      group,
    )
  );
}

const STANDARD = new Set([
  'spec/containers',
  'spec/initContainers',
  'spec/template/spec/containers',
  'spec/template/spec/initContainers',
]);

/** Every image of the object: sequences under `containers`, `initContainers` and `ephemeralContainers` at any depth, and image volumes. */
function scanImages(tree: YamlNode): ImageField[] {
  const found: ImageField[] = [];
  walk(tree, '', found);
  return found;
}

function walk(node: YamlNode, path: string, found: ImageField[]): void {
  if (node.kind === 'sequence') {
    for (const item of node.items) if (item.kind !== 'scalar') walk(item, `${path}[]`, found);
    return;
  }
  if (node.kind !== 'map') return;
  for (const [key, { value }] of node.entries) {
    if (value.kind === 'scalar') continue;
    const childPath = path === '' ? key : `${path}/${key}`;
    if (value.kind === 'sequence' && (key === 'containers' || key === 'initContainers' || key === 'ephemeralContainers'))
      for (const item of value.items) addContainer(item, key, childPath, found);
    else if (value.kind === 'sequence' && (childPath === 'spec/volumes' || childPath === 'spec/template/spec/volumes'))
      for (const item of value.items) addVolume(item, found);
    walk(value, childPath, found);
  }
}

function addContainer(
  item: YamlNode,
  role: 'containers' | 'initContainers' | 'ephemeralContainers',
  path: string,
  found: ImageField[],
): void {
  const image = get(item, 'image');
  if (image?.kind !== 'scalar' || isNull(image)) return;
  const name = textAt(item, 'name');
  const prefix = role === 'initContainers' ? 'init:' : role === 'ephemeralContainers' ? 'ephemeral:' : '';
  found.push({
    scalar: image,
    role,
    container: prefix + name,
    visits: STANDARD.has(path) ? 2 : 1,
    state: stateOfScalar(image, 'manifest'),
  });
}

function addVolume(item: YamlNode, found: ImageField[]): void {
  const reference = getIn(item, 'image', 'reference');
  if (reference?.kind !== 'scalar' || isNull(reference)) return;
  found.push({
    scalar: reference,
    role: 'volume',
    container: textAt(item, 'name'),
    visits: 1,
    state: stateOfScalar(reference, 'manifest'),
  });
}

/** Adds the fields that `configurations:` files declare to the images of an object. */
export function withFieldSpecs(resource: Resource, specs: readonly ImageFieldSpec[]): Resource {
  const images = [...resource.images];
  for (const spec of specs) {
    if (spec.kind !== '' && spec.kind !== resource.kind) continue;
    for (const scalar of scalarsAtPath(resource.tree, spec.path.split('/'))) {
      if (images.some((field) => field.scalar === scalar)) continue;
      images.push({
        scalar,
        role: 'configured',
        container: spec.path.replaceAll('/', '.').replaceAll('[]', ''),
        visits: 1,
        state: stateOfScalar(scalar, 'manifest'),
      });
    }
  }
  return images.length === resource.images.length ? resource : { ...resource, images };
}

function scalarsAtPath(node: YamlNode | undefined, segments: readonly string[]): ScalarNode[] {
  const [head, ...rest] = segments;
  if (node === undefined) return [];
  if (head === undefined) return node.kind === 'scalar' && !isNull(node) ? [node] : [];
  if (node.kind === 'sequence') return node.items.flatMap((item) => scalarsAtPath(item, segments));
  return scalarsAtPath(get(node, head.replace(/\[\]$/, '')), rest);
}
