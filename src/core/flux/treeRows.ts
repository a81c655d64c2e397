/** The tree of a cluster as rows of text: for terminals, and for whoever wants one line per object. */
import { firstLine } from '../kubernetes/conditionMessage.ts';
import { nameOf } from '../kubernetes/liveObject.ts';
import type { ObjectStatus } from '../kubernetes/objectStatus.ts';
import type { ClusterNode, ClusterTree } from './clusterTree.ts';
import { shortRevision } from './revision.ts';

export interface TreeRow {
  readonly node: ClusterNode;
  readonly depth: number;
  readonly name: string;
  /** `Ready`, ...; '' where nothing is known but that it was applied. */
  readonly state: string;
  /** What is so, as short as it can be said. */
  readonly text: string;
}

/** Every node below the roots that `wanted` accepts, parents before children. A node that is not wanted hides what is below it. */
export function treeRows(tree: ClusterTree, wanted: (node: ClusterNode) => boolean): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (nodes: readonly ClusterNode[], depth: number) => {
    for (const node of nodes) {
      if (!wanted(node)) continue;
      rows.push({ node, depth, name: nameOf(node.reference), state: node.status?.state ?? '', text: textOf(node.status) });
      add(tree.children(node), depth + 1);
    }
  };
  add(tree.roots(), 0);
  return rows;
}

/** `main@1a2b3c4`, `running health checks`, `ImagePullBackOff: shop: Back-off pulling image`. */
function textOf(status: ObjectStatus | undefined): string {
  if (status === undefined) return '';
  const revision = status.revision === '' ? '' : shortRevision(status.revision);
  const message = firstLine(status.message);
  switch (status.state) {
    case 'Ready':
      return revision || message;
    case 'Suspended':
      return revision === '' ? message : `last at ${revision}`;
    case 'Progressing':
      return message.replace(/ for revision .*$/, '');
    case 'Failed':
    case 'Unknown':
      return status.reason === '' ? message : `${status.reason}: ${message}`;
  }
}
