/** From an object of a cluster to what applied it, and to the source that came from. */
import type { Cluster } from '../clients/cluster.ts';
import { inventoryOf } from '../core/flux/inventory.ts';
import { HELM_GROUP, isFluxGroup, KUSTOMIZE_GROUP } from '../core/flux/kinds.ts';
import { parentOf } from '../core/flux/parentOf.ts';
import { fluxStatus } from '../core/flux/status.ts';
import type { LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import { groupOf, idOf, referenceTo } from '../core/kubernetes/liveObject.ts';
import type { ObjectStatus } from '../core/kubernetes/objectStatus.ts';
import { workloadStatus } from '../core/kubernetes/workloadStatus.ts';

export interface TraceLink {
  readonly reference: ObjectReference;
  /** undefined where the object is not in the cluster. */
  readonly object: LiveObject | undefined;
  /** undefined where it has no status that is known here. */
  readonly status: ObjectStatus | undefined;
}

/** A cycle of owners is not possible, but a cluster can say anything. */
const LONGEST_TRACE = 10;

/** The object first, the source last. Only the object where Flux has nothing to do with it. */
export async function traceObject(cluster: Cluster, reference: ObjectReference, signal?: AbortSignal): Promise<TraceLink[]> {
  const links: TraceLink[] = [];
  let next: ObjectReference | undefined = reference;
  while (next !== undefined && links.length < LONGEST_TRACE) {
    const object: LiveObject | undefined = await cluster.get(next, signal);
    links.push({ reference: next, object, status: object === undefined ? undefined : statusOf(object) });
    next =
      object === undefined
        ? undefined
        : (parentOf(object) ?? (links.length === 1 ? await ownerByInventory(cluster, object, signal) : undefined));
  }
  return links;
}

function statusOf(object: LiveObject): ObjectStatus | undefined {
  return isFluxGroup(groupOf(object.apiVersion)) ? fluxStatus(object) : workloadStatus(object);
}

/** Objects can be applied without labels; the inventories name them all the same. */
async function ownerByInventory(
  cluster: Cluster,
  object: LiveObject,
  signal: AbortSignal | undefined,
): Promise<ObjectReference | undefined> {
  if (isFluxGroup(groupOf(object.apiVersion))) return undefined;
  const id = idOf(referenceTo(object));
  for (const [group, kind] of [
    [KUSTOMIZE_GROUP, 'Kustomization'],
    [HELM_GROUP, 'HelmRelease'],
  ] as const) {
    const owner = (await cluster.list(group, kind, signal)).find((one) => inventoryOf(one).some((entry) => idOf(entry) === id));
    if (owner !== undefined) return referenceTo(owner);
  }
  return undefined;
}
