/** What Flux's generator makes of the kustomization at `spec.path` before it builds it (image-semantics.md A.7; fluxcd/pkg/kustomize kustomize_generator.go). */
import type { FileView } from '../repository/files.ts';
import { joinPath, kustomizationFilesIn, resolvePath } from '../repository/files.ts';
import type { Accumulator } from '../kustomize/accumulator.ts';
import type { FailureKind } from '../kustomize/failure.ts';
import { failureAt } from '../kustomize/failure.ts';
import type { ResolvedOverride } from '../kustomize/imageTransformer.ts';
import { resolveOverride } from '../kustomize/imageTransformer.ts';
import type { KustomizationFile } from '../kustomize/kustomizationFile.ts';
import {
  emptyKustomization,
  imageOverride,
  parseKustomizationFile,
  patchEntry,
  strategicEntry,
} from '../kustomize/kustomizationFile.ts';
import type { LayerCache, LayerResult } from '../kustomize/layerResult.ts';
import { failedLayer } from '../kustomize/layerResult.ts';
import { resolveDirectory, runKustomization, startBuild } from '../kustomize/layers.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, isNull, itemsAt, scalarAt, textAt } from '../yaml/node.ts';
import { typeInManifest } from '../yaml/resolve.ts';
import { typeOf } from '../yaml/typing.ts';

/** How `spec.images` meets an entry of the same name: fields merge since kustomize-controller 1.9.4, the whole entry was replaced before. */
export type FluxImagesRule = 'merge' | 'replace';

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

  const build = startBuild(view, cache, [directory]);
  build.directories.add(directory);
  const base = existing === undefined ? generated(build, directory) : build.kustomizationIn(directory);
  if (base === undefined) return build.result();
  const problem = specProblem(spec);
  if (problem !== undefined) build.fail(failureAt(problem.at ?? file, `${file}: ${problem.what}.`, problem.kind));
  const overrides = mergeImages(base, spec, rule);
  const mappings = (name: string) => itemsAt(spec, name).filter((node) => node.kind === 'map');
  const merged: KustomizationFile = {
    ...base,
    namespace: overridden(spec, 'targetNamespace') ?? base.namespace,
    namePrefix: overridden(spec, 'namePrefix') ?? base.namePrefix,
    nameSuffix: overridden(spec, 'nameSuffix') ?? base.nameSuffix,
    components: [...base.components, ...componentsOf(spec, directory, build)],
    // Flux knows no files and no options of patches.
    patches: [
      ...mappings('patchesStrategicMerge').map((node) => strategicEntry(undefined, node)),
      ...base.patches,
      ...mappings('patches').map((node) => ({
        ...patchEntry(asSpelled(node), 'patches'),
        path: undefined,
        mayRename: false,
        mayChangeKind: false,
      })),
    ],
    jsonPatches: [
      ...base.jsonPatches,
      ...mappings('patchesJson6902').map((node) => ({
        ...patchEntry(asSpelled(node), 'patchesJson6902'),
        path: undefined,
        node: get(node, 'patch'),
      })),
    ],
  };
  runKustomization(build, merged, directory, overrides, 'lenient');
  return build.result();
}

const IMAGE_FIELDS: readonly string[] = ['name', 'newName', 'newTag', 'digest'];
const TARGET_FIELDS: readonly string[] = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'];

/** A patch of `spec`, and its target, with the fields that Flux knows. */
function asSpelled(node: MapNode): MapNode {
  const patch = onlyFields(node, ['patch', 'target']);
  const target = patch.entries.get('target');
  if (target?.value.kind !== 'map') return patch;
  const value = onlyFields(target.value, TARGET_FIELDS);
  return value === target.value ? patch : { ...patch, entries: new Map(patch.entries).set('target', { ...target, value }) };
}

/** A mapping without fields that are spelled otherwise: kustomize takes no notice of capital letters, and the API server drops such fields. */
function onlyFields(node: MapNode, names: readonly string[]): MapNode {
  const entries = [...node.entries].filter(([name]) => names.includes(name));
  return entries.length === node.entries.size ? node : { ...node, entries: new Map(entries) };
}

/** A field of `spec`, undefined where it is not there. A text that is empty counts. */
function overridden(spec: MapNode, name: string): string | undefined {
  const value = spec.entries.get(name)?.value;
  return value?.kind === 'scalar' && !isNull(value) ? value.text : undefined;
}

/** Why Flux refuses a value of `spec` whose type is not the one that it wants (apimachinery unstructured helpers, DefaultUnstructuredConverter). */
function specProblem(spec: MapNode): SpecProblem | undefined {
  for (const name of ['targetNamespace', 'namePrefix', 'nameSuffix']) {
    const value = spec.entries.get(name)?.value;
    if (!isText(value)) return problemAt(value, `spec.${name} is no text (accessor error)`);
  }
  for (const item of itemsAt(spec, 'components'))
    if (!isText(item)) return problemAt(item, 'spec.components has an item that is no text (accessor error)');
  for (const [list, fields] of TEXT_FIELDS) {
    for (const item of itemsAt(spec, list)) {
      if (item.kind !== 'map') return problemAt(item, `spec.${list} has an item that is no mapping`);
      for (const field of fields) {
        const value = get(item, field);
        if (isText(value)) continue;
        return problemAt(value, `${field} in spec.${list} is no text (unrecognized type)`, list === 'images');
      }
    }
  }
  return undefined;
}

interface SpecProblem {
  readonly what: string;
  readonly at: ScalarNode | undefined;
  readonly kind: FailureKind;
}

function problemAt(node: YamlNode | undefined, what: string, isOfImage = false): SpecProblem {
  const at = node?.kind === 'scalar' ? node : undefined;
  return { what, at, kind: isOfImage && at !== undefined && typeOf(at) !== 'string' ? 'not-a-string' : 'other' };
}

const TEXT_FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ['images', ['name', 'newName', 'newTag', 'digest']],
  ['patches', ['patch']],
];

/** Whether a value is a text, or not there. */
function isText(node: YamlNode | undefined): boolean {
  if (node === undefined) return true;
  return node.kind === 'scalar' && (isNull(node) || typeInManifest(node) === 'string');
}

/** `spec.components`: paths within the artifact; with `ignoreMissingComponents`, those that do not exist are left out. */
function componentsOf(spec: MapNode, directory: string, build: Accumulator): ScalarNode[] {
  const ignoresMissing = textAt(spec, 'ignoreMissingComponents') === 'true';
  return itemsAt(spec, 'components').flatMap((node) => {
    if (node.kind !== 'scalar' || isNull(node)) return [];
    if (!isLocal(node.text)) {
      build.fail(failureAt(node, `${node.source.file}: the component path ${node.text} must be local and relative.`));
      return [];
    }
    const path = resolvePath(directory, node.text);
    if (ignoresMissing) {
      if (path === undefined) return [];
      build.use(path);
      if (!build.view.isDirectory(path) && build.view.file(path) === undefined) return [];
    }
    return [node];
  });
}

const REMOTE = /^(?:git::|gh:|ssh:\/\/|https?:\/\/|git@|github\.com[:/])./i;

/** kustomize_generator.go, IsLocalRelativePath */
function isLocal(path: string): boolean {
  return !REMOTE.test(path) && !path.replace(/^file:\/\//i, '').startsWith('/');
}

function missingPath(directory: string, file: string, written: ScalarNode | undefined): LayerResult {
  const path = written === undefined || written.text === '' ? directory : written.text;
  const sentence = `kustomization path not found: ${path} is no directory of this repository.`;
  return failedLayer(failureAt(written ?? file, sentence, 'missing-path'), new Set([directory, `${directory}/`]), new Set());
}

/** A directory without a kustomization file: sub-directories that have one are added whole, every other YAML file is added. */
function generated(build: Accumulator, directory: string): KustomizationFile {
  let isEmpty = true;
  const walk = (at: string) => {
    build.used.add(`${at}/`);
    for (const name of build.view.list(at)) {
      const path = joinPath(at, name);
      if (build.view.isDirectory(path)) {
        const [kustomization] = kustomizationFilesIn(build.view, path);
        if (kustomization === undefined) walk(path);
        else {
          isEmpty = false;
          if (parseKustomizationFile(kustomization).isComponent)
            build.fail(failureAt(kustomization.path, `${path} is a Component (expected kind != 'Component' for path).`));
          build.addDirectory(path);
        }
      } else if (/\.ya?ml$/.test(name)) {
        const file = build.view.file(path);
        if (file === undefined) continue;
        isEmpty = false;
        build.addFile(path, file);
      }
    }
  };
  walk(directory);
  return emptyKustomization(isEmpty ? '_placeholder' : '');
}

function mergeImages(base: KustomizationFile, spec: MapNode, rule: FluxImagesRule): ResolvedOverride[] {
  const merged = base.images.map((entry) => resolveOverride(entry, 'images'));
  for (const node of itemsAt(spec, 'images')) {
    if (node.kind !== 'map') continue;
    const override = {
      ...resolveOverride(imageOverride(fileOf(node), onlyFields(node, IMAGE_FIELDS)), 'flux-images'),
      tagSuffix: undefined,
    };
    const index = merged.findIndex((entry) => entry.name === override.name);
    const old = merged[index];
    if (old === undefined) merged.push(override);
    else merged[index] = rule === 'replace' ? { ...override, other: old.entry } : mergeOverride(old, override);
  }
  return merged;
}

/** The file in which a mapping is written: a patch can have put it into the Flux Kustomization. */
function fileOf(node: MapNode): string {
  return node.entries.values().next().value?.key.source.file ?? '';
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
