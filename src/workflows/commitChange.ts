/** Commits a change to the branch that is checked out: the changed files alone, and nothing that the user has not finished. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { OutsideError } from '../clients/errors.ts';
import { headFile } from '../clients/git.ts';
import { commitOnly } from '../clients/gitCommit.ts';
import type { Run } from '../clients/gitCommand.ts';
import { git, readGit } from '../clients/gitCommand.ts';
import { replaceFiles } from '../clients/writeFiles.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import { listedBriefly } from '../core/text/listed.ts';

export interface CommittedChange {
  readonly commit: string;
  readonly branch: string;
}

const UNFINISHED: readonly (readonly [name: string, what: string])[] = [
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
];

/**
 * Paths are relative to the folder. What else is staged stays staged, and is not committed. Where a hook or the signing refuses, the files are as
 * before. @throws OutsideError; the signal's reason
 */
export async function commitChange(
  folder: string,
  files: readonly ChangedText[],
  message: string,
  run: Run = {},
): Promise<CommittedChange> {
  const { branch, dirty } = await readState(folder, files, run);
  if (branch === undefined)
    throw new OutsideError(
      'setup',
      'No branch is checked out, so a commit would be on none. Check out a branch, or open a pull request.',
    );
  await refuseUnfinished(folder, run);
  const prefix = await git(folder, ['rev-parse', '--show-prefix'], run);
  const begun = await begunFiles(folder, prefix, files, run);
  refuseDirty(dirty.filter((path) => !begun.has(path)));
  const toWrite = files.filter(({ path }) => !begun.has(`${prefix}${path}`));
  write(folder, toWrite, 'after');
  try {
    run.report?.(`Committing on ${branch}`);
    const commit = await commitOnly(
      folder,
      files.map(({ path }) => path),
      message,
      run,
    );
    return { commit, branch };
  } catch (error) {
    write(folder, files, 'before');
    throw error;
  }
}

/** Files that a run which was ended on the way has written and not committed. Paths from the top of the repository, as Git's status has them. */
async function begunFiles(folder: string, prefix: string, files: readonly ChangedText[], run: Run): Promise<ReadonlySet<string>> {
  const begun = new Set<string>();
  for (const { path, before, after } of files) {
    const isWritten = existsSync(join(folder, path)) && readFileSync(join(folder, path), 'utf8') === after;
    if (isWritten && (await headFile(folder, path, run.signal)) === before) begun.add(`${prefix}${path}`);
  }
  return begun;
}

/** The branch that is checked out, and those of the files that are not as they were committed. */
async function readState(
  folder: string,
  files: readonly ChangedText[],
  run: Run,
): Promise<{ branch: string | undefined; dirty: string[] }> {
  const args = ['--untracked-files=all', '--ignored', '--', ...files.map(({ path }) => `:(literal)${path}`)];
  const status = await readGit(folder, (simple) => simple.status(args), run);
  const dirty = [...status.files.map(({ path }) => path), ...(status.ignored ?? [])];
  return { branch: status.detached ? undefined : (status.current ?? undefined), dirty };
}

async function refuseUnfinished(folder: string, run: Run): Promise<void> {
  const args = UNFINISHED.flatMap(([name]) => ['--git-path', name]);
  const paths = (await git(folder, ['rev-parse', ...args], run)).split('\n');
  const at = paths.findIndex((path) => existsSync(resolve(folder, path)));
  const what = UNFINISHED[at]?.[1];
  if (what !== undefined) throw new OutsideError('conflict', `A ${what} is not finished here. Finish or abort it, then commit.`);
}

/** A commit of whole files would take other edits in them along. */
function refuseDirty(dirty: readonly string[]): void {
  if (dirty.length === 0) return;
  throw new OutsideError(
    'conflict',
    `${listedBriefly(dirty)} ${dirty.length === 1 ? 'has' : 'have'} other changes that are not committed, and they would be committed too. Commit or stash them first, or open a pull request.`,
  );
}

function write(folder: string, files: readonly ChangedText[], to: 'before' | 'after'): void {
  const from = to === 'after' ? 'before' : 'after';
  const refusal = replaceFiles(files.map((file) => ({ path: join(folder, file.path), before: file[from], after: file[to] })));
  // On the way back, somebody else has changed the file: theirs stays.
  if (refusal === undefined || to === 'before') return;
  const path = relative(folder, refusal.path).split(sep).join('/');
  const what =
    refusal.reason === 'changed'
      ? `${path} changed while the commit was being made. Nothing was written. Try again.`
      : `${path} or its folder is read-only. Nothing was written. Allow writing there, then try again.`;
  throw new OutsideError('conflict', what);
}
