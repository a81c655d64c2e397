/**
 * What the status of a Flux object means (test-cluster.md, section 6). Works for all versions of the API from v1beta1 on: they differ in fields
 * that are read where they are.
 */
import type { Condition, LiveObject } from '../kubernetes/liveObject.ts';
import { conditionOf, numberIn, textIn, valueAt } from '../kubernetes/liveObject.ts';
import type { ObjectStatus, WaitsFor } from '../kubernetes/objectStatus.ts';
import { statusOf } from '../kubernetes/objectStatus.ts';
import { cleanMessage, resourcesIn } from '../kubernetes/conditionMessage.ts';
import { attemptedRevisionOf, revisionOf } from './objectRevision.ts';
import { REQUESTED_AT } from './requestedAt.ts';

/** An object as it was before, and what was made of it. */
export interface Previous {
  readonly object: LiveObject | undefined;
  readonly status: ObjectStatus | undefined;
}

/**
 * While a failed object is tried again as it was, its conditions say Progressing for a moment. Whoever gives the state before sees the failure until
 * the attempt has ended.
 */
export function fluxStatus(object: LiveObject, previous?: Previous): ObjectStatus {
  const ready = conditionOf(object, 'Ready');
  const rest = {
    revision: revisionOf(object),
    attempted: attemptedRevisionOf(object),
    since: ready?.lastTransitionTime ?? object.metadata.creationTimestamp,
  };
  if (object.metadata.deletionTimestamp !== undefined)
    return statusOf('Progressing', 'Terminating', 'It is being deleted.', { ...rest, since: object.metadata.deletionTimestamp });
  if (isSuspended(object)) {
    const message = ready === undefined ? 'It was suspended before its first reconciliation.' : cleanMessage(ready.message);
    return statusOf('Suspended', ready?.reason ?? '', message, rest);
  }
  if (isStatic(object)) return statusOf('Ready', '', 'It is read when a chart is pulled.', rest);
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True') {
    // After a resume, the failure is that of before until its controller has looked.
    return isOutdated(object, stalled.observedGeneration)
      ? outdated(rest)
      : statusOf('Failed', stalled.reason, cleanMessage(stalled.message), rest);
  }
  if (ready === undefined) return unseen(rest);
  switch (ready.status) {
    case 'True':
      return readyStatus(object, ready, rest);
    case 'False':
      return failedStatus(object, ready, rest);
    case 'Unknown':
      return progressingStatus(object, ready, rest, previous);
    default:
      // No status that Kubernetes knows.
      return statusOf('Unknown', ready.reason, cleanMessage(ready.message), rest);
  }
}

/** Suspension shows in the spec alone: a suspended object stays Ready, and even answers requests without doing anything. */
export function isSuspended(object: LiveObject): boolean {
  return valueAt(object.spec, 'suspend') === true;
}

type Rest = Pick<ObjectStatus, 'revision' | 'attempted' | 'since'>;

function unseen(rest: Rest): ObjectStatus {
  const message = 'Its controller has not looked at it yet.';
  return statusOf('Unknown', '', message, { ...rest, waitsFor: { what: 'controller', name: '' } });
}

/** Repositories of OCI charts have no reconciler, so they have no conditions either. */
function isStatic(object: LiveObject): boolean {
  return object.kind === 'HelmRepository' && textIn(object.spec, 'type') === 'oci';
}

function readyStatus(object: LiveObject, ready: Condition, rest: Rest): ObjectStatus {
  if (isOutdated(object, ready.observedGeneration ?? numberIn(object.status, 'observedGeneration'))) return outdated(rest);
  if (conditionOf(object, 'Reconciling')?.status === 'True') return progressingStatus(object, ready, rest, undefined);
  return statusOf('Ready', ready.reason, cleanMessage(ready.message), rest);
}

/** `status.observedGeneration` stays behind while an object fails; the condition's own does not, in the kinds that have one. */
function isOutdated({ metadata: { generation } }: LiveObject, observed: number | undefined): boolean {
  return generation !== undefined && observed !== undefined && observed < generation;
}

function outdated(rest: Rest): ObjectStatus {
  const message = 'It was changed, and its controller has not looked at that yet.';
  return statusOf('Progressing', 'Progressing', message, { ...rest, waitsFor: { what: 'controller', name: '' } });
}

function failedStatus(object: LiveObject, ready: Condition, rest: Rest): ObjectStatus {
  const message = cleanMessage(ready.message);
  if (isOutdated(object, ready.observedGeneration ?? numberIn(object.status, 'lastAttemptedGeneration'))) return outdated(rest);
  const waitsFor = waitingOnAnother(object, ready.reason, message);
  // What waits for another object has not failed: that one has, or is on its way.
  if (waitsFor !== undefined) return statusOf('Progressing', ready.reason, message, { ...rest, waitsFor });
  const [unhealthy] = ready.reason === 'HealthCheckFailed' ? resourcesIn(message) : [];
  const retry = conditionOf(object, 'Reconciling')?.status === 'True';
  return statusOf('Failed', ready.reason, message, {
    ...rest,
    waitsFor:
      unhealthy === undefined
        ? retry
          ? { what: 'retry', name: '' }
          : undefined
        : { what: 'health check', name: `${unhealthy.kind} ${unhealthy.namespace}/${unhealthy.name}` },
  });
}

/** undefined where the object that is named does not exist: nothing will come of waiting. */
function waitingOnAnother(object: LiveObject, reason: string, message: string): WaitsFor | undefined {
  if (reason === 'DependencyNotReady') {
    const [, name = ''] = /dependency '([^']+)'/.exec(message) ?? [];
    return /'[^']+' not found/.test(message) ? undefined : { what: 'dependency', name };
  }
  const source = { what: 'source', name: sourceNameOf(object) } as const;
  if (reason === 'HelmChartNotReady') return source;
  if (reason === 'SourceNotReady') return waitingOnSource(message, source);
  if (reason === 'ArtifactFailed' && /^source artifact not found, retrying/i.test(message)) return source;
  return undefined;
}

/**
 * `HelmChart 'flux-system/dev-db' is not ready: does not have an artifact` names what is waited for: a chart of the release's own, where it has one. Any
 * other words behind the colon are those with which that object has failed.
 */
function waitingOnSource(message: string, source: WaitsFor): WaitsFor | undefined {
  const [, kind, name, why = ''] = /^(\w+) '(?:[^/']+\/)?([^']+)' is not ready(?:: (.*))?/s.exec(message) ?? [];
  if (kind === undefined || name === undefined) return source;
  const isOnItsWay = ['', 'does not have an artifact', 'latest generation of object has not been reconciled'].includes(why);
  return isOnItsWay ? { what: 'source', name: `${kind}/${name}` } : undefined;
}

/** `GitRepository/flux-system` as the object refers to it; '' where it refers to none. */
function sourceNameOf(object: LiveObject): string {
  const reference =
    valueAt(object.spec, 'sourceRef') ?? valueAt(object.spec, 'chartRef') ?? valueAt(object.spec, 'chart', 'spec', 'sourceRef');
  const name = textIn(reference, 'name');
  return name === '' ? '' : `${textIn(reference, 'kind') || 'GitRepository'}/${name}`;
}

function progressingStatus(object: LiveObject, ready: Condition, rest: Rest, previous: Previous | undefined): ObjectStatus {
  const failure = previous?.object !== undefined && isRetry(object, previous.object) ? previous.status : undefined;
  if (failure?.state === 'Failed') return { ...failure, ...rest, since: failure.since, waitsFor: { what: 'retry', name: '' } };
  const reconciling = conditionOf(object, 'Reconciling');
  const phase = cleanMessage(reconciling?.status === 'True' ? reconciling.message : ready.message);
  const isKnown = ready.status !== 'Unknown' || ready.reason === 'Progressing' || reconciling?.status === 'True';
  return statusOf(isKnown ? 'Progressing' : 'Unknown', reconciling?.reason ?? ready.reason, phase, {
    ...rest,
    since: reconciling?.lastTransitionTime ?? rest.since,
    waitsFor: /^running health checks/i.test(phase) ? { what: 'health check', name: '' } : undefined,
  });
}

/** The same specification and revision once more, and nobody asked for it. */
function isRetry(now: LiveObject, before: LiveObject): boolean {
  return (
    now.metadata.generation === before.metadata.generation &&
    [undefined, textIn(now.status, 'lastHandledReconcileAt')].includes(now.metadata.annotations?.[REQUESTED_AT]) &&
    phaseRevision(now) === phaseRevision(before)
  );
}

/** `Building manifests for revision main@sha1:… with a timeout of 1m0s` */
function phaseRevision(object: LiveObject): string {
  return / for revision (\S+)/.exec(conditionOf(object, 'Reconciling')?.message ?? '')?.[1] ?? '';
}
