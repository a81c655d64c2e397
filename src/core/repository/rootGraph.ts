/**
 * Which directories are built, and by which Flux Kustomizations. Flux Kustomizations are taken as their parent renders them (patched, substituted), so
 * roots are found in rounds: a root renders Flux Kustomizations, which are roots in turn (image-semantics.md A.0, layouts.md B.3).
 */
import type { FluxImagesRule } from '../flux/fluxBuild.ts';
import { resolveFluxBuild } from '../flux/fluxBuild.ts';
import { isFluxKustomization, sourceReferenceOf } from '../flux/objects.ts';
import { postBuild } from '../flux/postBuild.ts';
import type { Location, Sources } from '../flux/sources.ts';
import type { ValueObjects, Variables } from '../flux/variables.ts';
import { variablesOf } from '../flux/variables.ts';
import type { LayerCache, LayerResult } from '../kustomize/layerResult.ts';
import { resolveDirectory } from '../kustomize/layers.ts';
import { asRoot } from '../kustomize/rootResult.ts';
import type { Resource } from '../kustomize/resource.ts';
import { compareText } from '../text/compareText.ts';
import type { MapNode } from '../yaml/node.ts';
import { textAt } from '../yaml/node.ts';
import type { FileIndex } from './fileIndex.ts';
import { parentDirectory } from './files.ts';
import type { ResultCache } from './resultCache.ts';
import type { FileTree } from './view.ts';
import { ComposedView } from './view.ts';

/** A Flux Kustomization whose path is in this repository. */
export interface FluxInstance {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  readonly tree: MapNode;
  readonly cluster: string;
  readonly location: Location;
}

/** A build, of a directory alone or as a Flux Kustomization does it. */
export interface Build {
  readonly directory: string;
  readonly flux: FluxInstance | undefined;
  /** Whether it needs files that Flux reads and kustomize alone refuses, outside of the directory. */
  readonly readsOutside: boolean;
  readonly layer: LayerResult;
  /** The objects as they are applied: after `postBuild`. */
  readonly resources: readonly Resource[];
  /** Why Flux refuses what kustomize built: a sentence. */
  readonly fluxFailure: string | undefined;
  /** Why nothing of the build is certain although everything was read, as a clause. */
  readonly opaque: string | undefined;
  readonly variables: Variables | undefined;
  /** Paths of the repository that the result depends on. */
  readonly used: ReadonlySet<string>;
  /** Files of the Flux Kustomizations that this build renders, wherever their paths lead. */
  readonly files: readonly string[];
  readonly children: readonly FluxInstance[];
}

export type BuildCache = ResultCache<Build>;

export interface GraphInput {
  readonly tree: FileTree;
  readonly index: FileIndex;
  readonly sources: Sources;
  readonly values: ValueObjects;
  readonly layers: LayerCache;
  /** Layers of composed artifacts. They count their paths in the artifact, so that none outlives a snapshot. */
  readonly composedLayers: LayerCache;
  readonly builds: BuildCache;
  readonly rule: FluxImagesRule;
}

/** Finds all builds. Results of earlier rounds and snapshots are taken from `builds`; stale ones must have been removed. */
export function findBuilds(input: GraphInput): Build[] {
  const plain = new Map<string, Build>();
  const flux = new Map<string, Build>();
  const queue: FluxInstance[] = [];
  const run = () => {
    for (let instance = queue.pop(); instance !== undefined; instance = queue.pop()) {
      if (flux.has(instance.key)) continue;
      const build = buildFlux(instance, input);
      flux.set(instance.key, build);
      queue.push(...build.children);
    }
  };
  const hasFlux = [...input.index.flux.values()].some((objects) => objects.some(isFluxKustomization));
  for (const directory of input.index.shape.unreferenced) {
    const build = buildPlain(directory, hasFlux, input);
    plain.set(directory, build);
    queue.push(...build.children);
  }
  run();
  const entries = new Set<string>();
  for (const instance of unrendered(input, plain, flux)) {
    if (isRendered(instance, flux) || (flux.size > 0 && swallowsAll(instance, input))) continue;
    entries.add(instance.key);
    queue.push(instance);
    run();
  }
  return settle(plain, flux, entries);
}

/** Flux Kustomizations in files of which no build renders any: applied by hand, or by something that is not in this repository. */
function unrendered(input: GraphInput, plain: ReadonlyMap<string, Build>, flux: ReadonlyMap<string, Build>): FluxInstance[] {
  const seen = new Set<string>();
  for (const builds of [plain, flux]) for (const { files } of builds.values()) for (const path of files) seen.add(path);
  const left: FluxInstance[] = [];
  for (const [path, objects] of input.index.flux) {
    if (seen.has(path)) continue;
    for (const resource of objects)
      if (isFluxKustomization(resource)) left.push(...instanceOf(resource, parentDirectory(path), input));
  }
  // Those that apply themselves first: they render the others.
  const rank = (instance: FluxInstance) =>
    swallowsAll(instance, input) ? 2 : isInside(instance.file, instance.location.directory) ? 0 : 1;
  return left.sort((a, b) => rank(a) - rank(b) || compareText(a.key, b.key));
}

/**
 * A Flux Kustomization that nothing renders and that would generate a kustomization of the whole repository: a sample somewhere in the files,
 * unless flux bootstrap wrote it.
 */
function swallowsAll({ name, location }: FluxInstance, input: GraphInput): boolean {
  return (
    location.directory === '.' &&
    location.artifact === undefined &&
    name !== 'flux-system' &&
    !input.index.kustomizations.has('.')
  );
}

function isRendered(instance: FluxInstance, flux: ReadonlyMap<string, Build>): boolean {
  for (const { files } of flux.values()) if (files.includes(instance.file)) return true;
  return false;
}

function isInside(file: string, directory: string): boolean {
  return directory === '.' || file.startsWith(`${directory}/`);
}

/** Drops plain builds that a Flux Kustomization builds as a part of something larger, and what only they rendered. */
function settle(plain: ReadonlyMap<string, Build>, flux: ReadonlyMap<string, Build>, entries: ReadonlySet<string>): Build[] {
  const covered = new Set<string>();
  for (const build of flux.values()) {
    if (build.flux?.location.artifact !== undefined) covered.add(build.directory);
    else for (const directory of build.layer.directories) if (plain.has(directory)) covered.add(directory);
  }
  const roots = [...plain.values()].filter((build) => !covered.has(build.directory));
  const alive = new Set<string>();
  const follow = (start: Build) => {
    const queue = [start];
    for (let build = queue.pop(); build !== undefined; build = queue.pop()) {
      for (const { key } of build.children) {
        const child = alive.has(key) ? undefined : flux.get(key);
        alive.add(key);
        if (child !== undefined) queue.push(child);
      }
    }
  };
  roots.forEach(follow);
  for (const [key, build] of flux) {
    if (alive.has(key)) continue;
    // Entry points: nothing in the repository renders them, or they render themselves.
    if (entries.has(key) || build.children.some((child) => child.key === key)) {
      alive.add(key);
      follow(build);
    }
  }
  for (const [key, build] of flux) if (alive.has(key)) roots.push(build);
  return roots;
}

/**
 * A directory that no Flux Kustomization of the repository builds. Where the repository is one of Flux, a Flux Kustomization somewhere else does, and that reads
 * files outside of the directory, as kustomize alone does not.
 */
function buildPlain(directory: string, hasFlux: boolean, input: GraphInput): Build {
  const key = hasFlux ? `${directory} for Flux` : directory;
  const known = input.builds.get(key);
  if (known !== undefined) return known;
  const resolved = resolveDirectory(directory, input.tree, input.layers);
  const layer = asRoot(resolved, directory, input.tree, !hasFlux);
  const children = layer.resources.flatMap((resource) =>
    isFluxKustomization(resource) ? instanceOf(resource, directory, input) : [],
  );
  const build: Build = {
    directory,
    flux: undefined,
    readsOutside: hasFlux && resolved.plainFailure !== undefined,
    layer,
    resources: layer.resources,
    fluxFailure: undefined,
    opaque: undefined,
    variables: undefined,
    used: layer.used,
    files: fluxFiles(layer),
    children,
  };
  input.builds.set(key, build);
  return build;
}

function isSame(a: FluxInstance, b: FluxInstance): boolean {
  const [left, right] = [a.location, b.location];
  return (
    a === b ||
    (a.tree === b.tree &&
      a.key === b.key &&
      left.ignore === right.ignore &&
      JSON.stringify(left.artifact) === JSON.stringify(right.artifact))
  );
}

function fluxFiles(layer: LayerResult): string[] {
  return layer.resources.flatMap((resource) => (isFluxKustomization(resource) ? [resource.file] : []));
}

function buildFlux(flux: FluxInstance, input: GraphInput): Build {
  const known = input.builds.get(flux.key);
  if (known?.flux !== undefined && isSame(known.flux, flux)) return known;
  const { directory, artifact } = flux.location;
  const view = input.sources.view(flux.location);
  const layer = asRoot(
    resolveFluxBuild(
      directory,
      flux.tree,
      flux.file,
      view,
      artifact === undefined ? input.layers : input.composedLayers,
      input.rule,
    ),
    directory,
    view,
    false,
  );
  const variables = variablesOf(flux.tree, flux.namespace, flux.cluster, input.values);
  const { resources, problem, opaque } =
    variables.substituter === undefined
      ? { resources: layer.resources, problem: undefined, opaque: undefined }
      : postBuild(layer.resources, variables.substituter);
  const children = resources.flatMap((resource) =>
    isFluxKustomization(resource) ? instanceOf(resource, flux.cluster, input) : [],
  );
  const origin = (path: string) =>
    artifact === undefined || !(view instanceof ComposedView) ? path : (view.origin(path.replace(/\/$/, '')) ?? path);
  const used = artifact === undefined ? new Set(layer.used) : new Set([...layer.used].map((path) => origin(path)));
  used.add(flux.file);
  for (const path of variables.used) used.add(path);
  const build: Build = {
    directory: origin(directory),
    flux,
    readsOutside: false,
    layer,
    resources,
    fluxFailure: fluxFailure(problem, resources, flux),
    opaque,
    variables,
    used,
    files: fluxFiles(layer),
    children,
  };
  input.builds.set(flux.key, build);
  return build;
}

function fluxFailure(
  problem: string | undefined,
  resources: readonly Resource[],
  { namespace, name }: FluxInstance,
): string | undefined {
  if (problem !== undefined) return `the postBuild of ${namespace}/${name} fails: ${problem}.`;
  const nameless = resources.find(({ apiVersion, declared }) => apiVersion === '' && !declared);
  return nameless && `${nameless.kind} ${nameless.name} has no apiVersion, and Flux applies no such object.`;
}

function instanceOf(resource: Resource, cluster: string, input: GraphInput): FluxInstance[] {
  const { tree } = resource;
  const location = input.sources.locate(textAt(tree, 'spec', 'path'), sourceReferenceOf(tree, resource.namespace), resource.file);
  if (location === undefined || (!location.certain && !input.tree.isDirectory(location.directory))) return [];
  // A Flux Kustomization that applies the directory in which it is written is the entry of its cluster.
  const own = location.artifact === undefined && isInside(resource.file, location.directory) ? location.directory : cluster;
  const { namespace, name, file } = resource;
  return [
    { key: `${namespace}/${name}@${own} ${file} > ${location.directory}`, namespace, name, file, tree, cluster: own, location },
  ];
}
