/** How a pod is, and what its containers wait for. */
import { cleanMessage } from './conditionMessage.ts';
import type { LiveObject } from './liveObject.ts';
import { conditionOf, listIn, numberIn, textIn, valueAt } from './liveObject.ts';
import type { ObjectStatus } from './objectStatus.ts';
import { statusOf } from './objectStatus.ts';

/** Reasons of a waiting container that end by themselves. Any other one needs somebody. */
const ON_ITS_WAY = new Set(['', 'ContainerCreating', 'PodInitializing']);

export interface ContainerState {
  readonly name: string;
  /** As the pod's specification says. */
  readonly image: string;
  /** `sha256:…` of what the node really runs; '' where the node does not say. */
  readonly digest: string;
  /** Also of an init container that has ended well. */
  readonly ready: boolean;
  readonly restarts: number;
  /** True where its last lines tell why it does not run. */
  readonly crashed: boolean;
  readonly reason: string;
  readonly message: string;
}

export function podStatus(pod: LiveObject): ObjectStatus {
  const since = conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp;
  if (pod.metadata.deletionTimestamp !== undefined)
    return statusOf('Progressing', 'Terminating', 'It is ending.', { since: pod.metadata.deletionTimestamp });
  const phase = textIn(pod.status, 'phase');
  if (phase === 'Succeeded') return statusOf('Ready', 'Completed', 'It has run to its end.', { since });
  if (phase === 'Failed')
    return statusOf('Failed', textIn(pod.status, 'reason') || 'Failed', cleanMessage(textIn(pod.status, 'message')), { since });
  const states = containersOf(pod);
  const stuck = states.find(({ ready, reason }) => !ready && !ON_ITS_WAY.has(reason));
  if (stuck !== undefined) return statusOf('Failed', stuck.reason, stuckMessage(stuck), { since });
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False')
    return statusOf('Failed', scheduled.reason || 'Unschedulable', cleanMessage(scheduled.message), { since });
  if (conditionOf(pod, 'Ready')?.status === 'True') return statusOf('Ready', 'Running', '', { since });
  const waiting = states.filter(({ ready }) => !ready).map(({ name }) => name);
  const message = waiting.length === 0 ? '' : `${waiting.join(', ')} ${waiting.length === 1 ? 'is' : 'are'} not ready yet.`;
  return statusOf(phase === '' ? 'Unknown' : 'Progressing', phase, message, { since });
}

/** A pod that was evicted, or has run to its end, stays for a while and runs nothing any more. */
export function hasEnded(pod: LiveObject): boolean {
  return pod.kind === 'Pod' && ['Failed', 'Succeeded'].includes(textIn(pod.status, 'phase'));
}

/** Whether a pod has ended and its owner goes on without it: only the pods of jobs tell by their end how the job goes. */
export function isReplaced(pod: LiveObject, ownerKind: string): boolean {
  return ownerKind !== 'Job' && hasEnded(pod);
}

function stuckMessage({ name, message, restarts }: ContainerState): string {
  const text = message === '' ? `${name} does not run` : `${name}: ${message}`;
  return restarts > 0 ? `${text} (restarted ${String(restarts)} times)` : text;
}

/** The containers that run as long as the pod does, after those that must end before. Init containers that have ended well are left out. */
export function containersOf(pod: LiveObject): ContainerState[] {
  return containersIn(pod, (status) => !hasEndedWell(status));
}

/** All of them: an init container that has ended well has run. */
export function allContainersOf(pod: LiveObject): ContainerState[] {
  return containersIn(pod, () => true);
}

function containersIn(pod: LiveObject, isWanted: (initStatus: unknown) => boolean): ContainerState[] {
  const states = (field: string, statusField: string, isInit: boolean) => {
    const statuses = new Map(listIn(pod.status, statusField).map((status) => [textIn(status, 'name'), status]));
    return listIn(pod.spec, field).flatMap((container) => {
      const status = statuses.get(textIn(container, 'name'));
      const mustEnd = isInit && textIn(container, 'restartPolicy') !== 'Always';
      return mustEnd && !isWanted(status) ? [] : [containerState(container, status, mustEnd && hasEndedWell(status))];
    });
  };
  return [...states('initContainers', 'initContainerStatuses', true), ...states('containers', 'containerStatuses', false)];
}

function hasEndedWell(status: unknown): boolean {
  return valueAt(status, 'state', 'terminated', 'exitCode') === 0;
}

function containerState(container: unknown, status: unknown, isDone: boolean): ContainerState {
  const waiting = valueAt(status, 'state', 'waiting');
  const ended = valueAt(status, 'state', 'terminated');
  const before = valueAt(status, 'lastState', 'terminated');
  const reason = textIn(waiting, 'reason') || (ended === undefined ? '' : textIn(ended, 'reason') || 'Terminated');
  return {
    name: textIn(container, 'name'),
    image: textIn(container, 'image'),
    digest: /sha256:[0-9a-f]{64}$/.exec(textIn(status, 'imageID'))?.[0] ?? '',
    ready: isDone || valueAt(status, 'ready') === true,
    restarts: numberIn(status, 'restartCount') ?? 0,
    crashed: !isDone && (reason === 'CrashLoopBackOff' || ended !== undefined),
    reason,
    message: cleanMessage(textIn(waiting, 'message') || textIn(ended, 'message')) || exitText(ended ?? before),
  };
}

function exitText(ended: unknown): string {
  const code = numberIn(ended, 'exitCode');
  return code === undefined ? '' : `it ended with exit code ${String(code)} (${textIn(ended, 'reason') || 'Error'})`;
}
