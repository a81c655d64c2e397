/** What the language server knows of objects that a cluster has: where Git defines them, what should run, and what is rendered. */
import { RequestType, RequestType0 } from 'vscode-languageserver-protocol';
import type { Location, Position } from 'vscode-languageserver-protocol';
import type { RolloutTarget } from '../core/flux/rollout/step.ts';
import type { ObjectReference } from '../core/kubernetes/liveObject.ts';
import type { Refusal } from '../protocol.ts';

/** What has to run where, so that a rollout is over. */
export interface PlannedRollout {
  readonly usage: string;
  /** `backend-v0.0.6` */
  readonly version: string;
  readonly environment: string;
  readonly targets: readonly RolloutTarget[];
  /** The clone with the commit. */
  readonly folder: string;
}

/** A commit that a merge on GitHub made. */
export interface MergedCommit {
  readonly repository: string;
  readonly commit: string;
  /** The branch that it is on. */
  readonly base: string;
}

export interface DeployedManifests {
  readonly title: string;
  /** With the values of Secrets, for a comparison that masks them. */
  readonly manifests: string;
  /** Why there are none, or not all; ''. */
  readonly failure: string;
  /** The Flux Kustomizations that apply them. */
  readonly kustomizations: readonly ObjectReference[];
  readonly environments: readonly string[];
}

/** The line that names the object in the file that defines it; null where nothing in the workspace renders it. */
export const objectLocationRequest = new RequestType<{ reference: ObjectReference }, Location | null, void>(
  'gitopsCockpit/objectLocation',
);
/** The object that is written at a position, as the builds of the workspace render it; several where they render it differently. */
export const objectsAtRequest = new RequestType<{ uri: string; position: Position }, ObjectReference[], void>(
  'gitopsCockpit/objectsAt',
);
/** What a commit of any name, such as HEAD, says that has to run for an image. */
export const plannedRolloutRequest = new RequestType<{ usage: string; commit: string }, PlannedRollout | Refusal, void>(
  'gitopsCockpit/plannedRollout',
);
/** What a merge has changed; its commit is fetched where the clone does not have it. */
export const mergedRolloutsRequest = new RequestType<MergedCommit, readonly PlannedRollout[] | Refusal, void>(
  'gitopsCockpit/mergedRollouts',
);
export const deployedManifestsRequest = new RequestType<{ root: string }, DeployedManifests | Refusal, void>(
  'gitopsCockpit/deployedManifests',
);

/** An image as Git says it. */
export interface WantedImage {
  readonly usage: string;
  /** '' where there is none. */
  readonly environment: string;
  readonly kind: string;
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
  readonly reference: string;
  /** The Flux Kustomizations that deploy it. */
  readonly kustomizations: readonly ObjectReference[];
}

/** What runs instead of the image of a usage: `running backend-v0.0.4`. */
export interface RunningDifference {
  readonly usage: string;
  readonly text: string;
}

/** Every image that is known for certain and that Flux deploys. */
export const wantedImagesRequest = new RequestType0<WantedImage[], void>('gitopsCockpit/wantedImages');
