/**
 * The state of a cluster as a tree: sources > Kustomizations, HelmReleases > what they applied > pods. A value: a change of the cluster makes the
 * next tree, which shares everything that did not change. Ids are the same in all of them.
 */
import { compareText } from '../text/compareText.ts';
import type { LiveObject, ObjectReference } from '../kubernetes/liveObject.ts';
import { groupOf, idOf, referenceTo } from '../kubernetes/liveObject.ts';
import type { ObjectStatus } from '../kubernetes/objectStatus.ts';
import { statusOf } from '../kubernetes/objectStatus.ts';
import { hasEnded } from '../kubernetes/podStatus.ts';
import { workloadStatus } from '../kubernetes/workloadStatus.ts';
import { inventoryOf } from './inventory.ts';
import { isFluxGroup, isFollowed, isSourceGroup, isTopKind, keyOf, rankOf } from './kinds.ts';
import { parentOf } from './parentOf.ts';
import { fluxStatus } from './status.ts';

export type ObjectChange =
  { readonly type: 'changed'; readonly object: LiveObject } | { readonly type: 'deleted'; readonly object: LiveObject } | Listing;

/** All objects of a kind, or of a kind in one namespace; whatever is not among them is gone. */
export interface Listing {
  readonly type: 'listed';
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly objects: readonly LiveObject[];
}

export interface ClusterNode {
  readonly id: string;
  readonly reference: ObjectReference;
  /** undefined for what is in an inventory and not followed, and for a source that is referred to and does not exist. */
  readonly object: LiveObject | undefined;
  /** undefined where the object is not followed: it was applied, and more is not known. */
  readonly status: ObjectStatus | undefined;
}

type Bucket = ReadonlyMap<string, ClusterNode>;

interface Content {
  /** Nodes by kind, then by id. */
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;
  /** References to which something refers, by id. */
  readonly parents: ReadonlyMap<string, ObjectReference>;
}

export class ClusterTree {
  static readonly empty = new ClusterTree({ buckets: new Map(), children: new Map(), parents: new Map() }, new Set());

  /** Ids of the nodes whose row, or whose children, may differ from those in the tree that this one was made from. */
  readonly changed: ReadonlySet<string>;
  private readonly content: Content;
  private failing: ReadonlySet<string> | undefined;

  private constructor(content: Content, changed: ReadonlySet<string>) {
    this.content = content;
    this.changed = changed;
  }

  with(changes: readonly ObjectChange[]): ClusterTree {
    const next = new NextTree(this.content);
    for (const change of changes) next.apply(change);
    return next.changed.size === 0 ? this : new ClusterTree(next, next.changed);
  }

  get size(): number {
    let size = 0;
    for (const bucket of this.content.buckets.values()) size += bucket.size;
    return size;
  }

  /** Sources, those too that something refers to and that do not exist. */
  roots(): ClusterNode[] {
    const roots: ClusterNode[] = [];
    for (const bucket of this.content.buckets.values())
      for (const node of bucket.values()) if (isTopKind(node.reference)) roots.push(node);
    for (const [id, reference] of this.content.parents)
      if (isSourceGroup(reference.group) && this.find(id, reference) === undefined) roots.push(absent(id, reference));
    return sorted(roots);
  }

  node(reference: ObjectReference): ClusterNode | undefined {
    return this.find(idOf(reference), reference);
  }

  children({ id, object }: ClusterNode): ClusterNode[] {
    const nodes = new Map<string, ClusterNode>();
    for (const child of this.content.children.get(id) ?? []) {
      const node = this.byId(child);
      // A chart that is ready says nothing that its release does not say.
      if (
        node !== undefined &&
        !(node.reference.kind === 'HelmChart' && node.status?.state === 'Ready' && !this.content.children.has(child))
      )
        nodes.set(child, node);
    }
    for (const reference of object === undefined ? [] : inventoryOf(object))
      if (!isFollowed(reference)) {
        const child = idOf(reference);
        nodes.set(child, { id: child, reference, object: undefined, status: undefined });
      }
    return sorted([...nodes.values()]);
  }

  parent(node: ClusterNode): ClusterNode | undefined {
    const reference = node.object === undefined ? undefined : parentOf(node.object);
    if (reference === undefined) return undefined;
    const id = idOf(reference);
    return this.find(id, reference) ?? (isSourceGroup(reference.group) ? absent(id, reference) : undefined);
  }

  /** Whether the node, or anything below it, has failed. */
  isFailing({ id }: ClusterNode): boolean {
    return (this.failing ??= this.findFailing()).has(id);
  }

  *nodes(group: string, kind: string): Generator<ClusterNode> {
    yield* this.content.buckets.get(keyOf(group, kind))?.values() ?? [];
  }

  private findFailing(): ReadonlySet<string> {
    const failing = new Set<string>();
    for (const bucket of this.content.buckets.values())
      for (const node of bucket.values()) {
        if (node.status?.state !== 'Failed') continue;
        const hasNoPlace = node.object !== undefined && hasEnded(node.object) && this.parent(node)?.status?.state === 'Ready';
        for (let at: ClusterNode | undefined = node; at !== undefined && !failing.has(at.id); at = this.parent(at)) {
          failing.add(at.id);
          // An evicted pod says nothing about a workload that has all of its pods.
          if (hasNoPlace) break;
        }
      }
    for (const root of this.roots()) if (root.status?.state === 'Failed') failing.add(root.id);
    return failing;
  }

  private find(id: string, { group, kind }: ObjectReference): ClusterNode | undefined {
    return this.content.buckets.get(keyOf(group, kind))?.get(id);
  }

  private byId(id: string): ClusterNode | undefined {
    const key = id.slice(0, id.indexOf('/'));
    return this.content.buckets.get(key.includes('.') ? key : `${key}.`)?.get(id);
  }
}

/** Copies what it changes, once for each tree. */
class NextTree implements Content {
  readonly buckets: Map<string, Bucket>;
  readonly children: Map<string, ReadonlySet<string>>;
  readonly parents: Map<string, ObjectReference>;
  readonly changed = new Set<string>();
  private readonly copied = new Set<unknown>();

  constructor({ buckets, children, parents }: Content) {
    this.buckets = new Map(buckets);
    this.children = new Map(children);
    this.parents = new Map(parents);
  }

  apply(change: ObjectChange): void {
    if (change.type === 'changed') this.put(change.object);
    else if (change.type === 'deleted') this.remove(referenceTo(change.object));
    else {
      const kept = new Set(change.objects.map((object) => idOf(referenceTo(object))));
      for (const { id, reference } of this.buckets.get(keyOf(change.group, change.kind))?.values() ?? [])
        if (!kept.has(id) && (change.namespace ?? reference.namespace) === reference.namespace) this.remove(reference);
      for (const object of change.objects) this.put(object);
    }
  }

  private put(object: LiveObject): void {
    const reference = referenceTo(object);
    const id = idOf(reference);
    const bucket = this.bucket(reference);
    const before = bucket.get(id);
    const version = object.metadata.resourceVersion;
    if (version !== undefined && before?.object?.metadata.resourceVersion === version) return;
    const isFlux = isFluxGroup(groupOf(object.apiVersion));
    const status = isFlux ? fluxStatus(object, before) : workloadStatus(object);
    bucket.set(id, { id, reference, object, status });
    this.changed.add(id);
    const [from, to] = [before?.object === undefined ? undefined : parentOf(before.object), parentOf(object)];
    const [fromId, toId] = [from === undefined ? '' : idOf(from), to === undefined ? '' : idOf(to)];
    if (fromId === toId && before !== undefined) return;
    if (from !== undefined) this.unlink(fromId, id);
    if (to !== undefined) this.link(toId, to, id);
  }

  private remove(reference: ObjectReference): void {
    const id = idOf(reference);
    const bucket = this.bucket(reference);
    const object = bucket.get(id)?.object;
    if (!bucket.delete(id)) return;
    this.changed.add(id);
    const parent = object === undefined ? undefined : parentOf(object);
    if (parent !== undefined) this.unlink(idOf(parent), id);
  }

  private link(parent: string, reference: ObjectReference, child: string): void {
    this.siblings(parent).add(child);
    this.parents.set(parent, reference);
    this.changed.add(parent);
  }

  private unlink(parent: string, child: string): void {
    const siblings = this.siblings(parent);
    siblings.delete(child);
    this.changed.add(parent);
    if (siblings.size > 0) return;
    this.children.delete(parent);
    this.parents.delete(parent);
  }

  private bucket({ group, kind }: ObjectReference): Map<string, ClusterNode> {
    const key = keyOf(group, kind);
    return this.own(this.buckets, key, () => new Map(this.buckets.get(key)));
  }

  private siblings(parent: string): Set<string> {
    return this.own(this.children, parent, () => new Set(this.children.get(parent)));
  }

  /** The entry of a map as a copy of this tree. */
  private own<T>(map: Map<string, unknown>, key: string, copy: () => T): T {
    const known = map.get(key);
    if (known !== undefined && this.copied.has(known)) return known as T;
    const made = copy();
    this.copied.add(made);
    map.set(key, made);
    return made;
  }
}

function absent(id: string, reference: ObjectReference): ClusterNode {
  const message = 'Something refers to it, and it is not in the cluster.';
  return { id, reference, object: undefined, status: statusOf('Failed', 'NotFound', message) };
}

function sorted(nodes: ClusterNode[]): ClusterNode[] {
  return nodes.sort(
    (a, b) =>
      rankOf(a.reference) - rankOf(b.reference) ||
      compareText(a.reference.kind, b.reference.kind) ||
      compareText(a.reference.namespace, b.reference.namespace) ||
      compareText(a.reference.name, b.reference.name),
  );
}
