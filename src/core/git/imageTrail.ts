/**
 * One image in one environment, commit by commit back in time. The files that decide it are a small repository of their own, which the model evaluates
 * like any other: so it does not matter where the deciding line stands, or moves.
 */
import type { PlacedImage } from '../inventory/inventory.ts';
import { repositoryKey } from '../oci/imageReference.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { createRepository } from '../repository/gitOpsRepository.ts';
import { isKustomizationFileName, joinPath, parentDirectory } from '../repository/files.ts';
import type { BuildRoot, ImageUsage } from '../repository/model.ts';

/** What tells the image from others; it follows the image where its parts change. */
interface Identity {
  readonly directory: string;
  readonly flux: { readonly namespace: string; readonly name: string; readonly cluster: string } | undefined;
  readonly kind: string;
  readonly workload: string;
  readonly container: string;
  readonly key: string;
}

export type TrailState =
  | { readonly kind: 'runs'; readonly usage: ImageUsage; readonly root: BuildRoot; readonly repository: GitOpsRepository }
  | { readonly kind: 'absent' }
  /** The environment does not build, so that Flux leaves what ran before. */
  | { readonly kind: 'broken' };

const SOURCE_KINDS = new Set(['GitRepository', 'ArtifactGenerator']);

export class ImageTrail {
  private repository: GitOpsRepository;
  private identity: Identity;
  /** Paths that were told. */
  private readonly loaded = new Set<string>();
  private paths: Paths;
  private tidied: Paths | undefined;
  private isLost = false;

  /** `repository` is the snapshot in which the image is placed: the working tree. */
  constructor(repository: GitOpsRepository, { root, usage, key }: PlacedImage) {
    this.repository = createRepository(new Map(), repository.options);
    this.identity = identityOf(root, usage, key, undefined);
    this.paths = pathsOf(repository, root);
  }

  /** Whether the changes of a file have to be told. */
  needs(path: string): boolean {
    const { deciding, around } = this.paths;
    if (deciding.has(path)) return true;
    if (around.has(path)) return false;
    return this.loaded.has(path) || deciding.has(`${parentDirectory(path)}/`);
  }

  private matters(path: string): boolean {
    const { deciding, around } = this.paths;
    const directory = `${parentDirectory(path)}/`;
    return [deciding, around].some((paths) => paths.has(path) || paths.has(directory));
  }

  /** Whether a file has been told. */
  knows(path: string): boolean {
    return this.loaded.has(path);
  }

  /** The text of a file as it was told. */
  textOf(path: string): string | undefined {
    return this.repository.file(path)?.text;
  }

  /** Paths that have not been told: files, directories, and what does not exist. */
  missing(): string[] {
    const { deciding, around } = this.paths;
    return [...deciding, ...around].filter((path) => !path.endsWith('/') && !this.loaded.has(path));
  }

  /** Directories of which every file has to be told, each with a slash at its end. */
  listedDirectories(): string[] {
    const { deciding, around } = this.paths;
    return [...deciding, ...around].filter((path) => path.endsWith('/'));
  }

  /** Files that had to be told once, and may be older by now. */
  get outdated(): readonly string[] {
    return [...this.paths.around].filter((path) => this.loaded.has(path));
  }

  /** Whether the Flux Kustomization of the image is gone: it may be in a file whose changes were not told. */
  get hasLostFlux(): boolean {
    return this.isLost;
  }

  /** Takes in the texts of files, undefined for those that do not exist. */
  tell(files: ReadonlyMap<string, string | undefined>): void {
    for (const path of files.keys()) this.loaded.add(path);
    this.repository = this.repository.with(files);
    const found = this.root();
    if (found !== undefined) this.paths = pathsOf(this.repository, found);
    this.isLost =
      this.identity.flux !== undefined && !(found?.deployedBy ?? []).some((flux) => isSameFlux(flux, this.identity.flux));
  }

  /** Forgets what does not matter any more, so that nothing old is left when it matters again. */
  tidy(): void {
    if (this.tidied === this.paths || this.root() === undefined) return;
    this.tidied = this.paths;
    const gone = [...this.loaded].filter((path) => !this.matters(path));
    for (const path of gone) this.loaded.delete(path);
    this.repository = this.repository.with(new Map(gone.map((path) => [path, undefined])));
  }

  /** The image as the told files have it. */
  state(): TrailState {
    const root = this.root();
    if (root === undefined) return { kind: 'absent' };
    const usage = bestUsage(root, this.identity);
    if (usage === undefined) return root.failure === undefined ? { kind: 'absent' } : { kind: 'broken' };
    if (root.failure !== undefined) return { kind: 'broken' };
    this.identity = identityOf(root, usage, repositoryKey(usage.originalName), this.identity);
    return { kind: 'runs', usage, root, repository: this.repository };
  }

  /** The directory of the environment, where it has no build any more: it may have been in another one before. */
  get goneFrom(): string | undefined {
    return this.root() === undefined ? this.identity.directory : undefined;
  }

  /** Looks for it in another directory from now on. Returns a way back. */
  moveTo(directory: string): () => void {
    const { identity, paths } = this;
    this.identity = { ...identity, directory };
    this.paths = { ...paths, deciding: new Set([...paths.deciding, ...kustomizationsIn(directory)]) };
    return () => {
      this.identity = identity;
      this.paths = paths;
    };
  }

  private root(): BuildRoot | undefined {
    const { directory, flux } = this.identity;
    const { roots } = this.repository;
    if (flux !== undefined) {
      const named = roots.filter(({ deployedBy }) => deployedBy.some((own) => isSameFlux(own, flux)));
      const own = named.find(({ deployedBy }) => deployedBy.some(({ cluster }) => cluster === flux.cluster)) ?? named[0];
      if (own !== undefined) return own;
    }
    const here = roots.filter((root) => root.directory === directory);
    return here.find((root) => bestUsage(root, this.identity) !== undefined) ?? here[0];
  }
}

/** What a build looks at. */
interface Paths {
  /** What decides the image: files, and listed directories with a slash at their end. */
  readonly deciding: ReadonlySet<string>;
  /** What else is built with the Flux Kustomizations above it. It has to be there, and it does not matter what it says. */
  readonly around: ReadonlySet<string>;
}

/** Names of kustomization files in a directory. */
export function kustomizationsIn(directory: string): string[] {
  return ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].map((name) => joinPath(directory, name));
}

/** Flux moved from one namespace for all to one for each application in many repositories: the name is what stays. */
function isSameFlux(a: { readonly name: string }, b: { readonly name: string } | undefined): boolean {
  return a.name === b?.name;
}

function identityOf(root: BuildRoot, usage: ImageUsage, key: string, before: Identity | undefined): Identity {
  const flux =
    root.deployedBy.find(({ namespace, name }) => namespace === before?.flux?.namespace && name === before.flux.name) ??
    root.deployedBy[0] ??
    before?.flux;
  const { kind, workload, container } = usage;
  return {
    directory: root.directory,
    flux: flux && { namespace: flux.namespace, name: flux.name, cluster: flux.cluster },
    kind,
    workload,
    container,
    key,
  };
}

/** The usage that is the image: the same image, in the container that is most alike; else the same container, whose image has another name now. */
function bestUsage(root: BuildRoot, { kind, workload, container, key }: Identity): ImageUsage | undefined {
  let best: ImageUsage | undefined;
  let score = 7;
  for (const usage of root.usages) {
    const isSame = usage.kind === kind && usage.workload === workload && usage.container === container;
    const likeness =
      Number(repositoryKey(usage.originalName) === key || repositoryKey(usage.name) === key) * 8 +
      Number(isSame) * 8 +
      Number(usage.container === container) * 4 +
      Number(usage.workload === workload) * 2 +
      Number(usage.kind === kind);
    if (likeness <= score) continue;
    best = usage;
    score = likeness;
  }
  return best;
}

/** The paths of a root and of the Flux Kustomizations that render its own, up to the entry of the cluster. */
function pathsOf(repository: GitOpsRepository, root: BuildRoot): Paths {
  const deciding = new Set(root.used);
  const around = new Set<string>();
  const seen = new Set([root]);
  const queue = [root];
  for (let child = queue.pop(); child !== undefined; child = queue.pop()) {
    const files = new Set(child.deployedBy.map(({ file }) => file));
    for (const file of files) deciding.add(file);
    for (const parent of files.size === 0 ? [] : repository.roots) {
      const builds = repository.buildsOf(parent);
      if (seen.has(parent) || !builds.some((build) => build.files.some((file) => files.has(file)))) continue;
      seen.add(parent);
      queue.push(parent);
      const resources = new Set(builds.flatMap(({ layer }) => layer.resources.map(({ file }) => file)));
      const values = new Set(builds.flatMap(({ variables }) => [...(variables?.used ?? [])]));
      for (const path of parent.used)
        if ((resources.has(path) && !values.has(path)) || path.endsWith('/')) around.add(path);
        else deciding.add(path);
    }
  }
  // What says which source is this repository.
  for (const [path, objects] of repository.fluxObjects)
    if (objects.some(({ kind }) => SOURCE_KINDS.has(kind))) deciding.add(path);
  deciding.add('.sourceignore');
  for (const path of deciding) around.delete(path);
  return { deciding, around };
}

/** Directories of kustomization files among paths. */
export function kustomizationDirectories(paths: Iterable<string>): string[] {
  return [...new Set([...paths].filter(isKustomizationFileName).map(parentDirectory))];
}
