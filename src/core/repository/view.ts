/** Views of the files: the repository itself, and artifacts that are composed of parts of it. */
import ignore from 'ignore';
import type { ArtifactCopy } from './model.ts';
import type { FileView, RepositoryFile } from './files.ts';
import { joinPath, parentDirectory } from './files.ts';

/** Edits are kept apart from the large map until they are this many. */
const MAX_OVERLAY = 64;
type Files = ReadonlyMap<string, RepositoryFile>;

/** All files by path, with the directories that they imply. Immutable; `with` shares what did not change. */
export class FileTree implements FileView {
  readonly id = '';
  private readonly base: Files;
  /** Newer versions of files of `base`. */
  private readonly overlay: Files;
  private readonly directories: ReadonlyMap<string, ReadonlySet<string>>;

  private constructor(base: Files, overlay: Files, directories: ReadonlyMap<string, ReadonlySet<string>>) {
    this.base = base;
    this.overlay = overlay;
    this.directories = directories;
  }

  static of(files: Files): FileTree {
    const directories = new Map<string, Set<string>>();
    for (const path of files.keys()) addPath(directories, path);
    return new FileTree(files, new Map(), directories);
  }

  /** The tree with files replaced, added, or (undefined) removed. */
  with(changes: ReadonlyMap<string, RepositoryFile | undefined>): FileTree {
    const replaced: [string, RepositoryFile][] = [];
    for (const [path, file] of changes) if (file !== undefined && this.base.has(path)) replaced.push([path, file]);
    const sameNames = replaced.length === changes.size;
    if (sameNames && this.overlay.size + replaced.length <= MAX_OVERLAY)
      return new FileTree(this.base, new Map([...this.overlay, ...replaced]), this.directories);
    const files = new Map([...this.base, ...this.overlay]);
    for (const [path, file] of changes) {
      if (file === undefined) files.delete(path);
      else files.set(path, file);
    }
    return sameNames ? new FileTree(files, new Map(), this.directories) : FileTree.of(files);
  }

  file(path: string): RepositoryFile | undefined {
    return this.overlay.get(path) ?? this.base.get(path);
  }

  *files(): Iterable<RepositoryFile> {
    for (const [path, file] of this.base) yield this.overlay.get(path) ?? file;
  }

  paths(): Iterable<string> {
    return this.base.keys();
  }

  isDirectory(path: string): boolean {
    return path === '.' || this.directories.has(path);
  }

  list(path: string): readonly string[] {
    return [...(this.directories.get(path) ?? [])].sort();
  }

  /** An object that trees with the same file names share. */
  get names(): object {
    return this.directories;
  }

  /** Whether two trees have the same directories, whatever is in them. */
  sameDirectories(other: FileTree): boolean {
    if (this.directories === other.directories) return true;
    if (this.directories.size !== other.directories.size) return false;
    for (const name of this.directories.keys()) if (!other.directories.has(name)) return false;
    return true;
  }

  /** All directories. */
  directoryNames(): Iterable<string> {
    return this.directories.keys();
  }
}

function addPath(directories: Map<string, Set<string>>, path: string): void {
  let child = path;
  for (;;) {
    const parent = parentDirectory(child);
    const name = parent === '.' ? child : child.slice(parent.length + 1);
    let names = directories.get(parent);
    const known = names !== undefined;
    if (names === undefined) directories.set(parent, (names = new Set()));
    names.add(name);
    if (known || parent === '.') return;
    child = parent;
  }
}

/** What source-controller leaves out of every artifact (sourceignore.ExcludeVCS, ExcludeCI, ExcludeExt, ExcludeExtra). */
const DEFAULT_EXCLUDES = [
  '.git/,.gitignore,.gitmodules,.gitattributes',
  '.github/,.circleci/,.travis.yml,.gitlab-ci.yml,appveyor.yml,.drone.yml,cloudbuild.yaml,codeship-services.yml,codeship-steps.yml',
  '*.jpg,*.jpeg,*.gif,*.png,*.wmv,*.flv,*.tar.gz,*.zip',
  '**/.goreleaser.yml,**/.goreleaser.brew.yml,**/.sops.yaml,**/.flux.yaml',
]
  .join(',')
  .split(',');

/**
 * The files of an artifact of the repository: without what Flux excludes by default, or by `spec.ignore` (which replaces the default), and by the
 * `.sourceignore` files of the top directory.
 */
export class ArtifactView implements FileView {
  readonly id: string;
  private readonly tree: FileTree;
  private readonly excluded: ReadonlySet<string>;

  private constructor(tree: FileTree, id: string, excluded: ReadonlySet<string>) {
    this.tree = tree;
    this.id = id;
    this.excluded = excluded;
  }

  /** The tree itself where nothing is excluded, so that builds are shared with those of plain kustomize. */
  static of(tree: FileTree, specIgnore: string | undefined): FileView {
    const excluded = excludedPaths(tree, specIgnore);
    return excluded.size === 0 ? tree : new ArtifactView(tree, `artifact ${specIgnore ?? ''}`, excluded);
  }

  file(path: string): RepositoryFile | undefined {
    return this.excluded.has(path) ? undefined : this.tree.file(path);
  }

  isDirectory(path: string): boolean {
    return this.tree.isDirectory(path);
  }

  list(path: string): readonly string[] {
    return this.tree.list(path).filter((name) => !this.excluded.has(joinPath(path, name)));
  }
}

/** What was excluded, for each set of names: edits of files change no names. */
const known = new WeakMap<object, Map<string, ReadonlySet<string>>>();

function excludedPaths(tree: FileTree, specIgnore: string | undefined): ReadonlySet<string> {
  const own = tree.file('.sourceignore')?.text;
  const key = JSON.stringify([specIgnore, own]);
  let byRules = known.get(tree.names);
  if (byRules === undefined) known.set(tree.names, (byRules = new Map()));
  let excluded = byRules.get(key);
  if (excluded === undefined) {
    const rules = ignore().add(specIgnore?.split('\n') ?? DEFAULT_EXCLUDES);
    if (own !== undefined) rules.add(own);
    const plain = own === undefined && specIgnore === undefined;
    excluded = new Set([...tree.paths()].filter((path) => (!plain || MAY_BE_EXCLUDED.test(path)) && rules.ignores(path)));
    byRules.set(key, excluded);
  }
  return excluded;
}

/** A quick test that lets through everything that the default rules could exclude. */
const MAY_BE_EXCLUDED = /(?:^|\/)(?:\.|appveyor|cloudbuild|codeship)|\.(?:jpe?g|gif|png|wmv|flv|gz|zip)$/;

const COMPOSED = ' composed of ';

/** An artifact composed by copies. Paths are those of the artifact; the files keep their paths in the repository. */
export class ComposedView implements FileView {
  readonly id: string;
  private readonly base: FileView;
  private readonly copies: readonly ArtifactCopy[];

  constructor(base: FileView, copies: readonly ArtifactCopy[]) {
    this.base = base;
    // The longest destination wins.
    this.copies = copies.toSorted((a, b) => b.to.length - a.to.length);
    this.id = `${base.id}${COMPOSED}${copies.map(({ from, to }) => `${from}>${to}`).join(' ')}`;
  }

  /** The path in the repository that stands at a path of the artifact. */
  origin(path: string): string | undefined {
    for (const { from, to } of this.copies) {
      if (to === '.') return path === '.' ? from : joinPath(from, path);
      if (path === to) return from;
      if (path.startsWith(`${to}/`)) return joinPath(from, path.slice(to.length + 1));
    }
    return undefined;
  }

  file(path: string): RepositoryFile | undefined {
    const origin = this.origin(path);
    return origin === undefined ? undefined : this.base.file(origin);
  }

  isDirectory(path: string): boolean {
    if (path === '.' || this.copies.some(({ to }) => to.startsWith(`${path}/`))) return true;
    const origin = this.origin(path);
    return origin !== undefined && this.base.isDirectory(origin);
  }

  list(path: string): readonly string[] {
    const origin = this.origin(path);
    const names = new Set(origin === undefined ? [] : this.base.list(origin));
    const prefix = path === '.' ? '' : `${path}/`;
    for (const { to } of this.copies) {
      if (to !== '.' && to.startsWith(prefix) && to.length > prefix.length)
        names.add(to.slice(prefix.length).split('/')[0] ?? '');
    }
    return [...names].sort();
  }
}
