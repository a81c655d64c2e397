/** How a rollout is: `kubectl rollout status` and kstatus, as one function for each kind of workload. */
import { cleanMessage } from './conditionMessage.ts';
import type { Condition, LiveObject } from './liveObject.ts';
import { conditionOf, conditionsOf, listIn, numberIn, textIn, valueAt } from './liveObject.ts';
import type { ObjectStatus } from './objectStatus.ts';
import { statusOf } from './objectStatus.ts';
import { podStatus } from './podStatus.ts';

const byKind: Readonly<Record<string, (object: LiveObject) => ObjectStatus>> = {
  Deployment: deploymentStatus,
  StatefulSet: statefulSetStatus,
  DaemonSet: daemonSetStatus,
  Job: jobStatus,
  CronJob: cronJobStatus,
  Pod: podStatus,
};

export function isWorkloadKind(kind: string): boolean {
  return Object.hasOwn(byKind, kind);
}

/** undefined for a kind that is no workload. */
export function workloadStatus(object: LiveObject): ObjectStatus | undefined {
  if (!isWorkloadKind(object.kind)) return undefined;
  if (object.kind !== 'Pod' && object.metadata.deletionTimestamp !== undefined)
    return statusOf('Progressing', 'Terminating', 'It is being deleted.', { since: object.metadata.deletionTimestamp });
  return byKind[object.kind]?.(object);
}

/** The specification of its pods; undefined for other kinds. */
function podTemplateOf(object: LiveObject): unknown {
  if (object.kind === 'Pod') return object.spec;
  if (object.kind === 'CronJob') return valueAt(object.spec, 'jobTemplate', 'spec', 'template', 'spec');
  return valueAt(object.spec, 'template', 'spec');
}

/** Images of its containers, those of init containers after them. */
export function imagesOf(object: LiveObject): { readonly container: string; readonly image: string }[] {
  const template = podTemplateOf(object);
  return (['containers', 'initContainers'] as const).flatMap((field) =>
    listIn(template, field).map((container) => ({ container: textIn(container, 'name'), image: textIn(container, 'image') })),
  );
}

/** What a rollout has reached so far. */
interface Rollout {
  readonly wanted: number;
  readonly updated: number;
  readonly available: number;
  /** Pods of earlier versions that are still there. */
  readonly old: number;
}

const NOT_SEEN = 'It was changed, and its controller has not looked at that yet.';

function isUnseen({ metadata: { generation }, status }: LiveObject): boolean {
  return generation !== undefined && (numberIn(status, 'observedGeneration') ?? 0) < generation;
}

function deploymentStatus(object: LiveObject): ObjectStatus {
  const { status, spec } = object;
  const updated = numberIn(status, 'updatedReplicas') ?? 0;
  const progressing = conditionOf(object, 'Progressing');
  const since = progressing?.lastTransitionTime;
  if (isUnseen(object)) return statusOf('Progressing', '', NOT_SEEN, { waitsFor: { what: 'controller', name: '' } });
  // The controller of deployments cannot make pods: quota, admission, a missing account.
  const refused = conditionOf(object, 'ReplicaFailure');
  if (refused?.status === 'True') return failed(refused);
  const rollout: Rollout = {
    wanted: numberIn(spec, 'replicas') ?? 1,
    updated,
    available: numberIn(status, 'availableReplicas') ?? 0,
    old: Math.max(0, (numberIn(status, 'replicas') ?? 0) - updated),
  };
  if (!isOver(rollout) && progressing?.reason === 'ProgressDeadlineExceeded') return failed(progressing);
  if (!isOver(rollout) && valueAt(spec, 'paused') === true)
    return statusOf('Suspended', 'Paused', `Its rollout is paused: ${rolloutText(rollout)}.`, { since });
  return rolloutStatus(rollout, since);
}

function statefulSetStatus(object: LiveObject): ObjectStatus {
  const { status, spec } = object;
  if (isUnseen(object)) return statusOf('Progressing', '', NOT_SEEN, { waitsFor: { what: 'controller', name: '' } });
  const wanted = numberIn(spec, 'replicas') ?? 1;
  const ready = numberIn(status, 'availableReplicas') ?? numberIn(status, 'readyReplicas') ?? 0;
  const isCurrent = textIn(status, 'updateRevision') === textIn(status, 'currentRevision');
  const updated = isCurrent ? Math.min(wanted, numberIn(status, 'replicas') ?? 0) : (numberIn(status, 'updatedReplicas') ?? 0);
  const kept = numberIn(spec, 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  // With OnDelete, or below the partition, pods keep their version until somebody says so.
  const keeps = textIn(spec, 'updateStrategy', 'type') === 'OnDelete' || updated >= Math.max(0, wanted - kept);
  return rolloutStatus({ wanted, updated: keeps ? wanted : updated, available: ready, old: 0 }, undefined);
}

function daemonSetStatus(object: LiveObject): ObjectStatus {
  const { status, spec } = object;
  if (isUnseen(object)) return statusOf('Progressing', '', NOT_SEEN, { waitsFor: { what: 'controller', name: '' } });
  const wanted = numberIn(status, 'desiredNumberScheduled') ?? 0;
  const keeps = textIn(spec, 'updateStrategy', 'type') === 'OnDelete';
  const updated = keeps ? wanted : (numberIn(status, 'updatedNumberScheduled') ?? 0);
  return rolloutStatus({ wanted, updated, available: numberIn(status, 'numberAvailable') ?? 0, old: 0 }, undefined);
}

function jobStatus(object: LiveObject): ObjectStatus {
  const ended = conditionsOf(object).find(({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'));
  if (ended?.type === 'Failed') return failed(ended);
  if (ended !== undefined) return statusOf('Ready', 'Completed', '', { since: ended.lastTransitionTime });
  if (valueAt(object.spec, 'suspend') === true) return statusOf('Suspended', 'Suspended', '');
  const active = numberIn(object.status, 'active') ?? 0;
  const since = textIn(object.status, 'startTime') || undefined;
  return statusOf('Progressing', 'Running', `${String(active)} ${active === 1 ? 'pod runs' : 'pods run'}`, { since });
}

function cronJobStatus(object: LiveObject): ObjectStatus {
  if (valueAt(object.spec, 'suspend') === true) return statusOf('Suspended', 'Suspended', '');
  const since = textIn(object.status, 'lastScheduleTime') || undefined;
  return statusOf('Ready', 'Scheduled', since === undefined ? 'It has not run yet.' : '', { since });
}

function isOver({ wanted, updated, available, old }: Rollout): boolean {
  return updated >= wanted && available >= wanted && old === 0;
}

function rolloutStatus(rollout: Rollout, since: string | undefined): ObjectStatus {
  if (isOver(rollout)) return statusOf('Ready', '', `${String(rollout.available)}/${String(rollout.wanted)} ready`, { since });
  return statusOf('Progressing', '', rolloutText(rollout), { since, waitsFor: { what: 'rollout', name: '' } });
}

function rolloutText({ wanted, updated, available, old }: Rollout): string {
  const ready = `${String(Math.min(available, wanted))}/${String(wanted)} ready`;
  if (updated < wanted) return `${ready}, ${String(updated)} of ${String(wanted)} updated`;
  return old > 0 ? `${ready}, ${String(old)} of the version before ${old === 1 ? 'is' : 'are'} still ending` : ready;
}

function failed({ reason, message, lastTransitionTime }: Condition): ObjectStatus {
  return statusOf('Failed', reason, cleanMessage(message), { since: lastTransitionTime });
}
