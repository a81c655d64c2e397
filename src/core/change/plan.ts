/** The plan of a change as a value. Making one writes nothing. */
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageUsage } from '../repository/model.ts';
import type { TextEdit } from '../text/textEdit.ts';

/** An image whose reference changes. */
export interface ImageChange {
  /** The root as it is now. */
  readonly root: BuildRoot;
  readonly before: ImageUsage;
  readonly after: ImageUsage;
}

/** A checked change of files: what it does to every image is known, and only that. */
export interface ChangePlan {
  /** Edits by path, in the offsets of the file as it is now. */
  readonly files: ReadonlyMap<string, readonly TextEdit[]>;
  /** Every image that changes, in all roots; chosen ones first. */
  readonly changes: readonly ImageChange[];
  /** Environments (or roots, where they have no environment) other than the chosen ones that change as well. */
  readonly alsoChanges: readonly string[];
  /** What the user should know first, one sentence each. */
  readonly warnings: readonly string[];
  /** The repository after the change. */
  readonly next: GitOpsRepository;
}

export interface ImageBumpPlan extends ChangePlan {
  /** True where other environments change as well and mode `override` would change the chosen root alone. */
  readonly canOverride: boolean;
}

/** Why there is no plan: what is so, then what to do. */
export interface Refused {
  readonly refusal: string;
  /** True where there is nothing to change, because it is so already. */
  readonly isDone?: true;
}

export function isRefused(value: object): value is Refused {
  return 'refusal' in value;
}
