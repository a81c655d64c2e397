/** Ids of rows: what they name, as JSON, as names can hold any character. */
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import type { ClusterRow } from '../../protocol/cluster.ts';

export function idIn(context: string, { group, kind, namespace, name }: ObjectReference): string {
  return JSON.stringify([context, 'object', group, kind, namespace, name]);
}

/** A row that only says something. */
export function noticeRow(context: string, index: number, text: string, state?: ClusterRow['state']): ClusterRow {
  return {
    id: JSON.stringify([context, 'notice', String(index)]),
    context,
    reference: undefined,
    kind: 'notice',
    label: text,
    description: '',
    state,
    accessibleLabel: text,
    details: [],
    hasChildren: false,
    opensAtFirst: false,
    abilities: [],
  };
}
