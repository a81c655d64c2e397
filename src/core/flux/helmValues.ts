/** Images in the values of a HelmRelease, by the shapes that charts use (Renovate's helm-values; image-semantics.md A.7 HelmRelease). */
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, isNull, scalarAt } from '../yaml/node.ts';

/** One image in values: written whole in one scalar, or as repository and tag. */
export interface ValuesImage {
  /** Path such as `values.backend.image`. */
  readonly path: string;
  readonly whole: ScalarNode | undefined;
  readonly registry: ScalarNode | undefined;
  readonly repository: ScalarNode | undefined;
  readonly tag: ScalarNode | undefined;
  readonly digest: ScalarNode | undefined;
}

const IMAGE_KEY = /image$/i;
const TAG_KEY = /image_?tag$/i;
const REFERENCE = /^[A-Za-z0-9${][A-Za-z0-9._${}:=-]*(?:\/[A-Za-z0-9._${}:=-]+)*(?::[\w${][\w.${}:=-]*)?(?:@sha256:[0-9a-f]+)?$/;

/** All images of a values tree, in document order. */
export function imagesInValues(values: YamlNode | undefined): ValuesImage[] {
  const found: ValuesImage[] = [];
  if (values !== undefined) walk(values, 'values', found, 0);
  return found;
}

function walk(node: YamlNode, path: string, found: ValuesImage[], depth: number): void {
  if (depth > 40) return;
  if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) walk(item, `${path}[${String(index)}]`, found, depth + 1);
    return;
  }
  if (node.kind !== 'map') return;
  for (const [key, { value }] of node.entries) {
    const at = `${path}.${key}`;
    if (value.kind === 'scalar') {
      if (IMAGE_KEY.test(key) && isReference(value) && !hasTagBeside(node, key))
        found.push({ ...NOTHING, path: at, whole: value });
      else if (TAG_KEY.test(key) && !isNull(value) && value.text !== '')
        found.push({ ...NOTHING, path: at, tag: value, repository: siblingRepository(node, key) });
      continue;
    }
    const image = value.kind === 'map' && IMAGE_KEY.test(key) ? structured(value, at) : undefined;
    if (image === undefined) walk(value, at, found, depth + 1);
    else found.push(image);
  }
}

const NOTHING = { whole: undefined, registry: undefined, repository: undefined, tag: undefined, digest: undefined };

function structured(map: MapNode, path: string): ValuesImage | undefined {
  const pick = (...keys: readonly string[]) => {
    for (const key of keys) {
      const value = scalarAt(map, key);
      if (value !== undefined && !isNull(value) && value.text !== '') return value;
    }
    return undefined;
  };
  const repository = pick('repository', 'name', 'repo');
  const tag = pick('tag', 'version');
  const digest = pick('digest', 'sha');
  if (repository === undefined && tag === undefined) return undefined;
  return { path, whole: undefined, registry: pick('registry'), repository, tag, digest };
}

/** `image: repo` is one image with the `imageTag: v1` next to it. */
function hasTagBeside(map: MapNode, key: string): boolean {
  return ['Tag', 'tag', '_tag'].some((suffix) => {
    const tag = scalarAt(map, key + suffix);
    return tag !== undefined && !isNull(tag) && tag.text !== '';
  });
}

/** For `imageTag: v1` next to `image: repo` or `imageRepository: repo`, and for `image_tag` likewise. */
function siblingRepository(map: MapNode, key: string): ScalarNode | undefined {
  const stem = key.replace(/_?tag$/i, '');
  for (const name of [`${stem}Repository`, `${stem}_repository`, `${stem}Name`, `${stem}_name`, stem]) {
    const value = get(map, name);
    if (value?.kind === 'scalar' && !isNull(value)) return value;
  }
  return undefined;
}

/** A plain string counts as an image when it names a registry path, a tag or a digest. */
function isReference(scalar: ScalarNode): boolean {
  return (
    !isNull(scalar) &&
    /[/:@]/.test(scalar.text) &&
    REFERENCE.test(scalar.text) &&
    !/^[a-z]+:\/\//.test(scalar.text) &&
    !/\.(?:png|jpe?g|svg|gif|ico|webp|iso|qcow2|img)$/i.test(scalar.text)
  );
}
