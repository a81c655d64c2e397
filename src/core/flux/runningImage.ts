/** What really runs where a repository says that an image runs. */
import { firstLine } from '../kubernetes/conditionMessage.ts';
import { allContainersOf, isReplaced } from '../kubernetes/podStatus.ts';
import { imagesOf } from '../kubernetes/workloadStatus.ts';
import type { ImageUsage } from '../repository/model.ts';
import type { ClusterNode, ClusterTree } from './clusterTree.ts';
import { WORKLOAD_KINDS } from './kinds.ts';
import { podsOf } from './rollout/workloads.ts';

export interface RunningImage {
  /** References that containers of this name run, each once; that of the workload where it has no pods. */
  readonly references: readonly string[];
  /** True where one of them is another one than the repository says. */
  readonly differs: boolean;
  /** Why the wanted one does not run, where the cluster says so; else ''. */
  readonly why: string;
}

/** undefined where the cluster has no such workload, or it is of a kind that is not followed. */
export function runningImage(
  tree: ClusterTree,
  {
    kind,
    namespace,
    workload,
    container,
    reference,
  }: Pick<ImageUsage, 'kind' | 'namespace' | 'workload' | 'container' | 'reference'>,
): RunningImage | undefined {
  const known = WORKLOAD_KINDS.find((one) => one.kind === kind);
  const node = known === undefined ? undefined : tree.node({ ...known, namespace: namespace || 'default', name: workload });
  if (node?.object === undefined) return undefined;
  const name = container.replace(/^init:/, '');
  const pods = podsOf(tree, node).filter(
    ({ status, object }) => status?.reason !== 'Terminating' && (object === undefined || !isReplaced(object, kind)),
  );
  const running = new Set(pods.flatMap((pod) => imagesIn(pod, name, true)));
  if (running.size === 0) for (const { container: own, image } of imagesOf(node.object)) if (own === name) running.add(image);
  const references = [...running];
  const stuck = pods.find((pod) => pod.status?.state === 'Failed' && imagesIn(pod, name, false).includes(reference));
  const why = stuck?.status === undefined ? '' : `${stuck.status.reason}: ${firstLine(stuck.status.message)}`;
  return { references, differs: references.some((one) => one !== reference), why };
}

function imagesIn({ object }: ClusterNode, container: string, ready: boolean): string[] {
  const containers = object === undefined ? [] : allContainersOf(object);
  return containers.filter((one) => one.name === container && (one.ready || !ready)).map(({ image }) => image);
}
