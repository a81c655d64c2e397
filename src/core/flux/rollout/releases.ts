/** Helm releases on the way of a commit. */
import { firstLine } from '../../kubernetes/conditionMessage.ts';
import { nameOf } from '../../kubernetes/liveObject.ts';
import { imagesOf, isWorkloadKind } from '../../kubernetes/workloadStatus.ts';
import type { ClusterNode, ClusterTree } from '../clusterTree.ts';
import { inventoryOf } from '../inventory.ts';
import { HELM_GROUP } from '../kinds.ts';
import type { RolloutStep, RolloutStepName, RolloutTarget } from './step.ts';
import { step } from './step.ts';

/** The Helm releases that the Kustomization applied; those of the target, where it names any. */
export function releasesOf({ object }: ClusterNode, tree: ClusterTree, target: RolloutTarget): ClusterNode[] {
  const named = target.workloads.filter(({ group }) => group === HELM_GROUP);
  const references =
    target.workloads.length > 0
      ? named
      : object === undefined
        ? []
        : inventoryOf(object).filter(({ group }) => group === HELM_GROUP);
  return references.flatMap((reference) => tree.node(reference) ?? []);
}

/** undefined where the release is done. */
export function releaseStep(name: RolloutStepName, { reference, status }: ClusterNode): RolloutStep | undefined {
  const release = nameOf(reference);
  switch (status?.state) {
    case 'Ready':
      return undefined;
    case 'Suspended':
      return step(name, 'blocked', `${release} is suspended`, reference);
    case 'Failed':
      return step(name, 'failing', `${release}: ${firstLine(status.message)}`, reference);
    default:
      return step(name, 'waiting', `${release}: ${firstLine(status?.message ?? '')}`, reference);
  }
}

/** Whether a release that is not done has put the image into one of its workloads. */
export function isRollingOut(release: ClusterNode, tree: ClusterTree, target: RolloutTarget): boolean {
  if (release.status?.state !== 'Progressing') return false;
  return tree
    .children(release)
    .some(
      ({ reference, object }) =>
        object !== undefined && isWorkloadKind(reference.kind) && imagesOf(object).some(({ image }) => image === target.image),
    );
}
