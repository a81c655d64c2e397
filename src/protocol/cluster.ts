/**
 * The messages between the editor and the cluster server, a process of its own that follows clusters once somebody has connected. Texts are plain:
 * whoever shows them as markdown escapes them.
 */
import { NotificationType, NotificationType0, ProgressType, RequestType, RequestType0 } from 'vscode-languageserver-protocol';
import type { RolloutTarget } from '../core/flux/rollout/step.ts';
import type { ObjectReference } from '../core/kubernetes/liveObject.ts';
import type { State } from '../core/kubernetes/objectStatus.ts';
import type { PlannedRollout, RunningDifference, WantedImage } from './objects.ts';

/** What the cluster, the kubeconfig or the network says, as a sentence for the user. */
export const CLUSTER_ERROR = 1001;

/** An object of a cluster that is connected. */
export interface ObjectInContext {
  readonly context: string;
  readonly reference: ObjectReference;
}

export interface ContextChoice {
  readonly name: string;
  readonly server: string;
  readonly user: string;
  /** What `kubectl config current-context` says. */
  readonly isCurrent: boolean;
  readonly isConnected: boolean;
}

export interface ConnectedContext {
  readonly name: string;
  /** following: up to date. interrupted: connects again by itself. ended: does not follow any more. */
  readonly state: 'following' | 'interrupted' | 'ended';
  /** Why it is not followed just now; ''. */
  readonly problem: string;
}

export interface ClusterRow {
  /** Unique in all contexts, and the same as long as the object has its name. */
  readonly id: string;
  readonly context: string;
  /** undefined for the context itself, and for what says something about it. */
  readonly reference: ObjectReference | undefined;
  readonly kind: 'context' | 'object' | 'notice' | 'rollout' | 'step';
  readonly label: string;
  readonly description: string;
  /** undefined where nothing is known but that it was applied. */
  readonly state: State | undefined;
  /** Reads as a sentence. */
  readonly accessibleLabel: string;
  /** Lines of the tooltip: a word, and what it says. */
  readonly details: readonly (readonly [string, string])[];
  readonly hasChildren: boolean;
  readonly opensAtFirst: boolean;
  /** Words that say what can be done with it. */
  readonly abilities: readonly Ability[];
}

export type Ability = 'live' | 'reconcile' | 'withSource' | 'suspend' | 'resume' | 'logs';

/** A Flux object to choose from. */
export interface ObjectChoice extends ObjectInContext {
  readonly label: string;
  readonly description: string;
}

export interface Outcome {
  readonly ok: boolean;
  readonly sentence: string;
}

export interface RolloutOutcome extends Outcome {
  /** What the sentence is about, for its events and logs. */
  readonly about: ObjectReference | undefined;
}

export interface RolloutParams {
  readonly context: string;
  readonly targets: readonly RolloutTarget[];
  /** The clone with the commit's history. */
  readonly folder: string;
  /** How sentences call the place: the environment. */
  readonly place: string;
  /** Asks Flux to look now. */
  readonly reconcile: boolean;
  /** When it was merged, in milliseconds since 1970; null where that is not what is waited for. */
  readonly mergedAt: number | null;
  /** Its number among those that are followed together. */
  readonly unit: number;
}

/** Where a rollout is just now, in one of the clusters of its environment. */
export interface RolloutNow {
  readonly context: string;
  /** Whether all of it runs. */
  readonly runs: boolean;
  /** `fetched`, `rolling out 1/2`: the step that is not done. */
  readonly step: string;
  /** What that waits for; ''. */
  readonly why: string;
  /** Whether the cluster says that it does not work. */
  readonly fails: boolean;
}

/** How far a rollout is, as text. */
export interface RolloutProgress {
  readonly unit: number;
  readonly runs: boolean;
  /** `rolling out 1/2` */
  readonly short: string;
  /** `pushed ✓ · fetched ✓ 4 s · applied ✓ 9 s · rolling out 1/2 · running –` */
  readonly steps: string;
}

export interface ObjectComparison {
  readonly label: string;
  readonly change: 'same' | 'changed' | 'added' | 'removed' | 'refused';
  readonly before: string;
  readonly after: string;
  readonly note: string;
}

/** A part of a text about a cluster that can be read. */
export type ClusterText = 'manifest' | 'events' | 'logs';

export const contextsRequest = new RequestType0<
  { readonly contexts: readonly ContextChoice[]; readonly problems: readonly string[] },
  void
>('gitopsCockpit/cluster/contexts');
/** Answers when the cluster has been listed. */
export const connectRequest = new RequestType<
  { readonly context: string; readonly fluxNamespace: string; readonly namespaces: readonly string[] },
  void,
  void
>('gitopsCockpit/cluster/connect');
export const disconnectRequest = new RequestType<{ readonly context: string }, void, void>('gitopsCockpit/cluster/disconnect');
export const connectedRequest = new RequestType0<readonly ConnectedContext[], void>('gitopsCockpit/cluster/connected');
/** The rows below each of the parents; null stands for what is above all. */
export const clusterRowsRequest = new RequestType<
  { readonly parents: readonly (string | null)[]; readonly failingOnly: boolean },
  readonly (readonly ClusterRow[])[],
  void
>('gitopsCockpit/cluster/rows');
/** The Flux objects that something can be done with. */
export const choicesRequest = new RequestType<{ readonly ability: Ability }, readonly ObjectChoice[], void>(
  'gitopsCockpit/cluster/choices',
);
/** Ends with what is so, not with "requested". */
export const reconcileRequest = new RequestType<
  ObjectInContext & { readonly withSource: boolean; readonly progress: string },
  Outcome,
  void
>('gitopsCockpit/cluster/reconcile');
export const suspendRequest = new RequestType<ObjectInContext, Outcome, void>('gitopsCockpit/cluster/suspend');
export const resumeRequest = new RequestType<ObjectInContext & { readonly progress: string }, Outcome, void>(
  'gitopsCockpit/cluster/resume',
);
export const verifyRequest = new RequestType<RolloutParams & { readonly progress: string }, RolloutOutcome, void>(
  'gitopsCockpit/cluster/verify',
);
/** For each of the rollouts, the connected clusters of its environment. Nothing is waited for. */
export const rolloutsNowRequest = new RequestType<
  {
    readonly rollouts: readonly Pick<PlannedRollout, 'environment' | 'targets' | 'folder'>[];
    readonly contexts: Readonly<Record<string, readonly string[]>>;
  },
  readonly (readonly RolloutNow[])[],
  void
>('gitopsCockpit/cluster/rolloutsNow');
/** null where there is no such object. */
export const clusterTextRequest = new RequestType<ObjectInContext & { readonly what: ClusterText }, string | null, void>(
  'gitopsCockpit/cluster/text',
);
export const checkFluxRequest = new RequestType<{ readonly context: string }, string, void>('gitopsCockpit/cluster/checkFlux');
/** From the object to its source. */
export const traceRequest = new RequestType<ObjectInContext, readonly (ObjectChoice & { readonly exists: boolean })[], void>(
  'gitopsCockpit/cluster/trace',
);
export const compareRequest = new RequestType<
  { readonly context: string; readonly manifests: string; readonly kustomization: ObjectReference | null },
  readonly ObjectComparison[],
  void
>('gitopsCockpit/cluster/compare');

/** Rows or connections may have changed; asked again by whoever shows some. */
export const clusterChangedNotification = new NotificationType0('gitopsCockpit/cluster/changed');
export const progressType = new ProgressType<string>();
export const rolloutProgressType = new ProgressType<RolloutProgress>();

/** What Git says has to run; it stays until the next one. */
export const wantedImagesNotification = new NotificationType<{ readonly images: readonly WantedImage[] }>(
  'gitopsCockpit/cluster/wantedImages',
);
/** Where something else runs. `contexts`: those of each environment, as the user has set them. */
export const runningRequest = new RequestType<
  { readonly contexts: Readonly<Record<string, readonly string[]>> },
  readonly RunningDifference[],
  void
>('gitopsCockpit/cluster/running');
