/** How far a commit has come, in steps. */
import type { ObjectReference } from '../../kubernetes/liveObject.ts';

export interface RolloutTarget {
  /** The Flux Kustomization that deploys it. */
  readonly kustomization: ObjectReference;
  /** Full hash. */
  readonly commit: string;
  /** Branches of the remote that have the commit; empty where none has it, undefined where that is not known. */
  readonly branches: readonly string[] | undefined;
  /** The reference that its containers must have; '' where any image will do. */
  readonly image: string;
  /** The workloads, or Helm releases, that use the image; empty for all of the Kustomization that use an image of that name. */
  readonly workloads: readonly ObjectReference[];
}

/** Whether the revision with this digest contains the commit. Unknown: the clone at hand does not have it. undefined: nobody has looked yet. */
export type Contains = (digest: string) => boolean | 'unknown' | undefined;

export type RolloutStepName = 'pushed' | 'fetched' | 'applied' | 'rolling out' | 'running';

export interface RolloutStep {
  readonly name: RolloutStepName;
  /**
   * waiting: on its way. failing: the cluster says that it does not work, and tries again. blocked: nothing will come of waiting. pending: a step
   * before it is not done.
   */
  readonly state: 'done' | 'waiting' | 'failing' | 'blocked' | 'pending';
  /** A clause that says what it waits for, or what is wrong; '' where there is nothing to say. */
  readonly why: string;
  /** `1/2` of a rollout; '' for other steps. */
  readonly progress: string;
  /** What the clause is about, for its events and logs. */
  readonly about: ObjectReference | undefined;
}

export function step(
  name: RolloutStepName,
  state: RolloutStep['state'],
  why = '',
  about?: ObjectReference,
  progress = '',
): RolloutStep {
  return { name, state, why, progress, about };
}
