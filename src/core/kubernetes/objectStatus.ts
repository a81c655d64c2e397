/** How an object of a cluster is, in the five words of Flux. */

export type State = 'Ready' | 'Progressing' | 'Failed' | 'Suspended' | 'Unknown';

export interface ObjectStatus {
  readonly state: State;
  /** The word that the cluster uses: `ReconciliationSucceeded`, `HealthCheckFailed`, `ImagePullBackOff`. '' where it says none. */
  readonly reason: string;
  /** Text to be shown as it is, never as markdown. */
  readonly message: string;
  /** What is applied, fetched or released, as Flux writes it; '' where nothing is yet. */
  readonly revision: string;
  /** What was tried last, where that is not what is applied; else ''. */
  readonly attempted: string;
  /** When this state began, as the cluster says. */
  readonly since: string | undefined;
  readonly waitsFor: WaitsFor | undefined;
}

export interface WaitsFor {
  readonly what: 'dependency' | 'source' | 'health check' | 'controller' | 'retry' | 'rollout';
  /** `flux-system/infra`, `Deployment dev/shop`; '' where the cluster names nothing. */
  readonly name: string;
}

/** A status with the usual rest. */
export function statusOf(
  state: State,
  reason: string,
  message: string,
  rest: Partial<Omit<ObjectStatus, 'state' | 'reason' | 'message'>> = {},
): ObjectStatus {
  return { state, reason, message, revision: '', attempted: '', since: undefined, waitsFor: undefined, ...rest };
}
