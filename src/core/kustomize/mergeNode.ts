/** A YAML tree that can be changed: kustomize's merge works in place, and what it does depends on it. Scalars stay the same objects. */
import type { MapEntry, MapNode, ScalarNode, SequenceNode, YamlNode } from '../yaml/node.ts';
import { isNull, scalarLike } from '../yaml/node.ts';

export interface MergeEntry {
  readonly key: ScalarNode;
  value: MergeNode;
}

/** Why kustomize refuses to merge. */
export class MergeError extends Error {}

/** One kind of object for all nodes, as one can become another in its place. */
export interface MergeNode {
  kind: 'map' | 'sequence' | 'scalar';
  entries: Map<string, MergeEntry>;
  items: MergeNode[];
  scalar: ScalarNode;
  start: number;
}

const NOTHING = scalarLike('');

export function mutable(node: YamlNode): MergeNode {
  const made: MergeNode = { kind: node.kind, entries: new Map(), items: [], scalar: NOTHING, start: node.start };
  if (node.kind === 'map')
    for (const [key, entry] of node.entries) made.entries.set(key, { key: entry.key, value: mutable(entry.value) });
  else if (node.kind === 'sequence') made.items = node.items.map(mutable);
  else made.scalar = node;
  return made;
}

export function immutable(node: MergeNode): YamlNode {
  if (node.kind === 'scalar') return node.scalar;
  if (node.kind === 'sequence')
    return { kind: 'sequence', items: node.items.map(immutable), start: node.start } satisfies SequenceNode;
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) entries.set(key, { key: entry.key, value: immutable(entry.value) });
  return { kind: 'map', entries, start: node.start } satisfies MapNode;
}

/** kyaml rnode.go, IsMissingOrNull */
export function isMissing(node: MergeNode | undefined): node is undefined {
  return node === undefined || isNullNode(node);
}

export function isNullNode(node: MergeNode): boolean {
  return node.kind === 'scalar' && (isNull(node.scalar) || node.scalar.tag === '!!null');
}

/** Gives a node what another one has, as kyaml's SetYNode does. A quoted scalar keeps its quotes, so that a number in it becomes a text. */
export function become(node: MergeNode, other: MergeNode): void {
  if (node === other) return;
  if (other.kind === 'scalar') node.scalar = node.kind === 'scalar' ? restyled(other.scalar, node.scalar) : other.scalar;
  node.kind = other.kind;
  node.entries = other.entries;
  node.items = other.items;
  node.start = other.start;
}

function restyled(scalar: ScalarNode, old: ScalarNode): ScalarNode {
  const becomesText = scalar.style === 'plain' && scalar.tag === '' && old.style !== 'plain';
  return becomesText ? { ...scalar, tag: '!!str' } : scalar;
}

/** The text of a node as kyaml compares it: '' for lists and mappings. */
export function valueOf(node: MergeNode): string {
  return node.kind === 'scalar' ? node.scalar.text : '';
}
