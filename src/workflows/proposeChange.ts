/** From a plan to a pull request: the proposal branch, the text, and the one pull request of an application and environment. */
import { OutsideError } from '../clients/errors.ts';
import type { Run } from '../clients/gitCommand.ts';
import type { Remote, RemoteSettings } from '../clients/gitRemotes.ts';
import { chooseRemotes } from '../clients/gitRemotes.ts';
import type { BranchPullRequests, MergeMethod, OpenedPullRequest } from '../clients/github.ts';
import { GitHub } from '../clients/github.ts';
import type { KustomizeEngine } from '../clients/kustomize.ts';
import { commitMessage, DEFAULT_COMMIT_TEMPLATE, templateValues } from '../core/change/commitText.ts';
import type { Refused } from '../core/change/plan.ts';
import { isRefused } from '../core/change/plan.ts';
import type { ProposedImage, PullRequestContent, PullRequestText } from '../core/change/pullRequestText.ts';
import { summaryParagraph, summaryPrompt } from '../core/change/proposalSummary.ts';
import { pullRequestText } from '../core/change/pullRequestText.ts';
import { comparePage } from '../core/change/webAddresses.ts';
import type { ProposalNames } from '../core/change/proposalNames.ts';
import { proposalNames, writtenNames } from '../core/change/proposalNames.ts';
import { DEFAULT_BRANCH_TEMPLATE } from '../core/git/branchName.ts';
import { chooseBranch } from './chooseBranch.ts';
import type { ReadRelease } from './compareLinks.ts';
import { compareLinks } from './compareLinks.ts';
import type { Plan } from './planOnBase.ts';
import { describeProposal } from './proposalContent.ts';
import type { PushedProposal } from './pushProposal.ts';
import { pushProposal } from './pushProposal.ts';

export interface ProposalSettings extends RemoteSettings {
  readonly branchTemplate?: string | undefined;
  readonly commitTemplate?: string | undefined;
  readonly titleTemplate?: string | undefined;
  readonly bodyTemplate?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly reviewers?: readonly string[] | undefined;
  readonly autoMerge?: MergeMethod | undefined;
  readonly copilotReview?: boolean | undefined;
}

export interface ProposedChangeRequest {
  readonly folder: string;
  readonly names: ProposalNames;
  readonly plan: Plan;
  readonly settings: ProposalSettings;
  /** The branch to merge into; the default branch of the remote unless told. */
  readonly into?: string | undefined;
  /** The token for a host of GitHub; undefined from it means that nobody is signed in, and the compare page takes the place of the pull request. */
  readonly token: (host: string) => Promise<string | undefined>;
  readonly fetch?: typeof fetch | undefined;
  /** The address of the API, where it does not follow from the host. */
  readonly apiUrl?: string | ((host: string) => string | undefined) | undefined;
  /** Renders the manifests for the text; without it there is no diff in it. */
  readonly engine?: KustomizeEngine | undefined;
  /** Asks registries what images are built from. Without it, the text has no compare links. */
  readonly release?: ReadRelease | undefined;
  /** Asks a language model. Without it, the text has no summary. */
  readonly summarize?: ((prompt: string, signal: AbortSignal) => Promise<Summary>) | undefined;
}

/** The person may have to allow it first. */
const SUMMARY_MILLISECONDS = 120_000;

/** What a language model wrote, or why there is nothing of it, as one sentence. */
export type Summary = { readonly text: string } | Refused;

export interface ProposedChange {
  readonly proposal: PushedProposal<PullRequestContent>;
  readonly text: PullRequestText;
  /** undefined where nobody is signed in, or GitHub refused: `notes` say why. */
  readonly pullRequest: OpenedPullRequest | undefined;
  /** Opens the pull request in the browser, everything filled in. */
  readonly comparePage: string;
  /** One sentence each: warnings of the plan, and what GitHub did not grant. */
  readonly notes: readonly string[];
}

/** @throws OutsideError where nothing was pushed; the signal's reason */
export async function proposeChange(request: ProposedChangeRequest, run: Run = {}): Promise<ProposedChange | Refused> {
  const { folder, settings, names, signal } = { ...request, signal: run.signal };
  const { base, push } = await chooseRemotes(folder, settings, run);
  if (base.repository === undefined)
    throw new OutsideError(
      'setup',
      `Cannot open a pull request: the remote "${base.name}" is not on GitHub. Add a GitHub remote, or set gitopsCockpit.github.remote.`,
    );
  const { host } = base.repository;
  const token = await request.token(host);
  const { fetch, release } = request;
  const apiUrl = typeof request.apiUrl === 'function' ? request.apiUrl(host) : request.apiUrl;
  const repository = base.repository;
  const github =
    token === undefined ? undefined : new GitHub({ repository, token: () => request.token(host), fetch, apiUrl, log: run.log });
  const ownerOf = (remote: Remote) => (remote.repository?.owner === repository.owner ? undefined : remote.repository?.owner);
  const pullRequests = (branch: string, remote: Remote) => github && pullRequestsOf(github, branch, ownerOf(remote), run);
  const template = settings.branchTemplate || DEFAULT_BRANCH_TEMPLATE;
  const gitToken = push.repository?.host === host ? token : undefined;
  const chosen = await chooseBranch(
    { folder, names, template, token: gitToken, pullRequests: async (name) => await pullRequests(name, push) },
    push,
    run,
  );
  const { branch } = chosen;
  let { known } = chosen;
  const values = (images: readonly ProposedImage[]) =>
    templateValues(images, writtenNames(chosen.isOwn ? names : proposalNames(images)));
  const proposal = await pushProposal<PullRequestContent>(
    {
      folder,
      branch,
      plan: request.plan,
      into: request.into,
      remotes: settings,
      token,
      describe: (on, files) =>
        describeProposal(on, files, {
          engine: request.engine,
          links: release && ((images) => compareLinks(images, release, ['github.com', host], run)),
          signal,
        }),
      message: ({ images }) => commitMessage(settings.commitTemplate || DEFAULT_COMMIT_TEMPLATE, values(images), images, branch),
      pullRequests: async (remote) => {
        // What was asked for the choice is not asked again at once.
        const answer = remote.name === push.name ? known : undefined;
        known = undefined;
        return answer ?? (await pullRequests(branch, remote));
      },
    },
    run,
  );
  if (isRefused(proposal)) return proposal;
  const plain = { ...proposal.content, problems: [...proposal.notes, ...proposal.content.problems] };
  const { content, notes } = await summarized(plain, request.summarize, run, [...chosen.notes, ...proposal.notes]);
  const text = pullRequestText(content, values(content.images), {
    title: settings.titleTemplate ?? '',
    body: settings.bodyTemplate ?? '',
  });
  const headOwner = ownerOf(proposal.remotes.push);
  const page = comparePage({ repository, base: proposal.base, head: branch, headOwner, labels: settings.labels ?? [] }, text);
  const result = { proposal, text, comparePage: page };
  if (github === undefined) return { ...result, pullRequest: undefined, notes };
  try {
    run.report?.('Opening the pull request');
    const pullRequest = await github.openPullRequest({ ...settings, branch, headOwner, base: proposal.base, text }, signal);
    return { ...result, pullRequest, notes: [...notes, ...pullRequest.notes] };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const pushed = `${branch} is pushed; its pull request can be opened in the browser, or by trying again.`;
    return { ...result, pullRequest: undefined, notes: [...notes, error.message, pushed] };
  }
}

/** undefined where GitHub does not say: the push goes on then, and opening the pull request tells why. */
async function pullRequestsOf(
  github: GitHub,
  branch: string,
  headOwner: string | undefined,
  { signal, log }: Run,
): Promise<BranchPullRequests | undefined> {
  try {
    return await github.pullRequestsOf(branch, headOwner, signal);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    log?.(error.message);
    return undefined;
  }
}

/** The text is complete without a summary, so that what keeps the model from answering is only told. @throws the signal's reason */
async function summarized(
  content: PullRequestContent,
  summarize: ProposedChangeRequest['summarize'],
  { signal, report, log }: Run,
  notes: readonly string[],
): Promise<{ readonly content: PullRequestContent; readonly notes: readonly string[] }> {
  if (summarize === undefined) return { content, notes };
  report?.('Asking the language model for a summary');
  const patience = AbortSignal.timeout(SUMMARY_MILLISECONDS);
  const without = (why: string) => ({ content, notes: [...notes, `${why} The pull request has no summary.`] });
  try {
    const answer = await summarize(summaryPrompt(content), signal === undefined ? patience : AbortSignal.any([signal, patience]));
    if (isRefused(answer)) return without(answer.refusal);
    if (summaryParagraph(answer.text) === '') return without('The language model wrote nothing.');
    return { content: { ...content, summary: answer.text }, notes };
  } catch (error) {
    signal?.throwIfAborted();
    if (patience.aborted) return without('The language model did not answer in time.');
    log?.(`Asking the language model: ${error instanceof Error ? error.message : String(error)}`);
    return without('The language model gave no answer.');
  }
}
