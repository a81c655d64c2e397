/** Messages about versions that move from one environment into others, or back, and the changes that do so. */
import { RequestType, RequestType0 } from 'vscode-languageserver-protocol';
import type { ChangePlan, ChangePreview, Refusal } from '../protocol.ts';

/** The environments of one repository, in the order in which a change moves through them. */
export interface RepositoryEnvironments {
  /** Id of the repository, as in the scope of a row. */
  readonly repository: string;
  /** What people call it; '' where there is only one. */
  readonly name: string;
  readonly environments: readonly {
    readonly name: string;
    /** Names of the applications that it has. */
    readonly applications: readonly string[];
  }[];
}

/** What is promoted where. */
export interface PromotionScope {
  readonly repository: string;
  readonly from: string;
  readonly to: readonly string[];
  /** One application, or null for all. */
  readonly application: string | null;
  /** The image of a usage, or null for all. */
  readonly usage: string | null;
  /** A commit, by any name that git knows: what the source environment ran there, and not what it runs now. */
  readonly commit: string | null;
}

/** One image of one application in one target environment: what a tick stands for. */
export interface PromotionCandidate {
  /** Stable as long as nothing of it changes. */
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly image: string;
  readonly current: string;
  readonly wanted: string;
  readonly direction: 'newer' | 'older' | 'equal' | 'incomparable' | 'same';
  /** `1 patch newer`, `not comparable`; '' for the same version. */
  readonly words: string;
  /** One sentence each. */
  readonly warnings: readonly string[];
  /** Whether it should be ticked from the start. */
  readonly isTicked: boolean;
  /** Why it cannot be ticked, one sentence; '' where it can. */
  readonly obstacle: string;
}

export interface PromotionCandidates {
  /** Those with something to move first. */
  readonly candidates: readonly PromotionCandidate[];
  /** Images of the source environment that a target environment does not have. */
  readonly absent: readonly { readonly application: string; readonly environment: string; readonly image: string }[];
}

/** What a person wants changed. It is planned again whenever the files may be others than they were. */
export type IntendedChange =
  | {
      readonly kind: 'promotion';
      readonly scope: PromotionScope;
      /** Ids of candidates. */
      readonly candidates: readonly string[];
    }
  | {
      readonly kind: 'rollback';
      readonly usage: string;
      /** A tag, `tag@digest` or a digest. */
      readonly version: string;
      /** What happens to image automation that would undo it: nothing, its marker is taken off the line, or it is suspended in Git. */
      readonly automation: 'keep' | 'pin' | 'suspend';
    };

/** A commit that changed something in an environment. */
export interface CommitChoice {
  readonly hash: string;
  readonly author: string;
  /** ISO 8601. */
  readonly date: string;
  readonly subject: string;
}

export const environmentsRequest = new RequestType0<RepositoryEnvironments[], void>('gitopsCockpit/environments');
export const promotionCandidatesRequest = new RequestType<PromotionScope, PromotionCandidates | Refusal, void>(
  'gitopsCockpit/promotionCandidates',
);
/** The newest commits that changed a file of an environment, newest first. */
export const environmentCommitsRequest = new RequestType<
  { repository: string; environment: string },
  CommitChoice[] | Refusal,
  void
>('gitopsCockpit/environmentCommits');
export const planChangeRequest = new RequestType<IntendedChange, ChangePlan | Refusal, void>('gitopsCockpit/planChange');
/** What an intended change makes of the manifests of one root. Nothing is written. A change that is refused is a `failure`. */
export const previewIntendedRequest = new RequestType<
  { intended: IntendedChange; root: string; reveal: boolean },
  ChangePreview,
  void
>('gitopsCockpit/previewIntended');
