/** What Flux's generator makes of the kustomization at `spec.path` before it builds it (image-semantics.md A.7; fluxcd/pkg/kustomize). */
import type { FileView } from '../repository/files.ts';
import { joinPath, kustomizationFilesIn } from '../repository/files.ts';
import type { ResolvedOverride } from '../kustomize/imageTransformer.ts';
import { resolveOverride } from '../kustomize/imageTransformer.ts';
import type { KustomizationFile } from '../kustomize/kustomizationFile.ts';
import { imageOverride, parseKustomizationFile, patchEntry } from '../kustomize/kustomizationFile.ts';
import type { LayerCache, LayerResult } from '../kustomize/layerResult.ts';
import { Accumulator, resolveDirectory } from '../kustomize/layers.ts';
import { failureAt } from '../kustomize/failure.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { get, itemsAt, scalarAt, textAt } from '../yaml/node.ts';

/** How `spec.images` meets an entry of the same name: fields merge since kustomize-controller 1.9.4, the whole entry was replaced before. */
export type FluxImagesRule = 'merge' | 'replace';

const EMPTY: KustomizationFile = {
  file: '',
  isComponent: false,
  failure: undefined,
  strictFailure: undefined,
  resources: [],
  components: [],
  configurations: [],
  crds: false,
  images: [],
  patches: [],
  jsonPatches: [],
  namespace: '',
  namePrefix: '',
  nameSuffix: '',
  replacements: [],
  transformers: [],
  generators: [],
  helmCharts: false,
  configMaps: [],
  secrets: [],
};

/** Fields of `spec` that change what kustomize builds. */
export const BUILD_FIELDS: readonly string[] = [
  'images',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'components',
  'targetNamespace',
  'namePrefix',
  'nameSuffix',
];

/** True where the Flux Kustomization changes nothing about the build, so that the plain result serves. */
function addsNothing(spec: MapNode): boolean {
  return !BUILD_FIELDS.some((key) => spec.entries.has(key));
}

/** Builds a directory as the Flux Kustomization `tree` does, before `postBuild`. `file` is where the Flux Kustomization is written. */
export function resolveFluxBuild(
  directory: string,
  tree: MapNode,
  file: string,
  view: FileView,
  cache: LayerCache,
  rule: FluxImagesRule,
): LayerResult {
  const spec = get(tree, 'spec');
  if (!view.isDirectory(directory)) return missingPath(directory, file, scalarAt(spec, 'path'));
  const existing = kustomizationFilesIn(view, directory)[0];
  if (spec?.kind !== 'map') return resolveDirectory(directory, view, cache);
  if (existing !== undefined && addsNothing(spec) && parseKustomizationFile(existing).strictFailure === undefined)
    return resolveDirectory(directory, view, cache);

  const build = new Accumulator(view, cache, [directory]);
  build.directories.add(directory);
  const base = existing === undefined ? generated(build, directory) : build.kustomizationIn(directory);
  if (base === undefined) return build.result();
  const overrides = mergeImages(base, spec, file, rule);
  const merged: KustomizationFile = {
    ...base,
    namespace: textAt(spec, 'targetNamespace') || base.namespace,
    namePrefix: textAt(spec, 'namePrefix') || base.namePrefix,
    nameSuffix: textAt(spec, 'nameSuffix') || base.nameSuffix,
    components: [...base.components, ...itemsAt(spec, 'components').filter((node) => node.kind === 'scalar')],
    patches: [...base.patches, ...itemsAt(spec, 'patches').flatMap((node) => (node.kind === 'map' ? [patchEntry(node)] : []))],
    jsonPatches: [
      ...base.jsonPatches,
      ...itemsAt(spec, 'patchesJson6902').flatMap((node) => (node.kind === 'map' ? [patchEntry(node)] : [])),
    ],
  };
  build.run(merged, directory, overrides, false);
  return build.result();
}

function missingPath(directory: string, file: string, written: ScalarNode | undefined): LayerResult {
  return {
    resources: [],
    fieldSpecs: [],
    unknowns: [],
    opaque: undefined,
    failure: failureAt(
      written ?? file,
      `kustomization path not found: ${written === undefined || written.text === '' ? directory : written.text} is no directory of this repository.`,
      'missing-path',
    ),
    used: new Set([directory, `${directory}/`]),
    directories: new Set(),
    skippedKinds: new Set(),
    entryRuns: [],
    patchRuns: [],
  };
}

/** A directory without a kustomization file: sub-directories that have one are added whole, every other YAML file is added. */
function generated(build: Accumulator, directory: string): KustomizationFile {
  const walk = (at: string) => {
    build.used.add(`${at}/`);
    for (const name of build.view.list(at)) {
      const path = joinPath(at, name);
      if (build.view.isDirectory(path)) {
        if (kustomizationFilesIn(build.view, path).length > 0) build.addDirectory(path);
        else walk(path);
      } else if (/\.ya?ml$/.test(name)) {
        const file = build.view.file(path);
        if (file !== undefined) build.addFile(path, file);
      }
    }
  };
  walk(directory);
  return EMPTY;
}

function mergeImages(base: KustomizationFile, spec: MapNode, file: string, rule: FluxImagesRule): ResolvedOverride[] {
  const merged = base.images.map((entry) => resolveOverride(entry, 'images'));
  for (const node of itemsAt(spec, 'images')) {
    if (node.kind !== 'map') continue;
    const override = resolveOverride(imageOverride(file, node), 'flux-images');
    const index = merged.findIndex((entry) => entry.name === override.name);
    const old = merged[index];
    if (old === undefined) merged.push(override);
    else merged[index] = rule === 'replace' ? { ...override, other: old.entry } : mergeOverride(old, override);
  }
  return merged;
}

function mergeOverride(old: ResolvedOverride, over: ResolvedOverride): ResolvedOverride {
  const unit = over.newTag !== undefined || over.digest !== undefined;
  return {
    ...old,
    what: unit || over.newName !== undefined ? 'flux-images' : old.what,
    newName: over.newName ?? old.newName,
    newTag: unit ? over.newTag : old.newTag,
    digest: unit ? over.digest : old.digest,
    entry: unit ? over.entry : old.entry,
    other: unit ? old.entry : over.entry,
  };
}
