/** Kubernetes events of an object: what controllers did with it, in their words. */
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { numberIn, textIn } from '../../core/kubernetes/liveObject.ts';
import { cleanMessage } from '../../core/kubernetes/conditionMessage.ts';
import type { Cluster } from '../cluster.ts';
import { listResource } from './watch.ts';

export interface ClusterEvent {
  readonly warning: boolean;
  readonly reason: string;
  readonly message: string;
  /** ISO time of the last of them. */
  readonly time: string;
  readonly count: number;
}

const EVENTS = { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/** Those from now on. Ends with the signal, and where the user may not read events. */
export async function* followEvents(
  cluster: Cluster,
  reference: ObjectReference,
  signal: AbortSignal,
): AsyncGenerator<ClusterEvent> {
  for await (const event of cluster.watch(EVENTS, scopeOf(reference), signal))
    if (event.type === 'changed') yield clusterEvent(event.object);
}

/** Those that the cluster still has, oldest first. */
export async function eventsOf(cluster: Cluster, reference: ObjectReference, signal?: AbortSignal): Promise<ClusterEvent[]> {
  const events = await listResource(cluster.connection, EVENTS, scopeOf(reference), signal);
  return events.map(clusterEvent).sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

function scopeOf({ kind, namespace, name }: ObjectReference) {
  return {
    // Events of objects that belong to no namespace are written to the default one.
    namespace: namespace === '' ? 'default' : namespace,
    fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}`,
  };
}

function clusterEvent(event: unknown): ClusterEvent {
  return {
    warning: textIn(event, 'type') === 'Warning',
    reason: textIn(event, 'reason'),
    message: cleanMessage(textIn(event, 'message')),
    time:
      textIn(event, 'lastTimestamp') ||
      textIn(event, 'series', 'lastObservedTime') ||
      textIn(event, 'eventTime') ||
      textIn(event, 'metadata', 'creationTimestamp'),
    count: numberIn(event, 'count') ?? numberIn(event, 'series', 'count') ?? 1,
  };
}
