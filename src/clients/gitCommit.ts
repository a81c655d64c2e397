/** Commits as the user's Git makes them, with their hooks and their signing. */
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import { OutsideError } from './errors.ts';
import type { Run } from './gitCommand.ts';
import { git, tryGit } from './gitCommand.ts';
import { commitRefusal } from './gitRefusals.ts';

/** Hooks may take their time: linters, tests. */
const COMMIT_MILLISECONDS = 600_000;

/** Commits what is in the given files of a worktree of our own, and returns the commit. @throws OutsideError where a hook or the signing refuses */
export async function commitAll(folder: string, paths: readonly string[], message: string, run: Run = {}): Promise<string> {
  await git(folder, ['add', '--', ...paths.map(literal)], run);
  return await commit(folder, [], message, run);
}

/**
 * Commits the given files as they are on disk to the branch that is checked out; what else is staged stays staged. @throws OutsideError where a
 * hook or the signing refuses: the index is as before then
 */
export async function commitOnly(folder: string, paths: readonly string[], message: string, run: Run = {}): Promise<string> {
  return await commit(folder, ['--only', '--', ...paths.map(literal)], message, run);
}

async function commit(folder: string, args: readonly string[], message: string, run: Run): Promise<string> {
  const result = await tryGit(folder, ['commit', '--quiet', '--cleanup=whitespace', '--file=-', ...args], {
    ...run,
    input: message,
    timeoutMilliseconds: COMMIT_MILLISECONDS,
  });
  if (result.code !== 0) throw commitRefusal(result.stderr, result.stdout);
  return await git(folder, ['rev-parse', '--verify', 'HEAD'], run);
}

/** The branch that is checked out; undefined where none is. */
export async function currentBranch(folder: string, run: Run = {}): Promise<string | undefined> {
  const { stdout } = await tryGit(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD'], run);
  return stdout.trim() || undefined;
}

export interface BranchReading {
  /** Commits that `tip` has and `base` has not. */
  readonly commits: readonly {
    readonly message: string;
    /** Whether it takes commits of the base in, as GitHub's "Update branch" does. */
    readonly isMergeOfBase: boolean;
  }[];
  /** The edits that they make together since they left `base`. */
  readonly files: readonly ChangedText[];
  /** Files that one of them adds or removes, as a hook can. Paths from the top of the repository. */
  readonly added: ReadonlySet<string>;
  readonly tree: string;
  /** The commit before `tip`. */
  readonly parent: string;
}

/** What a branch has beyond another commit; both have been fetched. Paths are relative to `folder`. @throws OutsideError where a merge added, removed or moved files */
export async function readBranch(folder: string, base: string, tip: string, run: Run = {}): Promise<BranchReading> {
  const log = ['log', '--no-show-signature'];
  const range = [`${base}..${tip}`, '--'];
  const entries = (await git(folder, [...log, '--format=%H %P%n%B%x00', ...range], run))
    .split('\0')
    .flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
  const heads = entries.map((entry) => (/^.*/.exec(entry)?.[0] ?? '').trim().split(' '));
  const own = new Set(heads.map(([hash]) => hash));
  const commits = entries.map((entry, index) => {
    const [, ...parents] = heads[index] ?? [];
    const isMergeOfBase = parents.length > 1 && parents.some((parent) => !own.has(parent));
    return { message: entry.slice(entry.indexOf('\n') + 1).trim(), isMergeOfBase };
  });
  const status = ['--name-status', '--no-renames', '-z'];
  const changes = await git(folder, [...log, '--no-merges', '--format=', ...status, '--no-relative', ...range], run);
  const added = new Set(statusPairs(changes).flatMap(([kind, path]) => (kind === 'M' ? [] : [path])));
  const prefix = await git(folder, ['rev-parse', '--show-prefix'], run);
  const fork = await git(folder, ['merge-base', base, tip], run);
  const files: ChangedText[] = [];
  for (const [kind, path] of statusPairs(await git(folder, ['diff', ...status, '--relative', fork, tip, '--'], run)))
    if (kind === 'M')
      files.push({ path, before: await fileAt(folder, fork, path, run), after: await fileAt(folder, tip, path, run) });
    else if (!added.has(`${prefix}${path}`))
      throw new OutsideError(
        'conflict',
        `The open proposal changes ${path} in a way that is not an edit. Merge or close it first.`,
      );
  const [tree = '', parent = ''] = (await git(folder, [...log, '-1', '--format=%T %P', tip, '--'], run)).split(' ');
  return { commits, files, added, tree, parent };
}

/** Whether two trees are the same, but for some files. Paths from the top of the repository. */
export async function isSameTree(
  folder: string,
  [one, other]: readonly [string, string],
  except: ReadonlySet<string>,
  run: Run = {},
): Promise<boolean> {
  const args = ['diff', '--name-status', '--no-renames', '--no-relative', '-z', one, other, '--'];
  return statusPairs(await git(folder, args, run)).every(([, path]) => except.has(path));
}

/** Letter and path of each change. */
function statusPairs(output: string): (readonly [kind: string, path: string])[] {
  const fields = output.split('\0').filter((field) => field !== '');
  return fields.flatMap((kind, index) => (index % 2 === 0 ? [[kind.trim(), fields[index + 1] ?? ''] as const] : []));
}

/** The tree that the files of a worktree of our own would commit. */
export async function stagedTree(folder: string, paths: readonly string[], run: Run = {}): Promise<string> {
  if (paths.length > 0) await git(folder, ['add', '--', ...paths.map(literal)], run);
  return await git(folder, ['write-tree'], run);
}

async function fileAt(folder: string, commit: string, path: string, run: Run): Promise<string> {
  // --textconv is off, and filters for line endings are on, so that the text is as it would be checked out.
  return (await tryGit(folder, ['cat-file', '--filters', `${commit}:./${path}`], run)).stdout;
}

function literal(path: string): string {
  return `:(literal)${path}`;
}
