/** Pull requests on GitHub: one for each proposal branch, found or opened, read, and merged. */
import type { Octokit } from '@octokit/rest';
import { RequestError } from '@octokit/request-error';
import type { PullRequestText } from '../core/change/pullRequestText.ts';
import { isProposal, updatedText } from '../core/change/pullRequestText.ts';
import { OutsideError } from './errors.ts';
import { oddAnswer, pullRequestAnswer, pullRequestAnswers } from './github/answers.ts';
import type { GitHubOptions } from './github/api.ts';
import { createOctokit } from './github/api.ts';
import { gitHubRefusal, messageOf } from './github/refusals.ts';
import type { MergeMethod, PullRequestState } from './github/state.ts';
import { pullRequestState } from './github/state.ts';

export type { GitHubOptions, MergeMethod, PullRequestState };

export interface PullRequestRequest {
  readonly branch: string;
  /** Owner of the fork that has the branch; the owner of the repository unless told. */
  readonly headOwner?: string | undefined;
  readonly base: string;
  readonly text: PullRequestText;
  readonly draft?: boolean | undefined;
  readonly labels?: readonly string[] | undefined;
  /** Logins; teams as `org/team`. */
  readonly reviewers?: readonly string[] | undefined;
  readonly autoMerge?: MergeMethod | undefined;
  readonly copilotReview?: boolean | undefined;
}

export interface OpenedPullRequest {
  readonly number: number;
  readonly url: string;
  readonly outcome: 'opened' | 'updated' | 'unchanged';
  /** Extras that GitHub did not grant, one sentence each: the pull request is there nevertheless. */
  readonly notes: readonly string[];
}

export interface Merged {
  /** Commit on the base branch. */
  readonly commit: string;
}

/** A pull request that was merged. */
export interface MergedPullRequest extends Merged {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly branch: string;
  readonly base: string;
}

const COPILOT = 'copilot-pull-request-reviewer[bot]';
const PAGE = 100;
const MOST_CLOSED = 10;

/** The pull requests that have a branch as their head, whatever they are to be merged into. */
export interface BranchPullRequests {
  readonly open: { readonly number: number; readonly base: string } | undefined;
  /** The latest that are closed or merged, each with the last commit that it had. */
  readonly closed: readonly { readonly number: number; readonly head: string }[];
}

interface Found {
  readonly number: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly draft?: boolean;
  readonly base: { readonly ref: string };
}

/** What to say where the open pull request of a branch is to be merged elsewhere than asked. */
export function otherBase(number: number, branch: string, base: string, asked: string): OutsideError {
  return new OutsideError(
    'conflict',
    `Pull request #${String(number)} of ${branch} goes into ${base}, not into ${asked}. Merge or close it first, or propose into ${base}.`,
  );
}

export class GitHub {
  private readonly octokit: Octokit;
  private readonly place: { readonly owner: string; readonly repo: string };
  private readonly where: string;

  constructor(options: GitHubOptions) {
    this.octokit = createOctokit(options);
    this.place = { owner: options.repository.owner, repo: options.repository.name };
    this.where = `${options.repository.owner}/${options.repository.name}`;
  }

  /** Finds the open pull request of the branch and brings it up to date, or opens one. At most six requests. @throws OutsideError; the signal's reason */
  async openPullRequest(request: PullRequestRequest, signal?: AbortSignal): Promise<OpenedPullRequest> {
    return await this.ask(`opening a pull request in ${this.where}`, signal, async (own) => {
      const known = await this.find(request, own);
      const notes: string[] = [];
      const { pull, outcome } =
        known === undefined ? await this.create(request, notes, own) : await this.update(known, request, own);
      await this.addExtras(pull, request, notes, signal);
      return { number: pull.number, url: pull.html_url, outcome, notes };
    });
  }

  /** Four requests, of which those with nothing new do not count against the limit. @throws OutsideError; the signal's reason */
  async readPullRequest(number: number, signal?: AbortSignal): Promise<PullRequestState> {
    return await this.ask(`reading pull request #${String(number)}`, signal, async (request) => {
      const { data } = await this.octokit.rest.pulls.get({ ...this.place, pull_number: number, request });
      const pull = pullRequestAnswer(data);
      const commit = { ...this.place, ref: pull.head.sha, per_page: PAGE, request };
      const [reviews, runs, status] = await Promise.all([
        this.octokit.rest.pulls.listReviews({ ...this.place, pull_number: number, per_page: PAGE, request }),
        this.octokit.rest.checks.listForRef(commit),
        this.octokit.rest.repos.getCombinedStatusForRef(commit),
      ]);
      return pullRequestState(pull, reviews.data, runs.data.check_runs, status.data.statuses);
    });
  }

  /** Numbers of the open pull requests that were made here, newest first: one request. @throws OutsideError; the signal's reason */
  async listProposals(signal?: AbortSignal): Promise<readonly number[]> {
    return await this.ask(`listing pull requests in ${this.where}`, signal, async (request) => {
      const { data } = await this.octokit.rest.pulls.list({ ...this.place, state: 'open', per_page: PAGE, request });
      return pullRequestAnswers(data)
        .filter(({ body }) => isProposal(body ?? ''))
        .map(({ number }) => number);
    });
  }

  /** Those that were made here and merged since a time, the last one first: one request. @throws OutsideError; the signal's reason */
  async listMerged(since: number, signal?: AbortSignal): Promise<readonly MergedPullRequest[]> {
    return await this.ask(`listing pull requests in ${this.where}`, signal, async (request) => {
      const latest = { state: 'closed', sort: 'updated', direction: 'desc' } as const;
      const { data } = await this.octokit.rest.pulls.list({ ...this.place, ...latest, per_page: PAGE, request });
      return data
        .flatMap(({ number, title, body, merged_at: at, merge_commit_sha: commit, html_url: url, head, base }) =>
          at === null || commit === null || Date.parse(at) < since || !isProposal(body ?? '')
            ? []
            : [{ at, merged: { number, title, url, commit, branch: head.ref, base: base.ref } }],
        )
        .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.merged.number - a.merged.number)
        .map(({ merged }) => merged);
    });
  }

  /** Paths that a pull request changes, at most 100. @throws OutsideError; the signal's reason */
  async changedPaths(number: number, signal?: AbortSignal): Promise<readonly string[]> {
    return await this.ask(`reading the files of pull request #${String(number)}`, signal, async (request) => {
      const { data } = await this.octokit.rest.pulls.listFiles({ ...this.place, pull_number: number, per_page: PAGE, request });
      return data.map(({ filename }) => filename);
    });
  }

  /** Pull requests of a branch: one request where one is open, else two. @throws OutsideError; the signal's reason */
  async pullRequestsOf(branch: string, headOwner: string | undefined, signal?: AbortSignal): Promise<BranchPullRequests> {
    return await this.ask(`looking for pull requests in ${this.where}`, signal, async (request) => {
      const [open] = await this.list({ branch, headOwner }, 'open', request);
      if (open !== undefined) return { open: { number: open.number, base: open.base.ref }, closed: [] };
      const closed = await this.list({ branch, headOwner }, 'closed', request);
      return { open: undefined, closed: closed.map(({ number, head }) => ({ number, head: head.sha })) };
    });
  }

  /** Merges exactly the commit that was looked at. @throws OutsideError where it changed meanwhile, or GitHub does not allow it; the signal's reason */
  async merge(
    { number, head }: Pick<PullRequestState, 'number' | 'head'>,
    method: MergeMethod,
    signal?: AbortSignal,
  ): Promise<Merged> {
    const what = `merging pull request #${String(number)}`;
    return await this.ask(what, signal, async (request) => {
      try {
        const { data } = await this.octokit.rest.pulls.merge({
          ...this.place,
          pull_number: number,
          sha: head,
          merge_method: method,
          request,
        });
        return { commit: data.sha };
      } catch (error) {
        if (!(error instanceof RequestError) || error.response === undefined) throw error;
        const said = messageOf(error.response.data);
        if (error.status === 409)
          throw new OutsideError(
            'conflict',
            `Pull request #${String(number)} has changed since you looked at it. Look at it again, then merge.`,
          );
        if (error.status === 405)
          throw new OutsideError(
            'protected',
            `GitHub does not merge pull request #${String(number)} yet: ${said}. See its checks and reviews.`,
          );
        throw error;
      }
    });
  }

  /** Deletes a branch of the repository; one that is gone already is fine. @throws OutsideError; the signal's reason */
  async deleteBranch(branch: string, signal?: AbortSignal): Promise<void> {
    await this.ask(`deleting the branch ${branch}`, signal, async (request) => {
      try {
        await this.octokit.rest.git.deleteRef({ ...this.place, ref: `heads/${branch}`, request });
      } catch (error) {
        const isGone =
          error instanceof RequestError && error.status === 422 && /does not exist/.test(messageOf(error.response?.data));
        if (!isGone) throw error;
      }
    });
  }

  private async list(
    { branch, headOwner = this.place.owner }: Pick<PullRequestRequest, 'branch' | 'headOwner'>,
    state: 'open' | 'closed',
    request: OwnRequest,
  ) {
    const head = `${headOwner}:${branch}`;
    const order = { sort: 'updated', direction: 'desc', per_page: state === 'open' ? PAGE : MOST_CLOSED } as const;
    const { data } = await this.octokit.rest.pulls.list({ ...this.place, state, head, ...order, request });
    // GitHub lists everything where it does not understand the filter.
    return pullRequestAnswers(data).filter(
      ({ head: own }) => own.ref === branch && own.user?.login.toLowerCase() === headOwner.toLowerCase(),
    );
  }

  /** @throws OutsideError where it is to be merged into another branch: a second one of the same branch would change with every push for the first */
  private async find(asked: PullRequestRequest, request: OwnRequest): Promise<Found | undefined> {
    const open = await this.list(asked, 'open', request);
    const other = open.find(({ base }) => base.ref !== asked.base);
    if (other !== undefined) throw otherBase(other.number, asked.branch, other.base.ref, asked.base);
    return open[0];
  }

  private async create(
    asked: PullRequestRequest,
    notes: string[],
    request: OwnRequest,
  ): Promise<{ readonly pull: Found; readonly outcome: OpenedPullRequest['outcome'] }> {
    const { branch, headOwner, base, text, draft = false } = asked;
    const head = headOwner === undefined ? branch : `${headOwner}:${branch}`;
    try {
      const { data } = await this.octokit.rest.pulls.create({ ...this.place, ...text, head, base, draft, request });
      return { pull: pullRequestAnswer(data), outcome: 'opened' };
    } catch (error) {
      const said = error instanceof RequestError && error.status === 422 ? messageOf(error.response?.data) : '';
      if (draft && /draft/i.test(said)) {
        notes.push(`${this.where} has no draft pull requests, so this one is open for review.`);
        return await this.create({ ...asked, draft: false }, notes, request);
      }
      // Somebody else was quicker.
      const other = /already exists/i.test(said) ? await this.find(asked, request) : undefined;
      if (other === undefined) throw error;
      return await this.update(other, asked, request);
    }
  }

  private async update(
    pull: Found,
    { text }: PullRequestRequest,
    request: OwnRequest,
  ): Promise<{ readonly pull: Found; readonly outcome: OpenedPullRequest['outcome'] }> {
    const existing = { title: pull.title, body: pull.body ?? '' };
    const next = updatedText(existing, text);
    if (next.title === existing.title && next.body === existing.body.replaceAll('\r\n', '\n'))
      return { pull, outcome: 'unchanged' };
    await this.octokit.rest.pulls.update({ ...this.place, pull_number: pull.number, ...next, request });
    return { pull, outcome: 'updated' };
  }

  /** Each on its own: the pull request counts, and a label that is missing does not take it back. */
  private async addExtras(
    pull: Found,
    asked: PullRequestRequest,
    notes: string[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const number = pull.number;
    const { labels = [], reviewers = [], autoMerge } = asked;
    const people = [...reviewers.filter((name) => !name.includes('/')), ...(asked.copilotReview === true ? [COPILOT] : [])];
    const teams = reviewers.flatMap((name) => (name.includes('/') ? [name.slice(name.indexOf('/') + 1)] : []));
    const extras: [what: string, wanted: boolean, run: (request: OwnRequest) => Promise<unknown>][] = [
      [
        'adding the labels',
        labels.length > 0,
        (request) => this.octokit.rest.issues.addLabels({ ...this.place, issue_number: number, labels: [...labels], request }),
      ],
      [
        'asking for reviews',
        people.length + teams.length > 0,
        (request) =>
          this.octokit.rest.pulls.requestReviewers({
            ...this.place,
            pull_number: number,
            reviewers: people,
            team_reviewers: teams,
            request,
          }),
      ],
      ['turning auto-merge on', autoMerge !== undefined, (request) => this.enableAutoMerge(pull, autoMerge ?? 'merge', request)],
    ];
    for (const [what, wanted, run] of extras) {
      if (!wanted) continue;
      try {
        await this.ask(what, signal, run);
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        notes.push(error.message);
      }
    }
  }

  /** REST has no way to do it. */
  private async enableAutoMerge(pull: Found, method: MergeMethod, request: OwnRequest): Promise<void> {
    const mutation = `mutation ($id: ID!, $mergeMethod: PullRequestMergeMethod!) {
      enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: $mergeMethod }) { clientMutationId }
    }`;
    try {
      await this.octokit.graphql(mutation, { id: pull.node_id, mergeMethod: method.toUpperCase(), request });
    } catch (error) {
      const { errors } = error as { errors?: readonly { message?: string }[] };
      if (errors === undefined) throw error;
      throw new OutsideError(
        'refused',
        `GitHub did not turn auto-merge on: ${errors[0]?.message ?? 'it did not say why'}. Allow it in the settings of ${this.where}.`,
      );
    }
  }

  private async ask<T>(what: string, signal: AbortSignal | undefined, run: (request: OwnRequest) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await run(signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof RequestError ? gitHubRefusal(error, what) : (oddAnswer(error, what) ?? error);
    }
  }
}

type OwnRequest = { readonly signal?: AbortSignal };
