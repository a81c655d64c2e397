/**
 * Makes the one proposal branch of an application and environment, in a separate worktree on the fresh base: the user's files, index, branches and
 * stashes stay as they are, whatever happens on the way. Running it again completes what was begun, or brings it up to date.
 */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OutsideError } from '../clients/errors.ts';
import type { BranchReading } from '../clients/gitCommit.ts';
import { commitAll, isSameTree, readBranch, stagedTree } from '../clients/gitCommit.ts';
import type { Run } from '../clients/gitCommand.ts';
import { credentialsFor, push } from '../clients/gitPush.ts';
import type { BranchPullRequests } from '../clients/github.ts';
import { otherBase } from '../clients/github.ts';
import type { Remote, RemoteChoice, RemoteSettings } from '../clients/gitRemotes.ts';
import { chooseRemotes, fetchBranches, forkOf, readRemote } from '../clients/gitRemotes.ts';
import { addWorktree } from '../clients/gitWorktree.ts';
import { isProposalCommit } from '../core/change/commitText.ts';
import type { Refused } from '../core/change/plan.ts';
import { isRefused } from '../core/change/plan.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import type { EarlierFile } from '../core/change/withEarlierEdits.ts';
import { withEarlierEdits } from '../core/change/withEarlierEdits.ts';
import { findBase, hasCommits, writeTexts } from './freshBase.ts';
import type { Base, Plan } from './planOnBase.ts';

export interface ProposalRequest<Content> {
  /** A folder in the user's repository. */
  readonly folder: string;
  readonly plan: Plan;
  /** Name of the proposal branch. */
  readonly branch: string;
  /** The branch to merge into; the default branch of the remote unless told. */
  readonly into?: string | undefined;
  readonly remotes: RemoteSettings;
  /** A token that Git may use where the user's own credentials are not enough. */
  readonly token?: string | undefined;
  /** Says what the change is, while base and change are both there: the base on disk, with `files` written. */
  readonly describe: (base: Base, files: readonly ChangedText[]) => Promise<Content>;
  readonly message: (content: Content) => string;
  /** The pull requests of the branch, once it is there; without it, and where they are unknown, the branch counts as an open proposal. */
  readonly pullRequests?: ((pushedTo: Remote) => Promise<BranchPullRequests | undefined>) | undefined;
}

/** A branch that has been pushed. */
export interface PushedProposal<Content> {
  readonly branch: string;
  readonly base: string;
  readonly commit: string;
  readonly remotes: RemoteChoice;
  /** All that the branch changes, what it had before included. */
  readonly files: readonly ChangedText[];
  readonly content: Content;
  /** What the user should know, one sentence each. */
  readonly notes: readonly string[];
  /** `unchanged` where the branch had this change on this base already. */
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

/** How often the branch or its base may move under our hands. */
const MOST_ATTEMPTS = 5;

/** @throws OutsideError; the signal's reason */
export async function pushProposal<Content>(
  request: ProposalRequest<Content>,
  run: Run = {},
): Promise<PushedProposal<Content> | Refused> {
  let remotes = await chooseRemotes(request.folder, request.remotes, run);
  let triedFork = false;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    try {
      const outcome = await attemptProposal(request, remotes, run);
      if (outcome !== 'moved') return outcome;
      run.report?.(`${request.branch} moved while the change was being made. Trying again`);
    } catch (error) {
      const isDenied = error instanceof OutsideError && error.problem === 'permission';
      const fork = isDenied && !triedFork ? await forkOf(request.folder, remotes.push, request.remotes, run) : undefined;
      if (fork === undefined) throw error;
      triedFork = true;
      remotes = { ...remotes, push: fork };
    }
  }
  throw new OutsideError(
    'conflict',
    `${request.branch} keeps changing on ${remotes.push.name}. Nothing was pushed. Try again in a minute.`,
  );
}

async function attemptProposal<Content>(
  request: ProposalRequest<Content>,
  remotes: RemoteChoice,
  run: Run,
): Promise<PushedProposal<Content> | Refused | 'moved'> {
  const { folder, branch, token } = request;
  const isFork = remotes.push !== remotes.base;
  run.report?.(`Fetching from ${remotes.base.name}`);
  const base = await findBase(request, remotes.base, run);
  if (base.branch === branch)
    throw new OutsideError(
      'setup',
      `The proposal branch ${branch} is the branch to merge into. Change gitopsCockpit.git.branchTemplate.`,
    );
  // The token is for the host of the base.
  const isSameHost = remotes.push.repository?.host === remotes.base.repository?.host;
  const forkCredentials = credentialsFor(remotes.push, isSameHost ? token : undefined);
  const tip = isFork
    ? (await readRemote(folder, remotes.push, [branch], { ...run, ...forkCredentials })).branches.get(branch)
    : base.tip;
  await fetchBranches(folder, remotes.base, [base.branch], { ...run, ...credentialsFor(remotes.base, token) });
  if (tip !== undefined) await fetchBranches(folder, remotes.push, [branch], { ...run, ...forkCredentials });
  if (!(await hasCommits(folder, [base.commit, ...(tip === undefined ? [] : [tip])], run))) return 'moved';
  const known = tip === undefined ? undefined : await request.pullRequests?.(remotes.push);
  if (known?.open !== undefined && known.open.base !== base.branch)
    throw otherBase(known.open.number, branch, known.open.base, base.branch);
  const over = known?.open === undefined ? known?.closed[0] : undefined;
  // A closed pull request keeps its commits on GitHub, so that nothing of anybody's is lost with the branch.
  const isKept = known?.closed.some(({ head }) => head === tip) === true;
  const existing = tip === undefined || isKept ? undefined : await readBranch(folder, base.commit, tip, run);
  if (
    existing !== undefined &&
    !existing.commits.every(({ message, isMergeOfBase }) => isMergeOfBase || isProposalCommit(message, branch))
  )
    throw new OutsideError(
      'conflict',
      `${branch} on ${remotes.push.name} has commits that are no proposal. Merge, rename or delete that branch first.`,
    );

  run.report?.(`Planning the change on ${base.branch}`);
  const worktree = await addWorktree(folder, base.commit, run);
  try {
    const on: Base = { folder: worktree.folder, branch: base.branch };
    const planned = await request.plan(on);
    if (isRefused(planned)) return planned;
    const { files, notes, lost } = withEarlierEdits(planned.files, over === undefined ? await earlierFiles(on, existing) : []);
    if (lost !== undefined)
      throw new OutsideError(
        'conflict',
        `The open proposal changes lines of ${lost} that ${base.branch} has changed meanwhile. Close or rebase it, then try again.`,
      );
    const keeps = files.some(({ path, after }) => planned.files.find((file) => file.path === path)?.after !== after);
    await writeTexts(on, files);
    const content = await request.describe(on, files);
    const paths = files.map(({ path }) => path);
    const isThere =
      existing?.parent === base.commit &&
      existing.commits.length === 1 &&
      (await isSameTree(on.folder, [await stagedTree(on.folder, paths, run), existing.tree], existing.added, run));
    const anew =
      over === undefined
        ? []
        : [
            `Pull request #${String(over.number)} of ${branch} is closed. This proposal starts anew on ${base.branch}, without what that one had.`,
          ];
    const why = token === undefined ? 'without a sign-in' : 'as GitHub did not say';
    const unsure =
      known !== undefined || !keeps
        ? []
        : [
            `${branch} was on ${remotes.push.name} already, and what it changes is kept. Whether its pull request is still open is not known ${why}.`,
          ];
    const result = {
      branch,
      base: base.branch,
      remotes,
      files,
      content,
      notes: [...planned.warnings, ...anew, ...unsure, ...notes],
    };
    if (isThere && tip !== undefined) return { ...result, commit: tip, outcome: 'unchanged' };
    run.report?.('Committing');
    const commit = await commitAll(on.folder, paths, request.message(content), run);
    run.report?.(`Pushing ${branch} to ${remotes.push.name}`);
    const pushed = await push(on.folder, { remote: remotes.push, commit, branch, lease: tip ?? '' }, forkCredentials, run);
    if (pushed === 'moved') return 'moved';
    return { ...result, commit, outcome: tip === undefined ? 'created' : 'updated' };
  } finally {
    await worktree.remove();
  }
}

/** The files that the open proposal changes, with their texts on the base. Files that the base no longer has are left out. */
async function earlierFiles({ folder }: Base, existing: BranchReading | undefined): Promise<EarlierFile[]> {
  const files: EarlierFile[] = [];
  for (const file of existing?.files ?? [])
    if (statSync(join(folder, file.path), { throwIfNoEntry: false })?.isFile() === true)
      files.push({ ...file, text: await readFile(join(folder, file.path), 'utf8') });
  return files;
}
