/** Suspends and resumes Flux objects, as the flux command line does: `spec.suspend`, owned by "flux", so that Git does not take it back at once. */
import { isSuspended } from '../core/flux/status.ts';
import type { LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import { nameOf, numberIn } from '../core/kubernetes/liveObject.ts';
import { firstLine } from '../core/kubernetes/conditionMessage.ts';
import type { ObjectStatus } from '../core/kubernetes/objectStatus.ts';
import { ClusterError } from '../clients/cluster/errors.ts';
import type { Cluster } from '../clients/cluster.ts';
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
  readonly sentence: string;
  readonly status: ObjectStatus;
}

/** Resolves when its controller has reconciled it: it does so by itself, as the specification has changed. */
export async function resume(live: LiveCluster, reference: ObjectReference, signal: AbortSignal): Promise<Resumed> {
  const object = await existing(live.cluster, reference, signal);
  const { generation = 0 } = isSuspended(object)
    ? (await live.cluster.patch(object, { spec: { suspend: null } }, signal)).metadata
    : object.metadata;
  return await live.until((tree) => {
    const { object: now, status } = tree.node(reference) ?? {};
    if (now === undefined || status === undefined || (now.metadata.generation ?? 0) < generation) return undefined;
    if (status.state === 'Ready' && (numberIn(now.status, 'observedGeneration') ?? generation) >= generation)
      return { ok: true, sentence: `${nameOf(reference)} is resumed and ready.`, status };
    if (status.state === 'Failed')
      return { ok: false, sentence: `${nameOf(reference)} is resumed, and fails: ${firstLine(status.message)}`, status };
    return undefined;
  }, signal);
}

async function existing(cluster: Cluster, reference: ObjectReference, signal: AbortSignal | undefined): Promise<LiveObject> {
  const object = await cluster.get(reference, signal);
  if (object === undefined) throw new ClusterError(`There is no ${nameOf(reference)} in this cluster.`);
  return object;
}
