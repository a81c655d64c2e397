/** Suspends and resumes Flux objects, as the flux command line does: `spec.suspend`, owned by "flux", so that Git does not take it back at once. */
import { isSuspended } from '../core/flux/status.ts';
import type { LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import { nameOf, numberIn } from '../core/kubernetes/liveObject.ts';
import { firstLine } from '../core/kubernetes/conditionMessage.ts';
import type { ObjectStatus } from '../core/kubernetes/objectStatus.ts';
import { ClusterError } from '../clients/cluster/errors.ts';
import type { Cluster } from '../clients/cluster.ts';
import type { WaitOptions } from './askController.ts';
import { askController, timeoutSentence, TIMEOUT_MILLISECONDS } from './askController.ts';
import type { LiveCluster } from './watchCluster.ts';

/** False where it was suspended before. @throws ClusterError where there is no such object, or the cluster refuses */
export async function suspend(cluster: Cluster, reference: ObjectReference, signal?: AbortSignal): Promise<boolean> {
  const object = await existing(cluster, reference, signal);
  if (isSuspended(object)) return false;
  await cluster.patch(object, { spec: { suspend: true } }, signal);
  return true;
}

export interface Resumed {
  readonly ok: boolean;
  /** What is so now. */
  readonly sentence: string;
}

/**
 * Resolves when its controller has reconciled it: it does so by itself, as the specification has changed.
 * @throws ClusterError where the cluster refuses or the connection ends; the signal's reason
 */
export async function resume(live: LiveCluster, reference: ObjectReference, options: WaitOptions): Promise<Resumed> {
  const started = performance.now();
  const timeout = AbortSignal.timeout(options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS);
  const signal = AbortSignal.any([options.signal, timeout]);
  const name = nameOf(reference);
  let generation = 0;
  const ask = async () => {
    const object = await existing(live.cluster, reference, signal);
    const { metadata } = isSuspended(object) ? await live.cluster.patch(object, { spec: { suspend: null } }, signal) : object;
    generation = metadata.generation ?? 0;
  };
  const answerIn = ({ metadata, status: written }: LiveObject, { state, message }: ObjectStatus) => {
    if ((metadata.generation ?? 0) < generation) return undefined;
    if (state === 'Ready' && (numberIn(written, 'observedGeneration') ?? generation) >= generation)
      return { ok: true, sentence: `${name} is resumed and ready.` };
    return state === 'Failed' ? { ok: false, sentence: `${name} is resumed, and fails: ${firstLine(message)}` } : undefined;
  };
  try {
    return await askController(live, { reference, ask, answerIn }, { ...options, signal });
  } catch (error) {
    options.signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    return { ok: false, sentence: timeoutSentence(live, reference, 'is resumed', performance.now() - started) };
  }
}

async function existing(cluster: Cluster, reference: ObjectReference, signal: AbortSignal | undefined): Promise<LiveObject> {
  const object = await cluster.get(reference, signal);
  if (object === undefined) throw new ClusterError(`There is no ${nameOf(reference)} in this cluster.`);
  return object;
}
