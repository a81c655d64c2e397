/** What a lint rule is and what it gets to see. */
import type { SeenTag } from '../git/patchTags.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { Finding, Severity } from './problem.ts';

/** What is known from outside of the snapshot. Everything may be absent: rules say less then, and never guess. */
export interface LintFacts {
  /** Tags that commits wrote, newest first. */
  readonly history?: readonly SeenTag[];
  /** Tags that a registry has, by normalised repository (`docker.io/library/nginx`): only where it answered with authority. */
  readonly registry?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Prefixes of tags that an image is known to have, by name as written, such as `backend-v`. */
  readonly tagFamilies?: ReadonlyMap<string, readonly string[]>;
  /** URLs of the Git remotes of the repository. */
  readonly remoteUrls?: readonly string[];
}

export interface LintInput {
  readonly repository: GitOpsRepository;
  /** The images of the repository in their applications and environments. */
  readonly inventory: Inventory;
  readonly facts: LintFacts;
}

/** A rule of image-semantics.md C. Pure: the same input gives the same findings, and nothing that a user wrote makes it throw. */
export interface Rule {
  readonly code: string;
  /** What it has unless a finding or the user says otherwise. */
  readonly severity: Severity;
  /** One line: what is wrong where it reports. */
  readonly summary: string;
  check(input: LintInput): Iterable<Finding>;
}
