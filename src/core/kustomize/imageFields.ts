/** Where an object names images: the containers that kustomize looks for at any depth, and the fields that its configuration lists. */
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull, textAt } from '../yaml/node.ts';
import type { FieldSpec, Path } from './fieldSpec.ts';
import { isWritten, nodeAt, segmentsOf, visitPath } from './fieldSpec.ts';
import { IMAGES } from './fieldSpecTables.ts';
import type { ResourceIdentity } from './identity.ts';
import { isOfKind } from './identity.ts';
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

type Open = { -readonly [K in keyof ImageField]: ImageField[K] };

/** Images as they are found, to be looked up by their scalars: one scalar can stand at several places, through aliases. */
class Found {
  readonly fields: Open[] = [];
  private readonly byScalar = new Map<ScalarNode, Open[]>();

  add(field: Open): void {
    this.fields.push(field);
    const others = this.byScalar.get(field.scalar);
    if (others === undefined) this.byScalar.set(field.scalar, [field]);
    else others.push(field);
  }

  at(scalar: ScalarNode, path: Path): Open | undefined {
    return this.byScalar.get(scalar)?.find((field) => isSamePath(field.path, path));
  }
}

/** Finds the images of an object. `specs`: the fields that count beside containers. */
export function scanImages(tree: YamlNode, identity: ResourceIdentity, specs: readonly FieldSpec[] = IMAGES): ImageScan {
  // CustomResourceDefinitions are left alone (api/filters/imagetag).
  if (identity.kind === 'CustomResourceDefinition') return NO_IMAGES;
  const found = new Found();
  const problem = walk(tree, [], found) ?? visitSpecs(tree, identity, specs, found);
  return found.fields.length === 0 && problem === undefined ? NO_IMAGES : { fields: found.fields, problem };
}

/** How often a transformer with these field specs visits each image: the walk over all containers, then its own fields (ImageTagTransformer.go). */
export function visitsOf(
  fields: readonly ImageField[],
  tree: YamlNode,
  identity: ResourceIdentity,
  specs: readonly FieldSpec[],
): ImageScan {
  const found = new Found();
  for (const field of fields) found.add({ ...field, visits: field.isLegacy ? 1 : 0 });
  const problem = visitSpecs(tree, identity, specs, found);
  return { fields: found.fields, problem };
}

/**
 * Sequences under `containers` and `initContainers` at any depth (api/filters/imagetag/legacy.go); `ephemeralContainers` for the reader alone. `way`: what leads
 * to the node.
 */
function walk(node: YamlNode, way: (string | number)[], found: Found): string | undefined {
  let problem: string | undefined;
  if (node.kind === 'sequence') {
    const { items } = node;
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      if (item === undefined || item.kind === 'scalar') continue;
      way.push(index);
      problem ??= walk(item, way, found);
      way.pop();
    }
    return problem;
  }
  if (node.kind !== 'map') return undefined;
  for (const { key: scalar, value } of node.entries.values()) {
    if (value.kind === 'scalar') continue;
    const key = scalar.text;
    way.push(key);
    if (value.kind === 'sequence' && (key === 'containers' || key === 'initContainers' || key === 'ephemeralContainers'))
      for (const [index, item] of value.items.entries()) problem ??= addContainer(item, key, [...way, index], found);
    problem ??= walk(value, way, found);
    way.pop();
  }
  return problem;
}

const PREFIXES = { containers: '', initContainers: 'init:', ephemeralContainers: 'ephemeral:' } as const;

function addContainer(item: YamlNode, role: keyof typeof PREFIXES, path: Path, found: Found): string | undefined {
  const isLegacy = role !== 'ephemeralContainers';
  if (item.kind !== 'map') {
    const isFine = !isLegacy || (item.kind === 'scalar' && isNull(item));
    return isFine ? undefined : 'wrong node kind: expected MappingNode';
  }
  const image = item.entries.get('image')?.value;
  if (image === undefined) return undefined;
  if (image.kind !== 'scalar') return isLegacy ? 'wrong node kind: expected ScalarNode' : undefined;
  if (isNull(image)) return undefined;
  found.add({
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

function visitSpecs(tree: YamlNode, identity: ResourceIdentity, specs: readonly FieldSpec[], found: Found): string | undefined {
  for (const spec of specs) {
    if (!isOfKind(identity, spec)) continue;
    const problem = visitPath(tree, segmentsOf(spec), (node, path) => {
      if (node.kind !== 'scalar') return 'wrong node kind: expected ScalarNode';
      if (!isWritten(node)) return undefined;
      const known = found.at(node, path);
      if (known !== undefined) known.visits++;
      else found.add(configured(tree, node, path, spec));
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
