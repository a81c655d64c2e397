/** Which commits and branches of a repository contain a commit, as far as this clone knows. Nothing is fetched. */
import { GitError, runGit } from './gitProcess.ts';

const LIMITS = { timeoutMilliseconds: 10_000, maxBytes: 1_000_000 };

/** Full hash of a commit by any name that git understands; undefined where there is none. */
export async function resolveCommit(folder: string, name: string, signal?: AbortSignal): Promise<string | undefined> {
  return await lineOf(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], signal);
}

/** Whether `descendant` is the commit or comes after it; undefined where the clone does not have one of them. */
export async function isAncestor(
  folder: string,
  commit: string,
  descendant: string,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  if (
    (await resolveCommit(folder, commit, signal)) === undefined ||
    (await resolveCommit(folder, descendant, signal)) === undefined
  )
    return undefined;
  const missing = await lineOf(folder, ['rev-list', '--max-count=1', commit, '--not', descendant, '--'], signal);
  return missing === undefined;
}

/** Branches of remotes that have the commit, without the names of the remotes; empty where it was not pushed, as far as is known. */
export async function remoteBranchesWith(folder: string, commit: string, signal?: AbortSignal): Promise<string[]> {
  const { bytes } = await runGit(
    folder,
    ['for-each-ref', `--contains=${commit}`, '--format=%(refname:lstrip=3)', 'refs/remotes'],
    {
      ...LIMITS,
      signal,
    },
  );
  const names = bytes.toString('utf8').split('\n');
  return [...new Set(names.filter((name) => name !== '' && name !== 'HEAD'))];
}

async function lineOf(folder: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return (await runGit(folder, args, { ...LIMITS, signal })).bytes.toString('utf8').trim() || undefined;
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
