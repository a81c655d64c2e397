/** An object of a cluster as a row: what is so, in words, without hovering. */
import { versionOf } from '../oci/imageReference.ts';
import { firstLine } from '../kubernetes/conditionMessage.ts';
import { textIn } from '../kubernetes/liveObject.ts';
import type { ObjectStatus } from '../kubernetes/objectStatus.ts';
import { isReplaced } from '../kubernetes/podStatus.ts';
import { imagesOf, isWorkloadKind } from '../kubernetes/workloadStatus.ts';
import type { ClusterNode, ClusterTree } from './clusterTree.ts';
import { isTopKind } from './kinds.ts';
import { shortRevision } from './revision.ts';

const MINUTE = 60_000;
const UNITS = [
  [1440 * MINUTE, 'day', 'days'],
  [60 * MINUTE, 'h', 'h'],
  [MINUTE, 'min', 'min'],
] as const;

/** `just now`, `5 min ago`, `3 days ago`: it changes once a minute at most. '' where the time is not known. */
function ageText(since: string | undefined, now: number): string {
  const age = now - Date.parse(since ?? '');
  if (Number.isNaN(age)) return '';
  for (const [length, one, many] of UNITS) {
    const count = Math.floor(age / length);
    if (count >= 1) return `${String(count)} ${count === 1 ? one : many} ago`;
  }
  return 'just now';
}

/** `main@1a2b3c4   fetched 5 min ago`, `failed: ArtifactFailed: ...`, `suspended, last at main@1a2b3c4`. */
export function rowText(tree: ClusterTree, node: ClusterNode, now: number): string {
  const { status, reference } = node;
  if (status === undefined) return '';
  const revision = status.revision === '' ? '' : shortRevision(status.revision);
  const message = firstLine(status.message);
  switch (status.state) {
    case 'Ready':
      return joined(
        isWorkloadKind(reference.kind) ? message : revision || message,
        isWorkloadKind(reference.kind) ? tagText(node) : doneText(node, now),
      );
    case 'Suspended':
      return revision === '' ? `suspended: ${message}` : `suspended, last at ${revision}`;
    case 'Progressing':
      return `progressing: ${joined(message.replace(/ for revision .*$/, ''), troubleBelow(tree, node))}`;
    case 'Failed':
      return `failed: ${troubleBelow(tree, node) || reasonText(status)}`;
    case 'Unknown':
      return `unknown: ${message}`;
  }
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('   ');
}

/** When a source was fetched, or a revision applied. */
function doneText({ reference, object, status }: ClusterNode, now: number): string {
  if (!isTopKind(reference))
    return withWord(reference.kind === 'Kustomization' ? 'applied' : 'ready', ageText(status?.since, now));
  return withWord('fetched', ageText(textIn(object?.status, 'artifact', 'lastUpdateTime') || undefined, now));
}

function withWord(word: string, age: string): string {
  return age === '' ? '' : `${word} ${age}`;
}

/** Tags of its containers, as people speak of what runs. */
function tagText({ object }: ClusterNode): string {
  const images = object === undefined ? [] : imagesOf(object).map(({ image }) => image);
  return [...new Set(images.map(versionOf))].join(', ');
}

/** Why a rollout does not go on, where one of its pods says it. */
function troubleBelow(tree: ClusterTree, node: ClusterNode): string {
  const isOver = (object: ClusterNode['object']) => object !== undefined && isReplaced(object, node.reference.kind);
  const failed = tree
    .children(node)
    .find(({ reference, status, object }) => reference.kind === 'Pod' && status?.state === 'Failed' && !isOver(object));
  return failed?.status === undefined ? '' : reasonText(failed.status);
}

function reasonText({ reason, message }: ObjectStatus): string {
  return reason === '' ? firstLine(message) : `${reason}: ${firstLine(message)}`;
}

/** Everything that is known of an object, a word and what it says. */
export function rowDetails({ reference, status, object }: ClusterNode, now: number): [string, string][] {
  const details: [string, string][] = [
    ['namespace', reference.namespace],
    ['state', status?.state ?? 'applied; its state is not followed'],
    ['reason', status?.reason ?? ''],
    ['message', status?.message ?? ''],
    ['revision', status?.revision ?? ''],
    ['tried', status?.attempted ?? ''],
    ['waits for', status?.waitsFor === undefined ? '' : `${status.waitsFor.what} ${status.waitsFor.name}`.trim()],
    ['since', ageText(status?.since, now)],
    [
      'image',
      object === undefined
        ? ''
        : imagesOf(object)
            .map(({ image }) => image)
            .join(', '),
    ],
  ];
  return details.filter(([, text]) => text !== '');
}
