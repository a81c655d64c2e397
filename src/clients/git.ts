/** What the product asks git about a folder: is it in a repository, which commit does a name mean, which files does a commit have. `gitConfig.ts` needs no git for the rest. */
import { MAX_FILE_BYTES } from '../core/repository/files.ts';
import { GitError, runGit } from './gitProcess.ts';
import type { ProgramLimits } from './process.ts';

const QUICK = { timeoutMilliseconds: 10_000, maxBytes: 1_000_000 };
const BULK = { timeoutMilliseconds: 60_000, maxBytes: 500_000_000 };

/** True where the folder is inside of a work tree. False without git, too. */
export async function isRepository(folder: string, signal?: AbortSignal): Promise<boolean> {
  return (await quick(folder, ['rev-parse', '--is-inside-work-tree'], signal)) === 'true';
}

/** Full hash of HEAD; undefined before the first commit or outside of a repository. */
export async function headCommit(folder: string, signal?: AbortSignal): Promise<string | undefined> {
  return await commitNamed(folder, 'HEAD', signal);
}

/** Full hash of the commit that a branch, a tag, a hash or any other revision of git means; undefined where there is none. */
export async function commitNamed(folder: string, revision: string, signal?: AbortSignal): Promise<string | undefined> {
  // Nothing that starts so names a commit, and git would take it for an option.
  if (revision.startsWith('-')) return undefined;
  return await quick(folder, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], signal);
}

/** Text of a file in HEAD; `path` is relative to `folder`, with slashes. undefined where HEAD has no such file. */
export async function headFile(folder: string, path: string, signal?: AbortSignal): Promise<string | undefined> {
  return await fileInCommit(folder, 'HEAD', path, signal);
}

/** Text of a file in a commit (HEAD, a hash, the parent of one); undefined where it has no such file. */
export async function fileInCommit(
  folder: string,
  commit: string,
  path: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await complete(folder, ['cat-file', 'blob', `${commit}:./${path}`], { ...BULK, signal })).toString('utf8');
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

/**
 * Texts of the files in a commit (its hash) that `wanted` accepts, by path relative to `folder` (which may be a part of the repository). Symbolic links,
 * submodules and files of more than 20 MB are left out. Rejects with GitError where git cannot read them.
 */
export async function filesOfCommit(
  folder: string,
  commit: string,
  wanted: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const listing = await complete(folder, ['ls-tree', '-r', '-z', '-l', commit], { ...BULK, signal });
  const blobs: { readonly path: string; readonly hash: string }[] = [];
  for (const entry of listing.toString('utf8').split('\0')) {
    const [, mode = '', hash = '', size = '', path = ''] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([^]*)$/.exec(entry) ?? [];
    if (mode.startsWith('100') && Number(size) <= MAX_FILE_BYTES && wanted(path)) blobs.push({ path, hash });
  }
  if (blobs.length === 0) return files;
  const contents = await complete(
    folder,
    ['cat-file', '--batch'],
    { ...BULK, signal },
    blobs.map(({ hash }) => `${hash}\n`).join(''),
  );
  let at = 0;
  for (const { path } of blobs) {
    const headerEnd = contents.indexOf(10, at);
    const size = Number(/ blob (\d+)$/.exec(contents.toString('latin1', at, headerEnd))?.[1] ?? Number.NaN);
    if (headerEnd < 0 || Number.isNaN(size)) throw new GitError(`${path} could not be read from ${commit}`);
    files.set(path, contents.toString('utf8', headerEnd + 1, headerEnd + 1 + size));
    at = headerEnd + 1 + size + 1;
  }
  return files;
}

/** Trimmed output; undefined where git refuses or is not installed. */
async function quick(folder: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const { bytes, truncated } = await runGit(folder, args, { ...QUICK, signal });
    const text = bytes.toString('utf8').trim();
    return truncated || text === '' ? undefined : text;
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

async function complete(folder: string, args: readonly string[], limits: ProgramLimits, input?: string): Promise<Buffer> {
  const { bytes, truncated } = await runGit(folder, args, limits, input);
  if (truncated) throw new GitError('git took too long or has too much to say');
  return bytes;
}
