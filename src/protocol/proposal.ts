/** Messages about planned changes that become commits and pull requests. Nothing of them needs the files of the user to change. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { Landing } from '../core/repository/landing.ts';
import type { ChangePlan, PlannedFile, Refusal } from '../protocol.ts';

/** What is to be landed: a plan, or tags that are edited and not committed yet. */
export type Landable = PlannedLanding | EditsLanding;

export interface PlannedLanding {
  readonly kind: 'plan';
  readonly files: readonly PlannedFile[];
  readonly changes: ChangePlan['changes'];
  readonly warnings: readonly string[];
  readonly alsoChanges: readonly string[];
}

export interface EditsLanding {
  readonly kind: 'edits';
  /** Ids of tag edits, all of one repository. */
  readonly edits: readonly string[];
}

/** One way to land a change. */
export interface LandingChoice {
  readonly landing: Landing;
  /** What it will do, one clause: `pushes gitops-cockpit/prod/backend to origin`. */
  readonly does: string;
  /** The branch that a commit is made on; '' for the others. */
  readonly branch: string;
  /** Why it cannot be done here, one sentence; '' where it can. */
  readonly obstacle: string;
  /** Environments that are like production, for which people are asked once more. */
  readonly careful: readonly string[];
}

/** A refusal, and what would help. */
export interface LandingRefusal extends Refusal {
  /** Another setting, or another sign-in to this host. */
  readonly offer?: { readonly kind: 'settings' } | { readonly kind: 'signIn'; readonly host: string };
}

export interface Committed {
  readonly commit: string;
  readonly branch: string;
}

export interface Proposed {
  readonly branch: string;
  readonly base: string;
  /** null where nobody is signed in, or GitHub refused: `notes` say why. */
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly outcome: 'opened' | 'updated' | 'unchanged';
  } | null;
  /** Opens the pull request in the browser, everything filled in. */
  readonly comparePage: string;
  /** What the user should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Steps are told with `$/progress` under the token. */
export interface LandParams {
  readonly change: Landable;
  readonly workDoneToken: string;
}

/** The ways that a change can take, that of the environment's policy first. */
export const landingsRequest = new RequestType<Landable, LandingChoice[], void>('gitopsCockpit/landings');
/** Commits on the branch that is checked out. */
export const commitRequest = new RequestType<LandParams, Committed | LandingRefusal, void>('gitopsCockpit/commit');
/** Opens the pull request of the application and environment, or brings it up to date. */
export const proposeRequest = new RequestType<LandParams, Proposed | LandingRefusal, void>('gitopsCockpit/propose');
