/** The state of a pull request, out of four answers of GitHub. */
import type { RestEndpointMethodTypes } from '@octokit/rest';

export const MERGE_METHODS = ['merge', 'squash', 'rebase'] as const;

export type MergeMethod = (typeof MERGE_METHODS)[number];

export interface PullRequestState {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly isDraft: boolean;
  /** Commit that a merge would merge. */
  readonly head: string;
  readonly branch: string;
  readonly base: string;
  /** `unknown` while GitHub still computes it. */
  readonly mergeable: 'yes' | 'conflict' | 'blocked' | 'behind' | 'unknown';
  readonly isAutoMergeOn: boolean;
  /** Ways to merge that the repository allows. */
  readonly methods: readonly MergeMethod[];
  /** Whether the branch is in the repository itself and not in a fork. */
  readonly isOwnBranch: boolean;
  /** Names of people, by their last word. */
  readonly reviews: {
    readonly approved: readonly string[];
    readonly changesRequested: readonly string[];
    readonly requested: readonly string[];
  };
  /** Names of check runs and commit statuses. */
  readonly checks: {
    readonly passed: readonly string[];
    readonly failed: readonly string[];
    readonly pending: readonly string[];
  };
}

type PullRequest = RestEndpointMethodTypes['pulls']['get']['response']['data'];
type Review = RestEndpointMethodTypes['pulls']['listReviews']['response']['data'][number];
type CheckRun = RestEndpointMethodTypes['checks']['listForRef']['response']['data']['check_runs'][number];
type Status = RestEndpointMethodTypes['repos']['getCombinedStatusForRef']['response']['data']['statuses'][number];

const PASSED: readonly (string | null)[] = ['success', 'neutral', 'skipped'];

export function pullRequestState(
  pull: PullRequest,
  reviews: readonly Review[],
  checkRuns: readonly CheckRun[],
  statuses: readonly Status[],
): PullRequestState {
  const checks: Record<'passed' | 'failed' | 'pending', Set<string>> = {
    passed: new Set(),
    failed: new Set(),
    pending: new Set(),
  };
  for (const { name, status, conclusion } of checkRuns)
    checks[status !== 'completed' ? 'pending' : PASSED.includes(conclusion) ? 'passed' : 'failed'].add(name);
  for (const { context, state } of statuses)
    checks[state === 'pending' ? 'pending' : state === 'success' ? 'passed' : 'failed'].add(context);
  return {
    number: pull.number,
    url: pull.html_url,
    title: pull.title,
    state: pull.merged ? 'merged' : pull.state,
    isDraft: pull.draft === true,
    head: pull.head.sha,
    branch: pull.head.ref,
    base: pull.base.ref,
    mergeable: mergeability(pull),
    isAutoMergeOn: pull.auto_merge !== null,
    methods: allowedMethods(pull.base.repo),
    isOwnBranch: pull.head.repo?.id === pull.base.repo.id,
    reviews: { ...lastWords(reviews), requested: (pull.requested_reviewers ?? []).map(({ login }) => login) },
    checks: { passed: [...checks.passed], failed: [...checks.failed], pending: [...checks.pending] },
  };
}

/** A comment after an approval leaves the approval as it is; a dismissal takes it away. */
function lastWords(reviews: readonly Review[]): { readonly approved: string[]; readonly changesRequested: string[] } {
  const last = new Map<string, string>();
  for (const { user, state } of reviews)
    if (user !== null && state !== 'COMMENTED' && state !== 'PENDING') last.set(user.login, state);
  const by = (state: string) => [...last].flatMap(([login, own]) => (own === state ? [login] : []));
  return { approved: by('APPROVED'), changesRequested: by('CHANGES_REQUESTED') };
}

/** GitHub tells only those who may push; whoever may not learns it when they try. */
function allowedMethods(repository: PullRequest['base']['repo']): MergeMethod[] {
  const allowed = {
    merge: repository.allow_merge_commit,
    squash: repository.allow_squash_merge,
    rebase: repository.allow_rebase_merge,
  };
  return MERGE_METHODS.filter((method) => allowed[method] !== false);
}

function mergeability({ mergeable, mergeable_state: state }: PullRequest): PullRequestState['mergeable'] {
  if (state === 'dirty' || mergeable === false) return 'conflict';
  if (state === 'behind') return 'behind';
  if (state === 'blocked' || state === 'draft') return 'blocked';
  return mergeable === true ? 'yes' : 'unknown';
}
