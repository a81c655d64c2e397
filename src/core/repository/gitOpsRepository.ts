/** The snapshot of a GitOps repository: everything the product shows is read from it. */
import type { FluxImagesRule } from '../flux/fluxBuild.ts';
import { sameSourceObjects, Sources } from '../flux/sources.ts';
import { ValueObjects } from '../flux/variables.ts';
import type { LayerCache, LayerResult } from '../kustomize/layerResult.ts';
import type { Resource } from '../kustomize/resource.ts';
import { cyclicLayer } from '../kustomize/layerResult.ts';
import { compareText } from '../text/compareText.ts';
import { groupBy } from '../text/groupBy.ts';
import { itemsAt } from '../yaml/node.ts';
import { isIgnoreFile } from './artifact.ts';
import { FileIndex } from './fileIndex.ts';
import { RepositoryFile } from './files.ts';
import type { BuildRoot, ImageUsage } from './model.ts';
import { fluxKustomization, signatureOf } from './renderings.ts';
import type { Build, BuildCache } from './rootGraph.ts';
import { findBuilds } from './rootGraph.ts';
import { usagesOf } from './usages.ts';
import { ResultCache } from './resultCache.ts';
import type { Links } from './view.ts';
import { FileTree } from './view.ts';

export interface RepositoryOptions {
  /** URLs of the Git remotes, to tell which Flux sources are this repository. */
  readonly remoteUrls?: readonly string[];
  /** How `spec.images` of a Flux Kustomization meets an entry of the same name; 'merge' is kustomize-controller >= 1.9.4. */
  readonly fluxImages?: FluxImagesRule;
  /**
   * Leaves the syntax of documents that hold no image for `checked()`, so that the images are there sooner. Until then a root can count as exact
   * although such a document of it is broken.
   */
  readonly deferSyntax?: boolean;
  /** Symbolic links, by path; the files behind them are those at the paths that they lead to. */
  readonly links?: Links;
}

/** An immutable snapshot. `with` makes the next one and redoes only what depends on the changed files. */
export class GitOpsRepository {
  readonly version: number;
  readonly options: RepositoryOptions;
  readonly roots: readonly BuildRoot[];
  private readonly tree: FileTree;
  private readonly index: FileIndex;
  private readonly layers: LayerCache;
  private readonly builds: BuildCache;
  private readonly values: ValueObjects;
  private readonly rootOf: Map<string, { builds: readonly Build[]; root: BuildRoot }>;

  private constructor(
    version: number,
    options: RepositoryOptions,
    tree: FileTree,
    index: FileIndex,
    layers: LayerCache,
    builds: BuildCache,
    values: ValueObjects,
    known: ReadonlyMap<string, { builds: readonly Build[]; root: BuildRoot }>,
  ) {
    this.version = version;
    this.options = options;
    this.tree = tree;
    this.index = index;
    this.layers = layers;
    this.builds = builds;
    this.values = values;
    for (const [directory, members] of index.shape.cycles)
      if (layers.get(`:${directory}`) === undefined) layers.set(`:${directory}`, cyclicLayer(directory, members));
    const sources = new Sources(index.flux, tree, options.remoteUrls ?? []);
    const found = findBuilds({
      tree,
      index,
      sources,
      values,
      layers,
      composedLayers: new ResultCache(),
      builds,
      rule: options.fluxImages ?? 'merge',
    });
    this.rootOf = new Map();
    this.roots = this.group(found, known);
  }

  static of(files: ReadonlyMap<string, string>, options: RepositoryOptions, version = 1): GitOpsRepository {
    const tree = FileTree.of(
      new Map([...files].map(([path, text]) => [path, new RepositoryFile(path, text, options.deferSyntax !== true)])),
      options.links ?? new Map(),
    );
    const index = FileIndex.of(tree);
    return new GitOpsRepository(
      version,
      options,
      tree,
      index,
      new ResultCache(),
      new ResultCache(),
      new ValueObjects(tree, index),
      new Map(),
    );
  }

  /** The snapshot after files changed (new text) or went away (undefined). Unchanged files, layers and roots are the same objects. */
  with(changes: ReadonlyMap<string, string | undefined>, links: Links = this.tree.links): GitOpsRepository {
    if (!isSameLinks(links, this.tree.links)) return this.relinked(changes, links);
    const files = new Map<string, RepositoryFile | undefined>();
    for (const [path, text] of changes) {
      const before = this.tree.plainFile(path);
      if (before?.text === text) continue;
      files.set(path, text === undefined ? undefined : (before?.edited(text) ?? new RepositoryFile(path, text)));
    }
    return files.size === 0 ? this : this.replaced(files);
  }

  /** Links can lead from anywhere to anywhere: nothing of this snapshot is taken over. */
  private relinked(changes: ReadonlyMap<string, string | undefined>, links: Links): GitOpsRepository {
    const texts = new Map<string, string>();
    for (const { path, text } of this.tree.files()) texts.set(path, text);
    for (const [path, text] of changes) {
      if (text === undefined) texts.delete(path);
      else texts.set(path, text);
    }
    return GitOpsRepository.of(texts, { ...this.options, links }, this.version + 1);
  }

  /** The snapshot with the syntax of all documents checked; this one where they are as it takes them to be. */
  checked(): GitOpsRepository {
    const broken = new Map<string, RepositoryFile>();
    for (const file of this.tree.files()) {
      if (!file.checksSyntax && file.documents.some((document) => document.syntaxProblem !== undefined))
        broken.set(file.path, new RepositoryFile(file.path, file.text));
    }
    return broken.size === 0 ? this : this.replaced(broken);
  }

  private replaced(files: ReadonlyMap<string, RepositoryFile | undefined>): GitOpsRepository {
    const tree = this.tree.with(files);
    const index = this.index.with(files);
    const before = [...files.keys()].flatMap((path) => this.tree.file(path) ?? []);
    const after = [...files.values()].flatMap((file) => file ?? []);
    const sameValues = ![...before, ...after].some(holdsValues);
    const sameIgnores = ![...files.keys()].some(isIgnoreFile);
    // Where paths lead depends on the sources, and for sources that are only guessed to be this repository on its directories.
    const sameSources = sameSourceObjects(this.index.flux, index.flux) && this.tree.sameDirectories(tree);
    const stale = stalePaths([...files.keys()], (path) => this.tree.file(path) !== undefined && tree.file(path) !== undefined);
    const layers = sameIgnores ? this.layers.without(stale) : new ResultCache<LayerResult>();
    const builds =
      sameIgnores && sameSources ? this.builds.without(stale, sameValues ? undefined : takesValues) : new ResultCache<Build>();
    const values = sameValues ? this.values : new ValueObjects(tree, index);
    return new GitOpsRepository(this.version + 1, this.options, tree, index, layers, builds, values, this.rootOf);
  }

  /** The file at a path of the repository. */
  file(path: string): RepositoryFile | undefined {
    return this.tree.file(path);
  }

  /** All paths, in no particular order. */
  paths(): Iterable<string> {
    return this.tree.paths();
  }

  /** All files, in no particular order. */
  files(): Iterable<RepositoryFile> {
    return this.tree.files();
  }

  /** The first kustomization file of each directory that has one. */
  get kustomizations(): ReadonlyMap<string, RepositoryFile> {
    return this.index.kustomizations;
  }

  /** Objects of Flux's API groups by file, as written. */
  get fluxObjects(): ReadonlyMap<string, readonly Resource[]> {
    return this.index.flux;
  }

  isDirectory(path: string): boolean {
    return this.tree.isDirectory(path);
  }

  /** Whether a path is, or leads through, a link out of the repository or to nothing. */
  isLostLink(path: string): boolean {
    return this.tree.real(path) === undefined;
  }

  /** The builds that one of this snapshot's roots stands for: one, or several Flux Kustomizations that render alike. */
  buildsOf(root: BuildRoot): readonly Build[] {
    return this.rootOf.get(root.id)?.builds ?? [];
  }

  /** Roots whose result depends on a file. */
  rootsUsing(path: string): BuildRoot[] {
    return this.roots.filter((root) => root.used.has(path));
  }

  /** One root for each rendering: Flux Kustomizations that build a directory in the same way share it. */
  private group(found: readonly Build[], known: ReadonlyMap<string, { builds: readonly Build[]; root: BuildRoot }>): BuildRoot[] {
    const roots: BuildRoot[] = [];
    for (const [directory, builds] of groupBy(found, (build) => build.directory)) {
      const renderings = builds.length === 1 ? [builds] : [...groupBy(builds, signatureOf).values()];
      for (const same of renderings) {
        const sorted = same.length === 1 ? same : same.toSorted((a, b) => compareText(a.flux?.key ?? '', b.flux?.key ?? ''));
        roots.push(this.rootFor(directory, sorted, renderings.length > 1, known));
      }
    }
    return roots.sort((a, b) => compareText(a.id, b.id));
  }

  private rootFor(
    directory: string,
    builds: readonly Build[],
    several: boolean,
    known: ReadonlyMap<string, { builds: readonly Build[]; root: BuildRoot }>,
  ): BuildRoot {
    const flux = builds[0]?.flux;
    const id = several && flux !== undefined ? `${directory}#${flux.namespace}/${flux.name}@${flux.cluster}` : directory;
    const old = known.get(id);
    const same =
      old !== undefined && old.builds.length === builds.length && old.builds.every((build, index) => build === builds[index]);
    const root = same ? old.root : this.makeRoot(id, directory, builds);
    this.rootOf.set(id, { builds, root });
    return root;
  }

  private makeRoot(id: string, directory: string, builds: readonly Build[]): BuildRoot {
    const [first] = builds as readonly [Build, ...Build[]];
    const { layer } = first;
    const failure = layer.failure?.sentence ?? first.fluxFailure;
    const remote = layer.unknowns[0];
    const usages: ImageUsage[] = usagesOf(first.resources, {
      doubt: failure !== undefined ? `does not build: ${failure}` : (layer.opaque ?? first.opaque ?? ''),
      remoteDoubt: remote === undefined ? '' : `the workload is not in this repository: ${remote.why}`,
      config: layer.config,
      fileOf: (path) => this.tree.file(path),
    });
    return {
      id,
      directory,
      deployedBy: builds.flatMap((build) => fluxKustomization(build) ?? []),
      usages,
      unknowns: layer.unknowns,
      failure,
      used: builds.length === 1 ? first.used : new Set(builds.flatMap((build) => [...build.used])),
      artifact: first.flux?.location.artifact,
      ignore: first.flux?.location.ignore ?? '',
      readsOutside: first.readsOutside,
    };
  }
}

function isSameLinks(a: Links, b: Links): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [path, target] of a) if (!b.has(path) || b.get(path) !== target) return false;
  return true;
}

/** Makes the first snapshot. `files`: text by path relative to the repository, with slashes. Never throws. */
export function createRepository(files: ReadonlyMap<string, string>, options: RepositoryOptions = {}): GitOpsRepository {
  return GitOpsRepository.of(files, options);
}

/** The paths and listings that a change of files concerns: a file that came or went also concerns its directories. */
function stalePaths(paths: readonly string[], stays: (path: string) => boolean): ReadonlySet<string> {
  const stale = new Set<string>();
  for (const path of paths) {
    stale.add(path);
    if (stays(path)) continue;
    stale.add('./');
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      stale.add(path.slice(0, slash));
      stale.add(path.slice(0, slash + 1));
    }
  }
  return stale;
}

/** Whether a file can hold values for `substituteFrom`: ConfigMaps, Secrets, their generators, or anything that a generator reads. */
function holdsValues(file: RepositoryFile): boolean {
  return !/\.ya?ml$/.test(file.path) || /^kind:[ \t]*["']?(?:ConfigMap|Secret)|(?:configMap|secret)Generator/im.test(file.text);
}

function takesValues(build: Build): boolean {
  return build.flux !== undefined && itemsAt(build.flux.tree, 'spec', 'postBuild', 'substituteFrom').length > 0;
}
