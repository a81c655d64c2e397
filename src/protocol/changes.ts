/** Messages of the Changes view: tags that are edited and not committed yet, and pull requests that were made here. */
import { NotificationType0, RequestType, RequestType0 } from 'vscode-languageserver-protocol';
import type { Location } from 'vscode-languageserver-protocol';
import type { ProposalLine } from '../core/change/proposalWords.ts';
import type { PlannedFile, Refusal } from '../protocol.ts';
import type { MergedCommit } from './objects.ts';
import type { LandingRefusal } from './proposal.ts';

/** A tag that is not as it was committed. */
export interface TagEditRow {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  readonly location: Location | undefined;
  readonly accessibleLabel: string;
}

/** An open pull request that was made here. */
export interface ProposalRow {
  /** Folder of the repository, which the requests below take. */
  readonly repository: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  /** What it changes: `backend in prod`, or the title where its branch does not tell. */
  readonly label: string;
  /** What matters most of its state, and the state line by line. */
  readonly summary: ProposalLine;
  readonly lines: readonly ProposalLine[];
  readonly accessibleLabel: string;
}

/** A pull request that was made here and merged lately. */
export interface MergedProposal extends MergedCommit {
  readonly number: number;
  readonly url: string;
  /** What it changes: `backend in prod`, or the title where its branch does not tell. */
  readonly label: string;
}

/** Why there are no pull requests to show, in a repository at least. */
export type ProposalsCause = 'not-trusted' | 'no-git' | 'no-remote' | 'not-signed-in' | 'unreachable';

export interface Proposals {
  readonly rows: readonly ProposalRow[];
  readonly cause: ProposalsCause | null;
  /** The cause as one sentence, '' where there is none. */
  readonly message: string;
}

export type MergeMethodName = 'merge' | 'squash' | 'rebase';

/** What a person has to know before they merge. */
export interface MergeQuestion {
  readonly number: number;
  readonly title: string;
  readonly base: string;
  readonly branch: string;
  /** The commit that was looked at, which alone is merged. */
  readonly head: string;
  /** Environments that the changed files are part of. */
  readonly environments: readonly string[];
  readonly lines: readonly ProposalLine[];
  readonly methods: readonly MergeMethodName[];
  /** Whether the branch can be deleted afterwards. */
  readonly hasOwnBranch: boolean;
}

/** A pull request was opened, merged or changed from here. */
export const proposalsChangedNotification = new NotificationType0('gitopsCockpit/proposalsChanged');
export const tagEditsRequest = new RequestType0<TagEditRow[], void>('gitopsCockpit/tagEdits');
/** Edits that take tags back to what was committed. */
export const planRevertRequest = new RequestType<{ edits: readonly string[] }, { files: readonly PlannedFile[] } | Refusal, void>(
  'gitopsCockpit/planRevert',
);
/** `mayAsk`: whether the person may be asked to sign in. */
export const proposalsRequest = new RequestType<{ mayAsk: boolean }, Proposals, void>('gitopsCockpit/proposals');
/** Nobody is asked to sign in for it. */
export const mergedProposalsRequest = new RequestType0<MergedProposal[], void>('gitopsCockpit/mergedProposals');
export const mergeQuestionRequest = new RequestType<{ repository: string; number: number }, MergeQuestion | LandingRefusal, void>(
  'gitopsCockpit/mergeQuestion',
);
/** Merges one commit, and no other that came meanwhile. */
export const mergeRequest = new RequestType<
  { repository: string; number: number; head: string; method: MergeMethodName },
  { commit: string } | LandingRefusal,
  void
>('gitopsCockpit/merge');
export const deleteBranchRequest = new RequestType<
  { repository: string; branch: string },
  { deleted: true } | LandingRefusal,
  void
>('gitopsCockpit/deleteBranch');
