/** JSON 6902 patches on located trees, as the library behind kustomize applies them (gopkg.in/evanphx/json-patch.v4 patch.go). */
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, isNull, scalarLike } from '../yaml/node.ts';
import { asManifest, jsonOfManifest } from '../yaml/toJson.ts';
import { typeOf } from '../yaml/typing.ts';

/** A patch: its operations, and how the scalars in them are spelled in JSON. */
export interface JsonPatch {
  readonly operations: readonly YamlNode[];
  readonly jsonOf: (scalar: ScalarNode) => string;
  /** Whether it can bring an image into an object, or something else to where images are: false is certain. */
  readonly mayAddImages: boolean;
}

/** Applies all operations, or says which one does not fit. */
export function applyJsonPatch(tree: YamlNode, patch: JsonPatch): { readonly tree: YamlNode } | { readonly problem: string } {
  let current = tree;
  for (const operation of patch.operations) {
    const next = applyOne(current, operation, patch);
    if (next === undefined) {
      const [op, path] = [textOf(operation, 'op'), textOf(operation, 'path')];
      return { problem: `the operation ${op ?? 'without op'} ${path ?? 'without path'} does not fit the object` };
    }
    current = next;
  }
  return { tree: current };
}

/** The text at a key, undefined where there is none: a number or a null is no text. */
function textOf(operation: YamlNode, key: string): string | undefined {
  const value = get(operation, key);
  return value?.kind === 'scalar' && typeOf(value) === 'string' ? value.text : undefined;
}

function applyOne(tree: YamlNode, operation: YamlNode, patch: JsonPatch): YamlNode | undefined {
  const path = textOf(operation, 'path');
  if (path === undefined) return undefined;
  const segments = segmentsOf(path);
  const written = get(operation, 'value');
  switch (textOf(operation, 'op')) {
    case 'add':
      return segments && change(tree, segments, { kind: 'add', value: asManifest(written ?? NULL) });
    case 'replace':
      if (path === '') return written?.kind === 'map' || written?.kind === 'sequence' ? asManifest(written) : undefined;
      return segments && change(tree, segments, { kind: 'replace', value: asManifest(written ?? NULL) });
    case 'remove':
      return segments && change(tree, segments, { kind: 'remove' });
    case 'copy':
    case 'move': {
      const from = segmentsOf(textOf(operation, 'from') ?? '');
      const found = from && find(tree, from);
      if (segments === undefined || from === undefined || found === undefined) return undefined;
      const base = textOf(operation, 'op') === 'move' ? change(tree, from, { kind: 'remove' }) : tree;
      return base && change(base, segments, { kind: 'add', value: found.node ?? NULL });
    }
    case 'test':
      return passes(tree, path, written, patch) ? tree : undefined;
    default:
      return undefined;
  }
}

const NULL: ScalarNode = { ...scalarLike(''), tag: '' };

function passes(tree: YamlNode, path: string, written: YamlNode | undefined, { jsonOf }: JsonPatch): boolean {
  if (path === '') return written !== undefined && equal(tree, written, jsonOf);
  const segments = segmentsOf(path);
  const found = segments && find(tree, segments);
  if (found === undefined) return false;
  const isNothing = (node: YamlNode | undefined) => node === undefined || (node.kind === 'scalar' && isNull(node));
  const { node } = found;
  if (node === undefined || isNothing(node)) return isNothing(written);
  return written !== undefined && equal(node, written, jsonOf);
}

function equal(node: YamlNode, written: YamlNode, jsonOf: (scalar: ScalarNode) => string): boolean {
  if (node.kind === 'scalar') return written.kind === 'scalar' && jsonOfManifest(node) === jsonOf(written);
  if (node.kind === 'sequence') {
    return (
      written.kind === 'sequence' &&
      node.items.length === written.items.length &&
      node.items.every((item, index) => {
        const other = written.items[index];
        // The library fails on nulls in lists.
        return other !== undefined && !(item.kind === 'scalar' && isNull(item)) && equal(item, other, jsonOf);
      })
    );
  }
  if (written.kind !== 'map' || written.entries.size !== node.entries.size) return false;
  for (const [key, { value }] of node.entries) {
    const other = written.entries.get(key)?.value;
    if (other === undefined || !equal(value, other, jsonOf)) return false;
  }
  return true;
}

/** Segments behind the first slash; undefined where there is none. */
function segmentsOf(pointer: string): string[] | undefined {
  const [, ...segments] = pointer.split('/');
  return segments.length === 0
    ? undefined
    : segments.map((segment) => segment.replace(/~[01]/g, (code) => (code === '~1' ? '/' : '~')));
}

/** What is at a path; no node where a mapping does not have the last key. undefined where the path cannot be followed. */
function find(tree: YamlNode, segments: readonly string[]): { readonly node: YamlNode | undefined } | undefined {
  let node: YamlNode | undefined = tree;
  for (const segment of segments) {
    if (node?.kind === 'map') node = node.entries.get(segment)?.value;
    else if (node?.kind === 'sequence') {
      node = node.items[indexOf(segment, node.items.length)];
      if (node === undefined) return undefined;
    } else return undefined;
  }
  return { node };
}

/** -1 for what is no index. Negative ones count from the end. */
function indexOf(segment: string, length: number): number {
  if (!/^[-+]?\d+$/.test(segment)) return -1;
  const index = Number(segment);
  return index < 0 ? length + index : index;
}

type Change = { readonly kind: 'add' | 'replace'; readonly value: YamlNode } | { readonly kind: 'remove' };

function change(node: YamlNode, segments: readonly string[], what: Change): YamlNode | undefined {
  const [head = '', ...rest] = segments;
  if (node.kind === 'map') return changeMap(node, head, rest, what);
  if (node.kind !== 'sequence') return undefined;
  const items = [...node.items];
  if (rest.length > 0) {
    const index = indexOf(head, items.length);
    const old = items[index];
    const child = old && change(old, rest, what);
    return child && { ...node, items: items.with(index, child) };
  }
  if (what.kind === 'add' && head === '-') return { ...node, items: [...items, what.value] };
  // An item can be added behind the last one, and negative indexes count with it.
  const index = indexOf(head, what.kind === 'add' ? items.length + 1 : items.length);
  if (index < 0 || index > items.length || (what.kind !== 'add' && index === items.length)) return undefined;
  if (what.kind === 'remove') items.splice(index, 1);
  else items.splice(index, what.kind === 'add' ? 0 : 1, what.value);
  return { ...node, items };
}

function changeMap(node: YamlNode & { kind: 'map' }, head: string, rest: readonly string[], what: Change): YamlNode | undefined {
  const entries = new Map<string, MapEntry>(node.entries);
  const old = entries.get(head);
  if (rest.length > 0) {
    const child = old && change(old.value, rest, what);
    if (old === undefined || child === undefined) return undefined;
    entries.set(head, { key: old.key, value: child });
  } else if (what.kind === 'remove') {
    if (!entries.delete(head)) return undefined;
  } else {
    // A replace of a missing key adds it.
    entries.set(head, { key: old?.key ?? scalarLike(head), value: what.value });
  }
  return { ...node, entries };
}
