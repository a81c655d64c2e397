import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { MAX_FILE_BYTES } from '../../core/repository/files.ts';
import { kinds, type FileHost } from './instance.ts';

/** Where the engine sees the repository. Real paths stay out, so that results do not depend on the machine. */
export const virtualRoot = '/repository';

const outsideRoot = '/outside';

/** A file that is too large to read, relative to the root. */
export interface LargeFile {
  readonly path: string;
  readonly bytes: number;
}

/** One build's view of a repository on disk, and the record of what the build looked at. */
export interface VirtualFiles extends FileHost {
  /** Sorted, relative to the root; a directory whose entries were listed ends in a slash. */
  used(): string[];
  /** Links that lead out of the repository, relative to the root. They read as missing. */
  readonly linksOutside: readonly string[];
  readonly largeFiles: readonly LargeFile[];
}

/** The path relative to the root of a path that the engine uses; null outside of the repository. */
export function toRelative(path: string): string | null {
  if (path === virtualRoot) return '';
  return path.startsWith(`${virtualRoot}/`) ? path.slice(virtualRoot.length + 1) : null;
}

/** The path relative to `folder`, with slashes; null when it is not in it. */
export function relativeTo(folder: string, path: string): string | null {
  const tail = relative(folder, path);
  if (tail === '..' || tail.startsWith(`..${sep}`) || tail === path) return null;
  return tail.split(sep).join('/');
}

/**
 * @param root absolute path of the repository
 * @param replacements contents by absolute path under `root`, which are seen instead of files; null hides a file
 */
export function createVirtualFiles(root: string, replacements: ReadonlyMap<string, string | null>): VirtualFiles {
  const realRoot = realpathSync.native(root);
  const used = new Set<string>();
  const linksOutside: string[] = [];
  const largeFiles: LargeFile[] = [];
  const reals = new Map<string, string | null>();
  const diskKinds = new Map<string, number>();
  const replaced = new Map<string, string | null>();
  for (const [path, text] of replacements) {
    const inside = relativeTo(root, path) ?? relativeTo(realRoot, path);
    if (inside === null) continue;
    const virtual = `${virtualRoot}/${inside}`;
    replaced.set(virtual, text);
    const target = realOnDisk(virtual);
    if (target?.startsWith(`${virtualRoot}/`)) replaced.set(target, text);
  }

  function onDisk(path: string): string | null {
    const inside = toRelative(path);
    return inside === null ? null : join(realRoot, inside);
  }

  /** Links resolved, in the engine's terms; null when nothing is there. Every path of a build starts with the same few folders. */
  function realOnDisk(path: string): string | null {
    const known = reals.get(path);
    if (known !== undefined) return known;
    const real = resolveLinks(path);
    reals.set(path, real);
    return real;
  }

  function resolveLinks(path: string): string | null {
    const disk = onDisk(path);
    if (path === virtualRoot || disk === null) return disk && path;
    const parent = realOnDisk(posix.dirname(path));
    if (parent === null) return null;
    const here = `${parent}/${posix.basename(path)}`;
    if (here !== path) return realOnDisk(here);
    const kind = kindOnDisk(disk);
    if (kind === kinds.nothing) return null;
    if (kind < kinds.link) return path;
    const target = tryOr(null, () => realpathSync.native(disk));
    const inside = target && relativeTo(realRoot, target);
    if (target && inside === null) {
      linksOutside.push(toRelative(path) ?? path);
      return `${outsideRoot}/${target.split(sep).join('/')}`;
    }
    if (inside === null) return null;
    return inside === '' ? virtualRoot : `${virtualRoot}/${inside}`;
  }

  function kindOnDisk(disk: string): number {
    let kind = diskKinds.get(disk);
    if (kind === undefined) diskKinds.set(disk, (kind = lookAt(disk)));
    return kind;
  }

  function replacement(path: string): string | null | undefined {
    if (replaced.size === 0) return undefined;
    const text = replaced.get(path);
    if (text !== undefined) return text;
    const target = realOnDisk(path);
    return target === null ? undefined : replaced.get(target);
  }

  function note(path: string): void {
    const inside = toRelative(path);
    if (inside !== null) used.add(inside);
  }

  function replacedEntries(directory: string): Map<string, boolean> {
    const entries = new Map<string, boolean>();
    for (const [path, text] of replaced) {
      if (!path.startsWith(`${directory}/`)) continue;
      const [name = '', ...below] = path.slice(directory.length + 1).split('/');
      if (text !== null) entries.set(name, true);
      else if (below.length === 0 && !entries.has(name)) entries.set(name, false);
    }
    return entries;
  }

  return {
    linksOutside,
    largeFiles,
    used: () => [...used].sort(),

    kind(path) {
      note(path);
      if (path === '/') return kinds.directory;
      if (path.startsWith(`${outsideRoot}/`)) return kinds.file;
      const text = replacement(path);
      if (text !== undefined) return text === null ? kinds.nothing : kinds.file;
      const disk = onDisk(path);
      if (disk === null || realOnDisk(posix.dirname(path))?.startsWith(`${outsideRoot}/`)) return kinds.nothing;
      const kind = kindOnDisk(disk);
      if (kind !== kinds.nothing) return kind;
      return [...replacedEntries(path).values()].includes(true) ? kinds.directory : kinds.nothing;
    },

    real(path) {
      note(path);
      if (path === '/' || replaced.get(path)) return path;
      const target = realOnDisk(path);
      if (target !== null) note(target);
      return target ?? (this.kind(path) === kinds.nothing ? null : path);
    },

    read(path) {
      note(path);
      const text = replacement(path);
      if (text !== undefined) return text === null ? null : new TextEncoder().encode(text);
      const target = realOnDisk(path);
      const disk = target && onDisk(target);
      if (!target || !disk) return null;
      note(target);
      return tryOr(null, () => {
        const descriptor = openSync(disk, 'r');
        try {
          const status = fstatSync(descriptor);
          if (!status.isFile()) return null;
          if (status.size <= MAX_FILE_BYTES) return readFileSync(descriptor);
          largeFiles.push({ path: toRelative(path) ?? path, bytes: status.size });
          return null;
        } finally {
          closeSync(descriptor);
        }
      });
    },

    list(path) {
      const inside = toRelative(path);
      if (inside === null) return null;
      used.add(inside === '' ? '/' : `${inside}/`);
      const names = new Set(tryOr([], () => readdirSync(join(realRoot, inside))));
      for (const [name, exists] of replacedEntries(path)) {
        if (exists) names.add(name);
        else names.delete(name);
      }
      return [...names];
    },
  };
}

/** Only regular files and directories exist: reading a pipe or a device could wait for ever. */
function lookAt(path: string): number {
  return tryOr(kinds.nothing, () => {
    const own = lstatSync(path, { throwIfNoEntry: false });
    if (!own) return kinds.nothing;
    const target = own.isSymbolicLink() ? statSync(path) : own;
    const kind = target.isDirectory() ? kinds.directory : target.isFile() ? kinds.file : kinds.nothing;
    return own.isSymbolicLink() && kind !== kinds.nothing ? kinds.link | kind : kind;
  });
}

/** What cannot be read is not there, whatever the operating system's reason. */
function tryOr<T>(fallback: T, action: () => T): T {
  try {
    return action();
  } catch {
    return fallback;
  }
}
