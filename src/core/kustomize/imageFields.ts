/** Where an object names images: the containers that kustomize looks for at any depth, and the fields that its configuration lists. */
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull, textAt } from '../yaml/node.ts';
import type { FieldSpec, Path } from './fieldSpec.ts';
import { isWritten, nodeAt, splitPath, visitPath } from './fieldSpec.ts';
import type { ResourceIdentity } from './identity.ts';
import { ANY_KIND, isOfKind } from './identity.ts';
import type { ImageState } from './imageState.ts';
import { stateOfScalar } from './imageState.ts';

/** Where an image is named in an object. */
export interface ImageField {
  readonly scalar: ScalarNode;
  readonly path: Path;
  /** `images:` rewrites all but `ephemeralContainers` (image-semantics.md A.3). */
  readonly role: 'containers' | 'initContainers' | 'ephemeralContainers' | 'volume' | 'configured';
  /** Container name, or the path of a configured field. */
  readonly container: string;
  /** Whether the walk over all containers visits it. */
  readonly isLegacy: boolean;
  /** How often `images:` visits the field: the walk over all containers and field specs both do (kustomize#4814). */
  readonly visits: number;
  readonly state: ImageState;
}

export interface ImageScan {
  readonly fields: readonly ImageField[];
  /** Why kustomize refuses the object as soon as any images entry runs. */
  readonly problem: string | undefined;
}

export const NO_IMAGES: ImageScan = { fields: [], problem: undefined };

/** api/internal/konfig/builtinpluginconsts/images.go */
export const DEFAULT_IMAGE_SPECS: readonly FieldSpec[] = [
  'spec/containers[]/image',
  'spec/initContainers[]/image',
  'spec/volumes[]/image/reference',
  'spec/template/spec/containers[]/image',
  'spec/template/spec/initContainers[]/image',
  'spec/template/spec/volumes[]/image/reference',
].map((path) => ({ ...ANY_KIND, path, create: true }));

type Open = { -readonly [K in keyof ImageField]: ImageField[K] };

/** Finds the images of an object. `specs`: fields beyond the default ones. */
export function scanImages(tree: YamlNode, identity: ResourceIdentity, specs: readonly FieldSpec[] = []): ImageScan {
  // CustomResourceDefinitions are left alone (api/filters/imagetag).
  if (identity.kind === 'CustomResourceDefinition') return NO_IMAGES;
  const found: Open[] = [];
  const problem = walk(tree, [], found) ?? visitSpecs(tree, identity, [...DEFAULT_IMAGE_SPECS, ...specs], found);
  return found.length === 0 && problem === undefined ? NO_IMAGES : { fields: found, problem };
}

/** How often a transformer with these field specs visits each image: the walk over all containers, then its own fields (ImageTagTransformer.go). */
export function visitsOf(
  fields: readonly ImageField[],
  tree: YamlNode,
  identity: ResourceIdentity,
  specs: readonly FieldSpec[],
): ImageScan {
  const found: Open[] = fields.map((field) => ({ ...field, visits: field.isLegacy ? 1 : 0 }));
  const problem = visitSpecs(tree, identity, specs, found);
  return { fields: found, problem };
}

/** Sequences under `containers` and `initContainers` at any depth (api/filters/imagetag/legacy.go); `ephemeralContainers` for the reader alone. */
function walk(node: YamlNode, path: Path, found: Open[]): string | undefined {
  if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) {
      const problem = item.kind === 'scalar' ? undefined : walk(item, [...path, index], found);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (node.kind !== 'map') return undefined;
  let problem: string | undefined;
  for (const [key, { value }] of node.entries) {
    if (value.kind === 'scalar') continue;
    const childPath = [...path, key];
    if (value.kind === 'sequence' && (key === 'containers' || key === 'initContainers' || key === 'ephemeralContainers'))
      for (const [index, item] of value.items.entries()) problem ??= addContainer(item, key, [...childPath, index], found);
    problem ??= walk(value, childPath, found);
  }
  return problem;
}

const PREFIXES = { containers: '', initContainers: 'init:', ephemeralContainers: 'ephemeral:' } as const;

function addContainer(item: YamlNode, role: keyof typeof PREFIXES, path: Path, found: Open[]): string | undefined {
  const isLegacy = role !== 'ephemeralContainers';
  if (item.kind !== 'map') {
    const isFine = !isLegacy || (item.kind === 'scalar' && isNull(item));
    return isFine ? undefined : 'wrong node kind: expected MappingNode';
  }
  const image = item.entries.get('image')?.value;
  if (image === undefined) return undefined;
  if (image.kind !== 'scalar') return isLegacy ? 'wrong node kind: expected ScalarNode' : undefined;
  if (isNull(image)) return undefined;
  found.push({
    scalar: image,
    path: [...path, 'image'],
    role,
    container: PREFIXES[role] + textAt(item, 'name'),
    isLegacy,
    visits: isLegacy ? 1 : 0,
    state: stateOfScalar(image, 'manifest'),
  });
  return undefined;
}

function visitSpecs(
  tree: YamlNode,
  identity: ResourceIdentity,
  specs: readonly FieldSpec[],
  found: Open[],
): string | undefined {
  for (const spec of specs) {
    if (!isOfKind(identity, spec)) continue;
    const problem = visitPath(tree, splitPath(spec.path), (node, path) => {
      if (node.kind !== 'scalar') return 'wrong node kind: expected ScalarNode';
      if (!isWritten(node)) return undefined;
      const known = found.find((field) => field.scalar === node && isSamePath(field.path, path));
      if (known !== undefined) known.visits++;
      else found.push(configured(tree, node, path, spec));
      return undefined;
    });
    if (problem !== undefined) return `considering field '${spec.path}': ${problem}`;
  }
  return undefined;
}

function configured(tree: YamlNode, scalar: ScalarNode, path: Path, spec: FieldSpec): Open {
  const isVolume = path.at(-1) === 'reference' && path.at(-4) === 'volumes';
  return {
    scalar,
    path,
    role: isVolume ? 'volume' : 'configured',
    container: isVolume ? textAt(nodeAt(tree, path.slice(0, -2)), 'name') : spec.path.replaceAll('/', '.').replaceAll('[]', ''),
    isLegacy: false,
    visits: 1,
    state: stateOfScalar(scalar, 'manifest'),
  };
}

function isSamePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
