/** Rows of the Changes view, and what can be done with them. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { OutsideError } from '../../clients/errors.ts';
import { isRepository } from '../../clients/git.ts';
import type { PullRequestState } from '../../clients/github.ts';
import { isRefused } from '../../core/change/plan.ts';
import { proposalLines, proposalSummary } from '../../core/change/proposalWords.ts';
import { proposalNames } from '../../core/change/proposalNames.ts';
import { DEFAULT_BRANCH_TEMPLATE, proposalBranch } from '../../core/git/branchName.ts';
import { planRevert } from '../../core/change/tagEdits.ts';
import type { PlannedFile, Refusal } from '../../protocol.ts';
import type {
  MergeMethodName,
  MergeQuestion,
  ProposalRow,
  Proposals,
  ProposalsCause,
  TagEditRow,
} from '../../protocol/changes.ts';
import type { LandingRefusal } from '../../protocol/proposal.ts';
import { abortSignal } from '../abortSignal.ts';
import { locationOf } from '../places.ts';
import type { RepositoryProposals } from '../proposals.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { editId, editsOf, findEdits } from '../tagEditSides.ts';
import { refusable } from './landing.ts';
import { plannedFile } from './plannedChange.ts';

export async function tagEditRows(session: Session, token: CancellationToken): Promise<TagEditRow[]> {
  const signal = abortSignal(token);
  const rows: TagEditRow[] = [];
  for (const repository of session.repositories()) {
    const { edits } = await editsOf(session, repository, signal);
    for (const edit of edits) {
      const { application, environment, from, to } = edit;
      const owner = edit.images[0]?.usage.owner;
      rows.push({
        id: editId(repository, edit),
        application,
        environment,
        from,
        to,
        location: owner && locationOf(repository, owner),
        accessibleLabel: `${application}${environment === '' ? '' : ` in ${environment}`}, changed from ${from || 'no tag'} to ${to || 'no tag'}, not committed`,
      });
    }
  }
  return rows;
}

export async function revertOf(
  session: Session,
  ids: readonly string[],
  token: CancellationToken,
): Promise<{ files: readonly PlannedFile[] } | Refusal> {
  const found = await findEdits(session, ids, abortSignal(token));
  if (isRefused(found)) return found;
  const { repository, committed, current, edits } = found;
  const files = planRevert(committed, current, edits);
  if (isRefused(files)) return files;
  return { files: [...files].map(([path, own]) => plannedFile(session, repository, path, own)) };
}

export async function proposalsOf(session: Session, mayAsk: boolean, token: CancellationToken): Promise<Proposals> {
  const signal = abortSignal(token);
  const rows: ProposalRow[] = [];
  let problem: { readonly cause: ProposalsCause; readonly message: string } | undefined;
  for (const repository of session.repositories()) {
    const obstacle = await obstacleOf(session, repository, signal);
    if (obstacle !== undefined) {
      problem ??= obstacle;
      continue;
    }
    try {
      for (const state of await session.proposalsOf(repository).open(mayAsk, signal))
        rows.push(rowOf(session, repository, state));
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      problem ??= { cause: causeOf(error), message: error.message };
    }
  }
  return { rows, cause: problem?.cause ?? null, message: problem?.message ?? '' };
}

async function obstacleOf(
  session: Session,
  { folder }: RepositorySession,
  signal: AbortSignal,
): Promise<{ readonly cause: ProposalsCause; readonly message: string } | undefined> {
  if (!session.trusted) return { cause: 'not-trusted', message: 'Git and GitHub are not asked in a folder that is not trusted.' };
  if (await isRepository(folder, signal)) return undefined;
  return { cause: 'no-git', message: 'This folder is in no Git repository, or Git is not installed.' };
}

function causeOf({ problem }: OutsideError): ProposalsCause {
  if (problem === 'setup') return 'no-remote';
  return problem === 'sign-in' ? 'not-signed-in' : 'unreachable';
}

function rowOf(session: Session, repository: RepositorySession, state: PullRequestState): ProposalRow {
  const { folder } = repository;
  const { number, url, title } = state;
  const label = placeOfBranch(session, repository, state.branch) ?? title;
  const summary = proposalSummary(state);
  const accessibleLabel = `Pull request ${String(number)}, ${title}, ${summary.text}`;
  return { repository: folder, number, url, title, label, summary, lines: proposalLines(state), accessibleLabel };
}

/** The application and environment whose proposals have this branch. */
export function placeOfBranch(session: Session, repository: RepositorySession, branch: string): string | undefined {
  const template = session.serverSettings.git.branchTemplate || DEFAULT_BRANCH_TEMPLATE;
  const { images } = repository.inventory(session.placementSettings);
  const image = images.find((one) => proposalBranch(template, proposalNames([one])) === branch);
  return image && `${image.application} in ${image.environment}`;
}

/** The state as it is now, and the environments by the files that really change: texts of pull requests are anybody's. */
export async function mergeQuestion(
  session: Session,
  { repository: folder, number }: { repository: string; number: number },
  token: CancellationToken,
): Promise<MergeQuestion | LandingRefusal> {
  const signal = abortSignal(token);
  return await withProposals(session, folder, async (proposals, repository) => {
    const [state, paths] = await proposals.ask(true, signal, (gitHub) =>
      Promise.all([gitHub.readPullRequest(number, signal), gitHub.changedPaths(number, signal)]),
    );
    if (state.state !== 'open')
      return { refusal: `Pull request #${String(number)} is ${state.state}. Nothing is left to merge.` };
    const { images, environments: order } = repository.inventory(session.placementSettings);
    const touched = new Set(
      images.filter(({ root }) => paths.some((path) => root.used.has(path))).map((image) => image.environment),
    );
    return {
      number,
      title: state.title,
      base: state.base,
      branch: state.branch,
      head: state.head,
      environments: order.filter((name) => name !== '' && touched.has(name)),
      lines: proposalLines(state),
      methods: state.methods,
      hasOwnBranch: state.isOwnBranch,
    };
  });
}

export async function merge(
  session: Session,
  asked: { repository: string; number: number; head: string; method: MergeMethodName },
  token: CancellationToken,
): Promise<{ commit: string } | LandingRefusal> {
  const signal = abortSignal(token);
  return await withProposals(session, asked.repository, async (proposals) => {
    const merged = await proposals.ask(true, signal, (gitHub) => gitHub.merge(asked, asked.method, signal));
    session.client.proposalsChanged();
    return merged;
  });
}

export async function deleteBranch(
  session: Session,
  { repository, branch }: { repository: string; branch: string },
  token: CancellationToken,
): Promise<{ deleted: true } | LandingRefusal> {
  const signal = abortSignal(token);
  return await withProposals(session, repository, async (proposals) => {
    await proposals.ask(true, signal, (gitHub) => gitHub.deleteBranch(branch, signal));
    return { deleted: true } as const;
  });
}

async function withProposals<T extends object>(
  session: Session,
  folder: string,
  work: (proposals: RepositoryProposals, repository: RepositorySession) => Promise<T | LandingRefusal>,
): Promise<T | LandingRefusal> {
  const repository = session.repositories().find((candidate) => candidate.folder === folder);
  if (repository === undefined || !session.trusted)
    return { refusal: 'This repository is no longer open, or its folder is not trusted. Open and trust it first.' };
  const proposals = session.proposalsOf(repository);
  return await refusable(
    () => work(proposals, repository),
    () => proposals.host,
  );
}
