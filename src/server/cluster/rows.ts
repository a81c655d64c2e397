/** What is connected as rows: context > sources > Kustomizations, HelmReleases > what they applied > pods. */
import type { ClusterNode } from '../../core/flux/clusterTree.ts';
import { isFluxGroup } from '../../core/flux/kinds.ts';
import { sourceOf } from '../../core/flux/parentOf.ts';
import { shortRevision } from '../../core/flux/revision.ts';
import { rowDetails, rowText } from '../../core/flux/rowText.ts';
import { isSuspended } from '../../core/flux/status.ts';
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { groupOf, nameOf as objectName } from '../../core/kubernetes/liveObject.ts';
import { isWorkloadKind } from '../../core/kubernetes/workloadStatus.ts';
import type { Ability, ClusterRow, ObjectChoice } from '../../protocol/cluster.ts';
import type { TraceLink } from '../../workflows/traceObject.ts';
import { rolloutRows, stepRows } from './rollouts.ts';
import { idIn, noticeRow } from './rowIds.ts';
import type { ClusterSession, ConnectedCluster } from './session.ts';
import { nameOf } from './session.ts';

/** The rows below the row with this id; the contexts for null. Empty where it is gone. */
export function rowsBelow(session: ClusterSession, parent: string | null, failingOnly: boolean): ClusterRow[] {
  if (parent === null) return session.all.map((cluster) => contextRow(cluster));
  const [context = '', what, ...rest] = JSON.parse(parent) as string[];
  const cluster = session.all.find((one) => nameOf(one) === context);
  if (cluster === undefined) return [];
  if (what === undefined) return rowsOfContext(cluster, failingOnly);
  if (what === 'rollout') return stepRows(cluster, Number(rest[0]));
  const [group = '', kind = '', namespace = '', name = ''] = rest;
  const node = nodeOf(cluster, { group, kind, namespace, name });
  return node === undefined ? [] : objectRows(cluster, cluster.live.tree.children(node), node.reference.namespace, failingOnly);
}

/** A source that something refers to and that does not exist is a node all the same. */
function nodeOf({ live: { tree } }: ConnectedCluster, reference: ObjectReference): ClusterNode | undefined {
  const id = idIn('', reference);
  return tree.node(reference) ?? tree.roots().find((node) => idIn('', node.reference) === id);
}

function contextRow(cluster: ConnectedCluster): ClusterRow {
  const { live } = cluster;
  const { name, server, user } = live.cluster.context;
  const problem = live.ended ?? live.interruption;
  const failing = live.tree.roots().filter((node) => live.tree.isFailing(node)).length;
  const words = failing === 0 ? '' : `${String(failing)} failing`;
  const description =
    live.ended === undefined
      ? live.interruption === undefined
        ? words
        : 'does not answer'
      : 'not connected, as it was last seen';
  return {
    id: JSON.stringify([name]),
    context: name,
    reference: undefined,
    kind: 'context',
    label: name,
    description,
    state: live.ended === undefined ? (live.interruption === undefined ? undefined : 'Unknown') : 'Failed',
    accessibleLabel: `context ${name}${description === '' ? '' : `, ${description}`}`,
    details: [
      ['server', server],
      ['user', user],
      ['Flux in', cluster.fluxNamespace],
      ...(problem === undefined ? [] : [['problem', problem.message] as const]),
    ],
    hasChildren: true,
    opensAtFirst: true,
    abilities: [],
  };
}

function rowsOfContext(cluster: ConnectedCluster, failingOnly: boolean): ClusterRow[] {
  const { live } = cluster;
  const context = nameOf(cluster);
  const problem = live.ended ?? live.interruption;
  const objects = objectRows(cluster, live.tree.roots(), cluster.fluxNamespace, failingOnly);
  const notices = [...live.notices, ...limitsOf(cluster)];
  const rows = [
    ...(problem === undefined ? [] : [noticeRow(context, -1, problem.message, live.ended === undefined ? 'Unknown' : 'Failed')]),
    ...notices.map((text, index) => noticeRow(context, index, text)),
    ...rolloutRows(cluster),
    ...objects,
  ];
  if (failingOnly && objects.length === 0) rows.push(noticeRow(context, notices.length, 'Nothing fails.'));
  return rows;
}

/** Why less can be done than usual. */
function limitsOf({ live, rights }: ConnectedCluster): string[] {
  if (!live.followed.some(({ apiVersion }) => isFluxGroup(groupOf(apiVersion))))
    return ['Flux is not installed in this cluster. Check Flux says what is there.'];
  return rights.areNone ? ['You may read what Flux does here, and not change it: actions are left out.'] : [];
}

/** `near`: the namespace of what is above them. Another one is named where they are in several. */
function objectRows(cluster: ConnectedCluster, nodes: readonly ClusterNode[], near: string, failingOnly: boolean): ClusterRow[] {
  const { tree } = cluster.live;
  const shown = failingOnly ? nodes.filter((node) => tree.isFailing(node)) : nodes;
  const namespaces = new Set(nodes.map(({ reference }) => reference.namespace));
  namespaces.delete('');
  const isNamed = ({ namespace }: ObjectReference) => namespaces.size > 1 && namespace !== near;
  return shown.map((node) => {
    const { kind, name } = node.reference;
    return objectRow(cluster, node, isNamed(node.reference) ? objectName(node.reference) : `${kind} ${name}`, failingOnly);
  });
}

function objectRow(cluster: ConnectedCluster, node: ClusterNode, label: string, failingOnly: boolean): ClusterRow {
  const { tree } = cluster.live;
  const { reference, status } = node;
  const now = Date.now();
  const children = tree.children(node);
  const description = rowText(tree, node, now);
  const state = status?.state;
  return {
    id: idIn(nameOf(cluster), reference),
    context: nameOf(cluster),
    reference,
    kind: 'object',
    label,
    description,
    state,
    accessibleLabel: [objectName(reference), state ?? 'applied', description].filter((text) => text !== '').join(', '),
    details: rowDetails(node, now),
    hasChildren: failingOnly ? children.some((child) => tree.isFailing(child)) : children.length > 0,
    // Pods say more than their workload only where something is wrong.
    opensAtFirst: !isWorkloadKind(reference.kind) && (isFluxGroup(reference.group) || state === 'Failed'),
    abilities: abilitiesOf(cluster, node),
  };
}

function abilitiesOf({ rights }: ConnectedCluster, { reference, object }: ClusterNode): Ability[] {
  const { group, kind } = reference;
  if (object === undefined) return isFluxGroup(group) ? [] : ['live'];
  if (!isFluxGroup(group)) return kind === 'Pod' ? ['live', 'logs'] : ['live'];
  const abilities: Ability[] = ['live', 'logs'];
  if (kind === 'ExternalArtifact' || !rights.mayChange(reference)) return abilities;
  if (isSuspended(object)) return [...abilities, 'resume'];
  const source = sourceOf(object);
  const withSource = source !== undefined && source.kind !== 'ExternalArtifact';
  return [...abilities, 'reconcile', 'suspend', ...(withSource ? (['withSource'] as const) : [])];
}

/** Objects of all contexts that something can be done with. @throws ClusterError where a cluster does not say what the user may do */
export async function choicesFor(session: ClusterSession, ability: Ability): Promise<ObjectChoice[]> {
  const found: (readonly [ConnectedCluster, ClusterNode])[] = [];
  const add = (cluster: ConnectedCluster, nodes: readonly ClusterNode[]) => {
    for (const node of nodes) {
      found.push([cluster, node]);
      if (isFluxGroup(node.reference.group) || ability === 'live' || ability === 'logs')
        add(cluster, cluster.live.tree.children(node));
    }
  };
  for (const cluster of session.all) add(cluster, cluster.live.tree.roots());
  if (ability !== 'live' && ability !== 'logs') {
    // A cluster that does not answer is no reason to leave the others alone.
    const answering = session.all.filter(({ live }) => live.interruption === undefined);
    const asked = answering.length > 0 ? answering : session.all;
    const flux = found.filter(([cluster, { reference }]) => asked.includes(cluster) && isFluxGroup(reference.group));
    const answers = await Promise.allSettled(flux.map(([{ rights }, { reference }]) => rights.ask(reference)));
    const refused = answers.find((answer) => answer.status === 'rejected');
    if (refused !== undefined && answers.every(({ status }) => status === 'rejected')) throw refused.reason;
  }
  return found
    .filter(([cluster, node]) => abilitiesOf(cluster, node).includes(ability))
    .map(([cluster, node]) => choice(cluster, node));
}

function choice(cluster: ConnectedCluster, node: ClusterNode): ObjectChoice {
  return {
    context: nameOf(cluster),
    reference: node.reference,
    label: objectName(node.reference),
    description: rowText(cluster.live.tree, node, Date.now()),
  };
}

/** One link on the way from an object to its source. */
export function traceChoice(context: string, { reference, object, status }: TraceLink): ObjectChoice & { exists: boolean } {
  const words = [status?.state ?? '', shortRevision(status?.revision ?? '')].filter((word) => word !== '');
  const description = object === undefined ? 'not in the cluster' : words.join('   ');
  return { context, reference, label: objectName(reference), description, exists: object !== undefined };
}
