/** Asks a controller of Flux for something, and tells what it makes of it until it has answered. */
import { followEvents } from '../clients/cluster/events.ts';
import type { ClusterEvent } from '../clients/cluster/events.ts';
import { firstLine } from '../core/kubernetes/conditionMessage.ts';
import type { LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import { nameOf } from '../core/kubernetes/liveObject.ts';
import type { ObjectStatus } from '../core/kubernetes/objectStatus.ts';
import type { LiveCluster } from './watchCluster.ts';

export type ControllerProgress =
  | { readonly type: 'requested'; readonly reference: ObjectReference }
  | { readonly type: 'status'; readonly reference: ObjectReference; readonly status: ObjectStatus }
  /** The cluster does not answer just now; it is waited for. */
  | { readonly type: 'interrupted'; readonly reference: ObjectReference; readonly message: string }
  | { readonly type: 'event'; readonly reference: ObjectReference; readonly event: ClusterEvent };

export interface WaitOptions {
  readonly signal: AbortSignal;
  readonly report?: (progress: ControllerProgress) => void;
  /** Five minutes unless told. */
  readonly timeoutMilliseconds?: number;
}

export interface Question<T> {
  readonly reference: ObjectReference;
  readonly ask: () => Promise<unknown>;
  /** The answer; undefined where the object does not hold it yet. */
  readonly answerIn: (object: LiveObject, status: ObjectStatus) => T | undefined;
}

export const TIMEOUT_MILLISECONDS = 300_000;

/** Waits until the signal says so. @throws ClusterError where the cluster refuses or the connection ends; the signal's reason */
export async function askController<T>(
  live: LiveCluster,
  { reference, ask, answerIn }: Question<T>,
  { signal, report = () => undefined }: Pick<WaitOptions, 'signal' | 'report'>,
): Promise<T> {
  const ended = new AbortController();
  const events = tellEvents(live, reference, report, AbortSignal.any([signal, ended.signal]));
  let told = '';
  const tell = (text: string, progress: ControllerProgress) => {
    if (text !== told) report(progress);
    told = text;
  };
  try {
    await ask();
    return await live.until((tree) => {
      const { interruption } = live;
      if (interruption !== undefined) {
        tell(interruption.message, { type: 'interrupted', reference, message: interruption.message });
        return undefined;
      }
      const { object, status } = tree.node(reference) ?? {};
      if (object === undefined || status === undefined) return undefined;
      tell(JSON.stringify(status), { type: 'status', reference, status });
      return answerIn(object, status);
    }, signal);
  } finally {
    ended.abort();
    await events;
  }
}

/** What is so when the time is over. `asked` says what was done to the object: `was asked to reconcile`. */
export function timeoutSentence(live: LiveCluster, reference: ObjectReference, asked: string, milliseconds: number): string {
  const { status } = live.tree.node(reference) ?? {};
  const name = nameOf(reference);
  const after = `after ${String(Math.round(milliseconds / 1000))} s`;
  if (live.interruption !== undefined) return `${live.interruption.message} ${name} ${asked}.`;
  if (status?.state === 'Progressing' && status.waitsFor?.what !== 'controller')
    return `${name} is still at it ${after}: ${firstLine(status.message)}`;
  return `${name} ${asked}, and its controller has not answered ${after}. See whether it runs with Check Flux.`;
}

/** Whoever may not read events sees the states alone. */
async function tellEvents(
  live: LiveCluster,
  reference: ObjectReference,
  report: (progress: ControllerProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const event of followEvents(live.cluster, reference, signal)) report({ type: 'event', reference, event });
  } catch {
    // Ended with the request, or not allowed.
  }
}
