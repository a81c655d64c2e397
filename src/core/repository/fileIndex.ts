/** What is found in files without building anything: kustomization files, Flux objects, and the directories that kustomizations include. */
import type { Resource } from '../kustomize/resource.ts';
import { objectsIn } from '../kustomize/objects.ts';
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import { isRemote } from '../kustomize/remote.ts';
import { cyclesAmong } from './cycles.ts';
import type { RepositoryFile } from './files.ts';
import { isKustomizationFileName, parentDirectory, resolvePath } from './files.ts';
import type { FileTree, Links } from './view.ts';
import { linkTarget } from './view.ts';

/** Immutable; `with` makes the index of the next snapshot. */
export class FileIndex {
  /** The first kustomization file of each directory that has one. */
  readonly kustomizations: ReadonlyMap<string, RepositoryFile>;
  /** Objects of Flux's API groups, as written, by file. */
  readonly flux: ReadonlyMap<string, readonly Resource[]>;
  /** How kustomizations include each other. */
  readonly shape: KustomizationShape;
  private readonly links: Links;

  private constructor(
    kustomizations: ReadonlyMap<string, RepositoryFile>,
    flux: ReadonlyMap<string, readonly Resource[]>,
    links: Links,
    shape: KustomizationShape | undefined,
  ) {
    this.kustomizations = kustomizations;
    this.flux = flux;
    this.links = links;
    this.shape = shape ?? shapeOf(kustomizations, links);
  }

  static of(tree: FileTree): FileIndex {
    const kustomizations = new Map<string, RepositoryFile>();
    const flux = new Map<string, readonly Resource[]>();
    for (const file of tree.files()) {
      const { path } = file;
      if (isKustomizationFileName(path)) kustomizations.set(parentDirectory(path), file);
      const objects = fluxObjectsIn(file);
      if (objects.length > 0) flux.set(path, objects);
    }
    return new FileIndex(kustomizations, flux, tree.links, undefined);
  }

  with(changes: ReadonlyMap<string, RepositoryFile | undefined>): FileIndex {
    let shape: KustomizationShape | undefined = this.shape;
    const files = new Map<string, RepositoryFile | undefined>();
    const objects = new Map<string, readonly Resource[] | undefined>();
    for (const [path, file] of changes) {
      if (isKustomizationFileName(path)) {
        const directory = parentDirectory(path);
        const before = files.has(directory) ? files.get(directory) : this.kustomizations.get(directory);
        if (before === undefined || file === undefined || !sameShape(directory, before, file)) shape = undefined;
        files.set(directory, file);
      }
      const found = file === undefined ? [] : fluxObjectsIn(file);
      if (found.length > 0 || this.flux.has(path)) objects.set(path, found.length > 0 ? found : undefined);
    }
    const kustomizations = replacedIn(this.kustomizations, files);
    const flux = replacedIn(this.flux, objects);
    return new FileIndex(kustomizations, flux, this.links, shape);
  }
}

/** The map itself where nothing is replaced. */
function replacedIn<T>(map: ReadonlyMap<string, T>, replaced: ReadonlyMap<string, T | undefined>): ReadonlyMap<string, T> {
  if (replaced.size === 0) return map;
  const copy = new Map(map);
  for (const [key, value] of replaced) {
    if (value === undefined) copy.delete(key);
    else copy.set(key, value);
  }
  return copy;
}

export interface KustomizationShape {
  /**
   * What plain kustomize would be called with: directories that no other kustomization includes, without components that only make sense inside of
   * another; and one directory of each cycle that nothing else includes, so that somebody hears of it.
   */
  readonly unreferenced: readonly string[];
  /** Directories that include themselves, through others or not, with all that take part. */
  readonly cycles: ReadonlyMap<string, readonly string[]>;
}

function shapeOf(kustomizations: ReadonlyMap<string, RepositoryFile>, links: Links): KustomizationShape {
  const edges = new Map<string, readonly string[]>();
  for (const [directory, file] of kustomizations) {
    const targets = referencesOf(directory, file);
    edges.set(directory, links.size === 0 ? targets : targets.map((target) => linkTarget(links, target) ?? target));
  }
  const cycles = cyclesAmong(edges);
  const referenced = new Set<string>();
  for (const [directory, targets] of edges)
    for (const target of targets) if (cycles.get(directory)?.includes(target) !== true) referenced.add(target);
  const unreferenced: string[] = [];
  for (const [directory, file] of kustomizations) {
    const members = cycles.get(directory);
    if (
      members === undefined
        ? !referenced.has(directory) && !needsParent(file)
        : members[0] === directory && !members.some((member) => referenced.has(member))
    )
      unreferenced.push(directory);
  }
  return { unreferenced: unreferenced.sort(), cycles };
}

/** A component without resources of its own has nothing to build. */
function needsParent(file: RepositoryFile): boolean {
  const { isComponent, resources } = parseKustomizationFile(file);
  return isComponent && resources.length === 0;
}

/** Whether two versions of a kustomization file include the same directories in the same role. */
function sameShape(directory: string, before: RepositoryFile, after: RepositoryFile): boolean {
  if (before.path !== after.path || needsParent(before) !== needsParent(after)) return false;
  const old = referencesOf(directory, before);
  const now = referencesOf(directory, after);
  return old.length === now.length && old.every((reference, index) => reference === now[index]);
}

const references = new WeakMap<RepositoryFile, readonly string[]>();

function referencesOf(directory: string, file: RepositoryFile): readonly string[] {
  let known = references.get(file);
  if (known === undefined) {
    const { resources, components } = parseKustomizationFile(file);
    known = [...resources, ...components].flatMap((reference) =>
      reference.text === '' || isRemote(reference.text) || /\.ya?ml$/.test(reference.text)
        ? []
        : (resolvePath(directory, reference.text) ?? []),
    );
    references.set(file, known);
  }
  return known;
}

/** Looked for first, because it is found faster than an expression. */
const FLUX_DOMAIN = '.fluxcd.io/';
const FLUX_GROUPS = /\.(?:toolkit|extensions)\.fluxcd\.io\//;

function fluxObjectsIn(file: RepositoryFile): readonly Resource[] {
  if (!file.text.includes(FLUX_DOMAIN) || !FLUX_GROUPS.test(file.text) || isKustomizationFileName(file.path)) return [];
  const found: Resource[] = [];
  for (const document of file.documents) {
    if (!FLUX_GROUPS.test(document.text) || !document.matters) continue;
    for (const resource of objectsIn(document).resources) if (FLUX_GROUPS.test(resource.apiVersion)) found.push(resource);
  }
  return found;
}
