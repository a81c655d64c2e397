/** Fields that transformers change: a path within objects of some kinds (api/types/fieldspec.go, api/filters/fieldspec). */
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { scalarLike } from '../yaml/node.ts';
import type { KindSelector } from './identity.ts';

export interface FieldSpec extends KindSelector {
  /** Keys separated by slashes; `[]` behind a key only says that a list is expected. */
  readonly path: string;
  readonly create: boolean;
}

export type Path = readonly (string | number)[];

/** Splits a path at slashes that no backslash precedes; one at the start is left out (kyaml utils/pathsplitter.go). */
export function splitPath(path: string, delimiter = '/'): string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts.shift();
  const result: string[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.endsWith('\\') === true) result[result.length - 1] = last.slice(0, -1) + delimiter + part;
    else result.push(part);
  }
  return result;
}

const segments = new WeakMap<FieldSpec, readonly string[]>();

/** The parts of the path of a spec. */
export function segmentsOf(spec: FieldSpec): readonly string[] {
  let known = segments.get(spec);
  if (known === undefined) segments.set(spec, (known = splitPath(spec.path)));
  return known;
}

/**
 * Visits the nodes that a path leads to, in every item of the lists on the way. Returns what kustomize refuses: a text or number where the path goes on,
 * or what `visit` returns.
 */
export function visitPath(
  node: YamlNode,
  parts: readonly string[],
  visit: (found: YamlNode, path: Path) => string | undefined,
): string | undefined {
  return visitFrom(node, parts, 0, visit, []);
}

/** `way`: what leads to the node. It is changed on the way down and put back on the way up. */
function visitFrom(
  node: YamlNode,
  parts: readonly string[],
  at: number,
  visit: (found: YamlNode, path: Path) => string | undefined,
  way: (string | number)[],
): string | undefined {
  const head = parts[at];
  if (head === undefined) return visit(node, [...way]);
  if (node.kind === 'scalar') return isNull(node) ? undefined : 'expected sequence or mapping node';
  if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) {
      way.push(index);
      const problem = visitFrom(item, parts, at, visit, way);
      way.pop();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  const key = head.endsWith('[]') ? head.slice(0, -2) : head;
  const child = node.entries.get(key)?.value;
  if (child === undefined) return undefined;
  way.push(key);
  const problem = visitFrom(child, parts, at + 1, visit, way);
  way.pop();
  return problem;
}

/** The tree with what `change` makes of the nodes that a path leads to. Missing parts are made where `create` says so; a problem where kustomize refuses. */
export function changePath(
  node: YamlNode | undefined,
  segments: readonly string[],
  create: boolean,
  change: (found: YamlNode | undefined) => YamlNode | { readonly problem: string },
): YamlNode | undefined | { readonly problem: string } {
  const [head, ...rest] = segments;
  if (head === undefined) return change(node);
  const isMissing = node === undefined || (node.kind === 'scalar' && isNull(node));
  if (isMissing && !create) return node;
  if (node?.kind === 'scalar' && !isMissing) return { problem: 'expected sequence or mapping node' };
  if (node?.kind === 'sequence') {
    const items: YamlNode[] = [];
    for (const item of node.items) {
      const changed = changePath(item, segments, create, change);
      if (changed !== undefined && 'problem' in changed) return changed;
      items.push(changed ?? item);
    }
    return { ...node, items };
  }
  const isSequence = head.endsWith('[]');
  const key = isSequence ? head.slice(0, -2) : head;
  const old = node?.kind === 'map' ? node.entries.get(key) : undefined;
  if (old === undefined && (!create || isSequence)) return node;
  const child = changePath(old?.value, rest, create, change);
  if (child === undefined || 'problem' in child) return child ?? node;
  const entries = new Map<string, MapEntry>(node?.kind === 'map' ? node.entries : []);
  entries.set(key, { key: old?.key ?? scalarLike(key), value: child });
  return { kind: 'map', entries, start: node?.kind === 'map' ? node.start : 0 };
}

/** A copy of the tree with the node at `path` replaced; undefined where the path does not lead anywhere. */
export function replaceAt(node: YamlNode, path: Path, value: YamlNode): YamlNode | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (node.kind === 'map' && typeof head === 'string') {
    const entry = node.entries.get(head);
    const child = entry && replaceAt(entry.value, rest, value);
    return child && { ...node, entries: new Map(node.entries).set(head, { key: entry.key, value: child }) };
  }
  if (node.kind === 'sequence' && typeof head === 'number') {
    const old = node.items[head];
    const child = old && replaceAt(old, rest, value);
    return child && { ...node, items: node.items.with(head, child) };
  }
  return undefined;
}

export function nodeAt(tree: YamlNode, path: Path): YamlNode | undefined {
  let node: YamlNode | undefined = tree;
  for (const step of path) {
    if (node?.kind === 'map' && typeof step === 'string') node = node.entries.get(step)?.value;
    else if (node?.kind === 'sequence' && typeof step === 'number') node = node.items[step];
    else return undefined;
  }
  return node;
}

/** Whether a scalar is what a field of a container needs: anything that is written and not null. */
export function isWritten(node: YamlNode | undefined): node is ScalarNode {
  return node?.kind === 'scalar' && !isNull(node);
}
