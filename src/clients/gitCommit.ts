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
  /** Messages of the commits that `tip` has and `base` has not. */
  readonly messages: readonly string[];
  /** What they change together since they left `base`. */
  readonly files: readonly ChangedText[];
  readonly tree: string;
  /** The commit before `tip`. */
  readonly parent: string;
}

/** What a branch has beyond another commit; both have been fetched. Paths are relative to `folder`. @throws OutsideError where files were removed or moved */
export async function readBranch(folder: string, base: string, tip: string, run: Run = {}): Promise<BranchReading> {
  const log = await git(folder, ['log', '--no-show-signature', '--format=%B%x00', `${base}..${tip}`, '--'], run);
  const messages = log.split('\0').flatMap((message) => (message.trim() === '' ? [] : [message.trim()]));
  const fork = await git(folder, ['merge-base', base, tip], run);
  const listing = await git(folder, ['diff', '--name-status', '--no-renames', '--relative', '-z', fork, tip, '--'], run);
  const fields = listing.split('\0');
  const files: ChangedText[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [status = '', path = ''] = [fields[index], fields[index + 1]];
    if (status !== 'M')
      throw new OutsideError(
        'conflict',
        `The open proposal changes ${path} in a way that is not an edit. Merge or close it first.`,
      );
    files.push({ path, before: await fileAt(folder, fork, path, run), after: await fileAt(folder, tip, path, run) });
  }
  const [tree = '', parent = ''] = (
    await git(folder, ['log', '-1', '--no-show-signature', '--format=%T %P', tip, '--'], run)
  ).split(' ');
  return { messages, files, tree, parent };
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
