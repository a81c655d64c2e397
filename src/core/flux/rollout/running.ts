/** Do the pods really run it? */
import { repositoryKey } from '../../oci/imageReference.ts';
import { nameOf, numberIn, textIn } from '../../kubernetes/liveObject.ts';
import { allContainersOf, hasEnded } from '../../kubernetes/podStatus.ts';
import { imagesOf } from '../../kubernetes/workloadStatus.ts';
import type { ClusterNode, ClusterTree } from '../clusterTree.ts';
import { firstLine } from '../../kubernetes/conditionMessage.ts';
import { hasApplied } from './applied.ts';
import { releasesOf, releaseStep } from './releases.ts';
import type { Contains, RolloutStep, RolloutTarget } from './step.ts';
import { step } from './step.ts';
import { podsOf, wantedPods } from './workloads.ts';

export interface Running {
  readonly step: RolloutStep;
  /** What the nodes say that they run, each digest once. */
  readonly digests: readonly string[];
  /** Pods that run it. */
  readonly pods: number;
  /** Images of pods of the version before that still run, each once. */
  readonly before: readonly string[];
  /** Why nothing runs, a clause for each workload that has no pods: `Deployment dev/shop has 0 replicas`. */
  readonly idle: readonly string[];
}

export function runningStep(
  tree: ClusterTree,
  target: RolloutTarget,
  workloads: readonly ClusterNode[],
  contains: Contains,
): Running {
  const digests = new Set<string>();
  const before = new Set<string>();
  const idle: string[] = [];
  let pods = 0;
  let missing: RolloutStep | undefined;
  for (const workload of workloads) {
    const own = workload.reference.kind === 'Pod' ? [workload] : podsOf(tree, workload);
    let current = 0;
    for (const pod of own) {
      const state = podState(pod, target.image);
      for (const digest of state.digests) digests.add(digest);
      if (state.runs) current += 1;
      if (!state.isOld) continue;
      for (const image of state.images) if (repositoryKey(image) === repositoryKey(target.image)) before.add(image);
      missing ??= oldPodStep(workload, pod, state.images);
    }
    pods += current;
    if (current === 0) idle.push(idleText(workload, own, target.image));
    const wanted = wantedPods(workload.object);
    if (current < wanted)
      missing ??= step(
        'running',
        'waiting',
        `${String(current)} of ${String(wanted)} pods of ${nameOf(workload.reference)} run it`,
        workload.reference,
      );
  }
  return { step: missing ?? healthStep(tree, target, contains), digests: [...digests], pods, before: [...before], idle };
}

function idleText({ reference, status }: ClusterNode, pods: readonly ClusterNode[], image: string): string {
  const name = nameOf(reference);
  const has = ({ object }: ClusterNode) =>
    object !== undefined &&
    textIn(object.status, 'phase') === 'Succeeded' &&
    (image === '' || imagesOf(object).some((one) => one.image === image));
  const hasRun = pods.some(has) || status?.reason === 'Completed';
  switch (reference.kind) {
    case 'CronJob':
      return hasRun ? `${name} has run it, and will again at its next schedule` : `${name} will run it at its next schedule`;
    case 'Job':
    case 'Pod':
      return hasRun ? `${name} has run to its end` : `${name} has no pod`;
    case 'DaemonSet':
      return `${name} has no node to run on`;
    default:
      return `${name} has 0 replicas`;
  }
}

/** Of workloads that do not replace their pods by themselves, nothing will come of waiting. */
function oldPodStep(workload: ClusterNode, pod: ClusterNode, images: readonly string[]): RolloutStep {
  const what = `${nameOf(pod.reference)} still runs ${images.join(', ')}`;
  const name = nameOf(workload.reference);
  if (textIn(workload.object?.spec, 'updateStrategy', 'type') === 'OnDelete')
    return step('running', 'blocked', `${what}: the pods of ${name} keep their version until they are deleted`, pod.reference);
  const kept = numberIn(workload.object?.spec, 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  if (Number(/-(\d+)$/.exec(pod.reference.name)?.[1] ?? kept) < kept)
    return step('running', 'blocked', `${what}: ${name} updates its pods from number ${String(kept)} on`, pod.reference);
  return step('running', 'waiting', what, pod.reference);
}

function podState(
  { object }: ClusterNode,
  image: string,
): { runs: boolean; isOld: boolean; images: string[]; digests: string[] } {
  const containers = object === undefined ? [] : allContainersOf(object);
  const own = containers.filter((container) => image === '' || container.image === image);
  const isEnding = object === undefined || object.metadata.deletionTimestamp !== undefined || hasEnded(object);
  const runs = !isEnding && own.length > 0 && own.every(({ ready }) => ready);
  return {
    runs,
    isOld: !isEnding && own.length === 0,
    images: containers.map((container) => container.image),
    digests: runs ? own.flatMap(({ digest }) => (digest === '' ? [] : [digest])) : [],
  };
}

/** The pods run; but only the Kustomization knows whether everything else that came with the commit works. */
function healthStep(tree: ClusterTree, target: RolloutTarget, contains: Contains): RolloutStep {
  const node = tree.node(target.kustomization);
  if (node?.object !== undefined && hasApplied(tree, node.object, target.commit, contains)) {
    for (const release of releasesOf(node, tree, target)) {
      const unfinished = releaseStep('running', release);
      if (unfinished !== undefined) return unfinished;
    }
    return step('running', 'done');
  }
  const name = nameOf(target.kustomization);
  if (node?.status?.state === 'Failed')
    return step('running', 'failing', `${name}: ${firstLine(node.status.message)}`, target.kustomization);
  return step('running', 'waiting', `${name} still checks the health of what it applied`, target.kustomization);
}
