/** Messages about what two environments, or the files and a commit, have differently. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { Refusal } from '../protocol.ts';

export type ComparisonSubject =
  | {
      readonly kind: 'environments';
      readonly repository: string;
      readonly left: string;
      readonly right: string;
      /** One application, or null for all. */
      readonly application: string | null;
      /** Whether name affixes, namespaces and labels that always differ are left out. */
      readonly fold: boolean;
    }
  | {
      readonly kind: 'branch';
      readonly repository: string;
      /** A branch, a tag, a hash or any other name of a commit. */
      readonly revision: string;
      readonly application: string | null;
      readonly environment: string | null;
    };

export interface ComparedTag {
  readonly application: string;
  /** Where it runs; '' where the environments are what is compared. */
  readonly environment: string;
  readonly image: string;
  /** Versions; '' where a side does not have the image. */
  readonly left: string;
  readonly right: string;
  /** How the right side stands to the left one: `older by 1 patch`, `same`. */
  readonly words: string;
  readonly differs: boolean;
}

/** A rendered object that differs, in the form in which only real differences are left: for reading, not for applying. */
export interface ComparedManifest {
  /** Directory of the build. */
  readonly build: string;
  readonly kind: string;
  readonly name: string;
  /** '' where a side does not have it. */
  readonly left: string;
  readonly right: string;
}

export interface Comparison {
  /** `dev ↔ prod`, `main ↔ working tree`. */
  readonly title: string;
  /** Those that differ first. */
  readonly tags: readonly ComparedTag[];
  readonly manifests: readonly ComparedManifest[];
  /** What was left out, one clause each: `name prefix dev- > prod-`. */
  readonly folded: readonly string[];
  /** Builds that could not be compared, and hidden values of Secrets that differ: one sentence each. */
  readonly notes: readonly string[];
}

export const comparisonRequest = new RequestType<ComparisonSubject, Comparison | Refusal, void>('gitopsCockpit/comparison');
/** Branches to compare with, the ones that were committed to last first. */
export const branchesRequest = new RequestType<
  { repository: string },
  { readonly name: string; readonly date: string; readonly subject: string; readonly isCurrent: boolean }[] | Refusal,
  void
>('gitopsCockpit/branches');
