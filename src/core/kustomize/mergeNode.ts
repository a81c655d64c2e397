/** A YAML tree that can be changed: kustomize's merge works in place, and what it does depends on it. Scalars stay the same objects. */
import type { MapEntry, MapNode, ScalarNode, SequenceNode, YamlNode } from '../yaml/node.ts';
import { isNull, scalarLike } from '../yaml/node.ts';

export interface MergeEntry {
  readonly key: ScalarNode;
  value: MergeNode;
}

/** Why kustomize refuses to merge. */
export class MergeError extends Error {}

const NOTHING = scalarLike('');

/** One class for all nodes, as one can become another in its place. What is in a node is copied when somebody looks into it. */
export class MergeNode {
  kind: YamlNode['kind'];
  scalar: ScalarNode;
  start: number;
  /** What the node was made of, as long as nobody looked into it. */
  untouched: MapNode | SequenceNode | undefined;
  private ownEntries: Map<string, MergeEntry> | undefined;
  private ownItems: MergeNode[] | undefined;

  constructor(node: YamlNode) {
    this.kind = node.kind;
    this.scalar = node.kind === 'scalar' ? node : NOTHING;
    this.start = node.start;
    this.untouched = node.kind === 'scalar' ? undefined : node;
  }

  get entries(): Map<string, MergeEntry> {
    if (this.untouched !== undefined) this.copy(this.untouched);
    this.ownEntries ??= new Map();
    return this.ownEntries;
  }

  get items(): MergeNode[] {
    if (this.untouched !== undefined) this.copy(this.untouched);
    this.ownItems ??= [];
    return this.ownItems;
  }

  set items(items: MergeNode[]) {
    this.untouched = undefined;
    this.ownItems = items;
  }

  private copy(node: MapNode | SequenceNode): void {
    this.untouched = undefined;
    if (node.kind === 'sequence') {
      this.ownItems = node.items.map(mutable);
      return;
    }
    const entries = (this.ownEntries = new Map<string, MergeEntry>());
    for (const { key, value } of node.entries.values()) entries.set(key.text, { key, value: mutable(value) });
  }

  /** Gives the node what another one has. */
  take({ kind, entries, items, start }: MergeNode): void {
    this.untouched = undefined;
    this.kind = kind;
    this.ownEntries = entries;
    this.ownItems = items;
    this.start = start;
  }
}

export function mutable(node: YamlNode): MergeNode {
  return new MergeNode(node);
}

/** The tree that a node stands for. Parts that nobody looked into are those that it was made of. */
export function immutable(node: MergeNode): YamlNode {
  if (node.untouched !== undefined) return node.untouched;
  if (node.kind === 'scalar') return node.scalar;
  if (node.kind === 'sequence')
    return { kind: 'sequence', items: node.items.map(immutable), start: node.start } satisfies SequenceNode;
  const entries = new Map<string, MapEntry>();
  for (const { key, value } of node.entries.values()) entries.set(key.text, { key, value: immutable(value) });
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
  node.take(other);
}

function restyled(scalar: ScalarNode, old: ScalarNode): ScalarNode {
  const becomesText = scalar.style === 'plain' && scalar.tag === '' && old.style !== 'plain';
  return becomesText ? { ...scalar, tag: '!!str' } : scalar;
}

/** The text of a node as kyaml compares it: '' for lists and mappings. */
export function valueOf(node: MergeNode): string {
  return node.kind === 'scalar' ? node.scalar.text : '';
}
