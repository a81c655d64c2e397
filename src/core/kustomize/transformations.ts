/** What built-in transformers do to all objects of a layer. */
import type { ImageState } from './imageState.ts';
import { referenceOf } from './imageState.ts';
import type { ResolvedOverride } from './imageTransformer.ts';
import { applyOverride, nameMatcher } from './imageTransformer.ts';
import type { KustomizationFile } from './kustomizationFile.ts';
import type { Resource } from './resource.ts';

/** Applies one images entry to all images. undefined: its name is no valid regular expression. */
export function applyToAll(
  override: ResolvedOverride,
  resources: readonly Resource[],
): { readonly resources: readonly Resource[]; readonly matched: boolean } | undefined {
  const matches = nameMatcher(override.name);
  if (matches === undefined) return undefined;
  let matched = false;
  const result = resources.map((resource) => {
    if (resource.images.length === 0) return resource;
    let changed = false;
    const images = resource.images.map((field) => {
      if (field.role === 'ephemeralContainers' || !matches(referenceOf(field.state))) return field;
      matched = true;
      const state = applyOverride(override, field.state, field.visits);
      if (state === field.state) return field;
      changed = true;
      return { ...field, state };
    });
    return changed ? { ...resource, images } : resource;
  });
  return { resources: matched ? result : resources, matched };
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
    layers: [],
    entries: [],
    originalName: override.name,
  };
  return [
    {
      apiVersion: '',
      kind: '',
      name: '',
      namespace: '',
      file: '',
      previous: [],
      tree: { kind: 'map', entries: new Map(), start: 0 },
      images: [{ scalar, role: 'containers', container: '', visits: 1, state: applyOverride(override, start, 1) }],
      declared: true,
    },
  ];
}

/** `namespace`, `namePrefix` and `nameSuffix` of a kustomization. */
export function renamed(resources: readonly Resource[], file: KustomizationFile): readonly Resource[] {
  const { namespace, namePrefix, nameSuffix } = file;
  if (namespace === '' && namePrefix === '' && nameSuffix === '') return resources;
  return resources.map((resource) => {
    if (resource.declared) return resource;
    const { apiVersion, kind, name } = resource;
    const renames = kind !== 'CustomResourceDefinition' && kind !== 'Namespace' && kind !== 'APIService';
    return {
      ...resource,
      name: renames ? namePrefix + name + nameSuffix : name,
      namespace: namespace === '' ? resource.namespace : namespace,
      previous: [...resource.previous, { apiVersion, kind, name, namespace: resource.namespace }],
    };
  });
}
