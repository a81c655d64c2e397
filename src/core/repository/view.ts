/** Views of the files: the repository itself, and artifacts that are composed of parts of it. */
import type { ArtifactCopy } from './model.ts';
import type { FileView, RepositoryFile } from './files.ts';
import { joinPath, parentDirectory, resolvePath } from './files.ts';

/** Edits are kept apart from the large map until they are this many. */
const MAX_OVERLAY = 64;
type Files = ReadonlyMap<string, RepositoryFile>;

/** Symbolic links by path, each with the path that it leads to; undefined where that is outside of the repository, or nowhere. */
export type Links = ReadonlyMap<string, string | undefined>;

const MAX_LINKS = 40;

/** A path with all links resolved; undefined where they lead out of the repository, or nowhere. */
export function linkTarget(links: Links, path: string): string | undefined {
  if (links.size === 0) return path;
  let at: string | undefined = path;
  for (let count = 0; count < MAX_LINKS; count++) {
    const link = at === undefined ? undefined : firstLink(links, at);
    if (at === undefined || link === undefined) return at;
    const target = links.get(link);
    if (target === undefined) return undefined;
    at = resolvePath(target, at.slice(link.length + 1));
  }
  return undefined;
}

function firstLink(links: Links, path: string): string | undefined {
  if (links.size === 0) return undefined;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    if (links.has(path.slice(0, slash))) return path.slice(0, slash);
  return links.has(path) ? path : undefined;
}

/** All files by path, with the directories that they imply. Links are followed. Immutable; `with` shares what did not change. */
export class FileTree implements FileView {
  readonly id = '';
  readonly links: Links;
  private readonly base: Files;
  /** Newer versions of files of `base`. */
  private readonly overlay: Files;
  private readonly directories: ReadonlyMap<string, ReadonlySet<string>>;

  private constructor(base: Files, overlay: Files, directories: ReadonlyMap<string, ReadonlySet<string>>, links: Links) {
    this.base = base;
    this.overlay = overlay;
    this.directories = directories;
    this.links = links;
  }

  static of(files: Files, links: Links): FileTree {
    const directories = new Map<string, Set<string>>();
    for (const path of files.keys()) addPath(directories, path);
    return new FileTree(files, new Map(), directories, links);
  }

  /** The tree with files replaced, added, or (undefined) removed. */
  with(changes: ReadonlyMap<string, RepositoryFile | undefined>): FileTree {
    const replaced: [string, RepositoryFile][] = [];
    for (const [path, file] of changes) if (file !== undefined && this.base.has(path)) replaced.push([path, file]);
    const sameNames = replaced.length === changes.size;
    if (sameNames && this.overlay.size + replaced.length <= MAX_OVERLAY)
      return new FileTree(this.base, new Map([...this.overlay, ...replaced]), this.directories, this.links);
    const files = new Map([...this.base, ...this.overlay]);
    for (const [path, file] of changes) {
      if (file === undefined) files.delete(path);
      else files.set(path, file);
    }
    return sameNames ? new FileTree(files, new Map(), this.directories, this.links) : FileTree.of(files, this.links);
  }

  file(path: string): RepositoryFile | undefined {
    const real = this.real(path);
    return real === undefined ? undefined : this.plainFile(real);
  }

  /** The file at a path that leads through no link. */
  plainFile(path: string): RepositoryFile | undefined {
    return this.overlay.get(path) ?? this.base.get(path);
  }

  real(path: string): string | undefined {
    return linkTarget(this.links, path);
  }

  /** The link that a path is, or leads through first. */
  firstLink(path: string): string | undefined {
    return firstLink(this.links, path);
  }

  *files(): Iterable<RepositoryFile> {
    for (const [path, file] of this.base) yield this.overlay.get(path) ?? file;
  }

  paths(): Iterable<string> {
    return this.base.keys();
  }

  isDirectory(path: string): boolean {
    const real = this.real(path);
    return real !== undefined && this.isPlainDirectory(real);
  }

  isPlainDirectory(path: string): boolean {
    return path === '.' || this.directories.has(path);
  }

  list(path: string): readonly string[] {
    return [...(this.directories.get(this.real(path) ?? '') ?? [])].sort();
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

  real(path: string): string {
    return path;
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
