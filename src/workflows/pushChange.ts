/**
 * Commits a change to a branch of the remote, as a workflow in CI does after a build: on the fresh branch, in a separate worktree, again where
 * somebody else was quicker. Nothing of another writer is lost, as the push only goes forward and every try is planned anew.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { OutsideError } from '../clients/errors.ts';
import { commitAll } from '../clients/gitCommit.ts';
import type { Run } from '../clients/gitCommand.ts';
import { credentialsFor, push } from '../clients/gitPush.ts';
import type { RemoteChoice, RemoteSettings } from '../clients/gitRemotes.ts';
import { chooseRemotes, fetchBranches } from '../clients/gitRemotes.ts';
import { addWorktree } from '../clients/gitWorktree.ts';
import type { Refused } from '../core/change/plan.ts';
import { isRefused } from '../core/change/plan.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import type { BaseRequest } from './freshBase.ts';
import { findBase, hasCommits, writeTexts } from './freshBase.ts';
import type { Base, Plan } from './planOnBase.ts';

export interface ChangeRequest<Content> extends BaseRequest {
  readonly plan: Plan;
  readonly remotes: RemoteSettings;
  readonly describe: (base: Base, files: readonly ChangedText[]) => Promise<Content>;
  readonly message: (content: Content) => string;
}

export interface PushedChange<Content> {
  readonly remote: string;
  readonly branch: string;
  readonly commit: string;
  readonly files: readonly ChangedText[];
  readonly content: Content;
  readonly warnings: readonly string[];
}

/** As many jobs may write at the same time: each round, one of them gets through. */
const MOST_ATTEMPTS = 20;
const WAIT_MILLISECONDS = 200;

/** @throws OutsideError; the signal's reason */
export async function pushChange<Content>(
  request: ChangeRequest<Content>,
  run: Run = {},
): Promise<PushedChange<Content> | Refused> {
  const remotes = await chooseRemotes(request.folder, request.remotes, run);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const outcome = await attemptChange(request, remotes, run);
    if (outcome !== 'moved') return outcome;
    run.report?.(`${remotes.base.name} moved while the change was being made. Trying again on the new state`);
    await wait(
      Math.random() * WAIT_MILLISECONDS * Math.min(attempt, 10),
      undefined,
      run.signal === undefined ? {} : { signal: run.signal },
    );
  }
  throw new OutsideError(
    'conflict',
    `${remotes.base.name} moved ${String(MOST_ATTEMPTS)} times while the change was being made. Nothing was pushed. Try again.`,
  );
}

async function attemptChange<Content>(
  request: ChangeRequest<Content>,
  { base: remote }: RemoteChoice,
  run: Run,
): Promise<PushedChange<Content> | Refused | 'moved'> {
  const { folder, token } = request;
  const credentials = credentialsFor(remote, token);
  run.report?.(`Fetching from ${remote.name}`);
  const base = await findBase(request, remote, run);
  await fetchBranches(folder, remote, [base.branch], { ...run, ...credentials });
  if (!(await hasCommits(folder, [base.commit], run))) return 'moved';
  const worktree = await addWorktree(folder, base.commit, run);
  try {
    const on: Base = { folder: worktree.folder, branch: base.branch };
    const planned = await request.plan(on);
    if (isRefused(planned)) return planned;
    const { files, warnings } = planned;
    await writeTexts(on, files);
    const content = await request.describe(on, files);
    const paths = files.map(({ path }) => path);
    const commit = await commitAll(on.folder, paths, request.message(content), run);
    run.report?.(`Pushing to ${base.branch} on ${remote.name}`);
    const pushed = await push(on.folder, { remote, commit, branch: base.branch }, credentials, run);
    return pushed === 'moved' ? 'moved' : { remote: remote.name, branch: base.branch, commit, files, content, warnings };
  } finally {
    await worktree.remove();
  }
}
