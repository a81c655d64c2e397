/** The workloads of a rollout, and their pods. */
import { repositoryKey } from '../../oci/imageReference.ts';
import { firstLine } from '../../kubernetes/conditionMessage.ts';
import type { ObjectReference } from '../../kubernetes/liveObject.ts';
import { nameOf, numberIn } from '../../kubernetes/liveObject.ts';
import type { ContainerState } from '../../kubernetes/podStatus.ts';
import { allContainersOf, isReplaced } from '../../kubernetes/podStatus.ts';
import { imagesOf, isWorkloadKind } from '../../kubernetes/workloadStatus.ts';
import type { ClusterNode, ClusterTree } from '../clusterTree.ts';
import { releasesOf } from './releases.ts';
import type { RolloutStep, RolloutTarget } from './step.ts';
import { step } from './step.ts';

/** The workloads that are there. Of those that the target does not name, the ones with an image of the same repository. */
export function targetWorkloads(tree: ClusterTree, target: RolloutTarget): ClusterNode[] {
  const named = target.workloads.filter(({ kind }) => isWorkloadKind(kind));
  if (named.length > 0) return named.flatMap((reference) => tree.node(reference) ?? []);
  const kustomization = tree.node(target.kustomization);
  if (kustomization === undefined) return [];
  return [kustomization, ...releasesOf(kustomization, tree, target)]
    .flatMap((owner) => tree.children(owner))
    .filter(
      ({ reference, object }) =>
        object !== undefined && isWorkloadKind(reference.kind) && usesImage(imagesOf(object), target.image),
    );
}

function usesImage(images: readonly { readonly image: string }[], wanted: string): boolean {
  return wanted === '' || images.some(({ image }) => repositoryKey(image) === repositoryKey(wanted));
}

export function rollingOutStep(tree: ClusterTree, target: RolloutTarget, workloads: readonly ClusterNode[]): RolloutStep {
  const elsewhere = tree.node(target.kustomization)?.object?.spec?.['kubeConfig'] !== undefined;
  if (elsewhere && workloads.length === 0)
    return step('rolling out', 'blocked', `${nameOf(target.kustomization)} applies to another cluster`, target.kustomization);
  const missing = target.workloads.find(
    ({ kind, ...rest }) => isWorkloadKind(kind) && tree.node({ kind, ...rest }) === undefined,
  );
  if (missing !== undefined) return step('rolling out', 'waiting', `${nameOf(missing)} is not there`, missing);
  if (workloads.length === 0) {
    const what = target.image === '' ? 'no workload' : `nothing that uses an image of ${repositoryKey(target.image)}`;
    return step('rolling out', 'failing', `${nameOf(target.kustomization)} applies ${what}`, target.kustomization);
  }
  const progress = progressOf(workloads);
  for (const workload of workloads) {
    const found = workloadStep(tree, target, workload);
    if (found !== undefined) return { ...found, progress };
  }
  return step('rolling out', 'done', '', workloads[0]?.reference, progress);
}

/** undefined where it is rolled out. */
function workloadStep(tree: ClusterTree, target: RolloutTarget, workload: ClusterNode): RolloutStep | undefined {
  const { reference, object, status } = workload;
  const name = nameOf(reference);
  const other =
    object === undefined || target.image === ''
      ? undefined
      : imagesOf(object).find(({ image }) => repositoryKey(image) === repositoryKey(target.image) && image !== target.image);
  if (other !== undefined && !hasTargetImage(workload, target))
    return step('rolling out', 'failing', `${name} still has ${other.image}`, reference);
  if (status?.state === 'Ready') return undefined;
  if (status?.state === 'Suspended')
    return step('rolling out', 'blocked', `${name}: ${status.message || 'it is suspended'}`, reference);
  const stuck = stuckPod(tree, workload, target);
  if (stuck !== undefined) return step('rolling out', 'failing', `${name} ${stuck.why}`, stuck.pod);
  const text = `${name}: ${firstLine(status?.message ?? '')}`;
  return step('rolling out', status?.state === 'Failed' ? 'failing' : 'waiting', text, reference);
}

function hasTargetImage({ object }: ClusterNode, target: RolloutTarget): boolean {
  return object !== undefined && imagesOf(object).some(({ image }) => image === target.image);
}

export function podsOf(tree: ClusterTree, workload: ClusterNode): ClusterNode[] {
  return tree.children(workload).flatMap((child) => (child.reference.kind === 'Pod' ? [child] : podsOf(tree, child)));
}

/** A pod of the new version that does not start, and why. */
function stuckPod(
  tree: ClusterTree,
  workload: ClusterNode,
  target: RolloutTarget,
): { pod: ObjectReference; why: string } | undefined {
  for (const pod of podsOf(tree, workload)) {
    if (pod.status?.state !== 'Failed' || pod.object === undefined) continue;
    if (isReplaced(pod.object, workload.reference.kind)) continue;
    const containers = allContainersOf(pod.object);
    if (target.image !== '' && !containers.some(({ image }) => image === target.image)) continue;
    const stuck = containers.find(({ ready, reason }) => !ready && reason === pod.status?.reason);
    return {
      pod: pod.reference,
      why: stuck === undefined ? `waits: ${pod.status.reason}: ${firstLine(pod.status.message)}` : stuckText(stuck),
    };
  }
  return undefined;
}

function stuckText({ name, reason, message, restarts }: ContainerState): string {
  const last = firstLine(message).split(': ').at(-1) ?? '';
  if (/Image/.test(reason)) return `waits for its image (${reason}: ${last})`;
  if (reason === 'CrashLoopBackOff' || reason === 'Error')
    return `crashes: ${name} was restarted ${String(restarts)} times (${reason})`;
  return `waits for its container ${name} (${reason}: ${last})`;
}

function progressOf(workloads: readonly ClusterNode[]): string {
  let [wanted, ready] = [0, 0];
  for (const { object } of workloads) {
    const replicas = wantedPods(object);
    wanted += replicas;
    const updated = numberIn(object?.status, 'updatedReplicas') ?? numberIn(object?.status, 'updatedNumberScheduled') ?? 0;
    const available = numberIn(object?.status, 'availableReplicas') ?? numberIn(object?.status, 'numberAvailable') ?? 0;
    ready += Math.min(updated, available, replicas);
  }
  return wanted === 0 ? '' : `${String(ready)}/${String(wanted)}`;
}

/** How many pods the workload keeps running; 0 for those that run at times. */
export function wantedPods(object: ClusterNode['object']): number {
  switch (object?.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return numberIn(object.spec, 'replicas') ?? 1;
    case 'DaemonSet':
      return numberIn(object.status, 'desiredNumberScheduled') ?? 0;
    case 'Pod':
      return 1;
    default:
      return 0;
  }
}
