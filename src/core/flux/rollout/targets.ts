/** What to look for in a cluster, for images of a repository. */
import type { ClusterTree } from '../clusterTree.ts';
import type { PlacedImage } from '../../inventory/inventory.ts';
import type { ObjectReference } from '../../kubernetes/liveObject.ts';
import { FLUX_KINDS, KUSTOMIZE_GROUP, WORKLOAD_KINDS } from '../kinds.ts';
import type { RolloutTarget } from './step.ts';

/**
 * One target for each Flux Kustomization and reference. Images that cannot be known, and those that no Flux Kustomization deploys, have none.
 * `branches` are those of the remote that have the commit.
 */
export function rolloutTargets(
  images: readonly PlacedImage[],
  commit: string,
  branches: RolloutTarget['branches'],
): RolloutTarget[] {
  const targets = new Map<string, RolloutTarget & { readonly workloads: ObjectReference[] }>();
  for (const { root, usage } of images) {
    if (usage.status !== 'exact' || usage.reference === '') continue;
    for (const { namespace, name } of root.deployedBy) {
      const key = JSON.stringify([namespace, name, usage.reference]);
      const kustomization = { group: KUSTOMIZE_GROUP, kind: 'Kustomization', namespace: namespace || 'flux-system', name };
      const target = targets.get(key) ?? { kustomization, commit, branches, image: usage.reference, workloads: [] };
      targets.set(key, target);
      const workload = workloadOf(usage);
      if (workload !== undefined && !target.workloads.some((one) => isSame(one, workload))) target.workloads.push(workload);
    }
  }
  return [...targets.values()];
}

/** undefined for kinds that are not followed: their pods are found by their image. */
function workloadOf({ kind, namespace, workload }: PlacedImage['usage']): ObjectReference | undefined {
  const known = [...WORKLOAD_KINDS, ...FLUX_KINDS].find((one) => one.kind === kind);
  return known === undefined ? undefined : { ...known, namespace: namespace || 'default', name: workload };
}

function isSame(a: ObjectReference, b: ObjectReference): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** A repository can deploy to several clusters: of the targets, those that this one has; all where it has none of them, which may be to come. */
export function targetsIn(tree: ClusterTree, targets: readonly RolloutTarget[]): readonly RolloutTarget[] {
  const present = targets.filter(({ kustomization }) => tree.node(kustomization) !== undefined);
  return present.length > 0 ? present : targets;
}
