/** JSON 6902 patches on located trees. */
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, textAt } from '../yaml/node.ts';

/** Applies all operations, or says which one does not fit. */
export function applyJsonPatch(tree: YamlNode, operations: readonly YamlNode[]): { tree: YamlNode } | { failure: string } {
  let current = tree;
  for (const operation of operations) {
    const op = textAt(operation, 'op');
    const path = textAt(operation, 'path');
    const next = applyOne(current, op, path, operation);
    if (next === undefined) return { failure: `the operation ${op} ${path} does not fit the object` };
    current = next;
  }
  return { tree: current };
}

function applyOne(tree: YamlNode, op: string, path: string, operation: YamlNode): YamlNode | undefined {
  const segments = segmentsOf(path);
  const value = get(operation, 'value') ?? NULL;
  const from = segmentsOf(textAt(operation, 'from'));
  switch (op) {
    case 'add':
      return change(tree, segments, { kind: 'add', value });
    case 'replace':
      return change(tree, segments, { kind: 'replace', value });
    case 'remove':
      return change(tree, segments, { kind: 'remove' });
    case 'copy':
    case 'move': {
      const found = find(tree, from);
      if (found === undefined) return undefined;
      const base = op === 'move' ? change(tree, from, { kind: 'remove' }) : tree;
      return base && change(base, segments, { kind: 'add', value: found });
    }
    case 'test':
      return passes(find(tree, segments), value, segments) ? tree : undefined;
    default:
      return undefined;
  }
}

/** Compares scalars only. The tree holds images as they are written, not as the layers below have left them. */
function passes(found: YamlNode | undefined, value: YamlNode, segments: readonly string[]): boolean {
  if (found?.kind !== 'scalar' || value.kind !== 'scalar' || segments.at(-1) === 'image') return found !== undefined;
  return found.text === value.text;
}

const NULL: ScalarNode = {
  kind: 'scalar',
  text: '',
  style: 'plain',
  tag: '',
  start: 0,
  end: 0,
  alias: false,
  source: { file: '', within: undefined },
};

function segmentsOf(pointer: string): string[] {
  if (pointer === '' || pointer === '/') return [];
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(tree: YamlNode, segments: readonly string[]): YamlNode | undefined {
  let node: YamlNode | undefined = tree;
  for (const segment of segments) {
    if (node?.kind === 'map') node = node.entries.get(segment)?.value;
    else if (node?.kind === 'sequence') node = node.items[indexOf(segment, node.items.length)];
    else return undefined;
  }
  return node;
}

function indexOf(segment: string, length: number): number {
  if (!/^-?\d+$/.test(segment)) return -1;
  const index = Number(segment);
  return index < 0 ? length + index : index;
}

type Change = { kind: 'add' | 'replace'; value: YamlNode } | { kind: 'remove' };

function change(node: YamlNode, segments: readonly string[], what: Change): YamlNode | undefined {
  const [head, ...rest] = segments;
  if (head === undefined) return what.kind === 'remove' ? undefined : what.value;
  if (node.kind === 'map') return changeMap(node, head, rest, what);
  if (node.kind !== 'sequence') return undefined;
  const items = [...node.items];
  if (rest.length > 0) {
    const index = indexOf(head, items.length);
    const old = items[index];
    const child = old && change(old, rest, what);
    if (child === undefined) return undefined;
    items[index] = child;
    return { ...node, items };
  }
  if (what.kind === 'add' && head === '-') return { ...node, items: [...items, what.value] };
  const index = indexOf(head, items.length);
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
    // A replace of a missing key adds it, as in the library that kustomize uses (evanphx/json-patch v4).
    entries.set(head, { key: old?.key ?? { ...NULL, text: head }, value: what.value });
  }
  return { ...node, entries };
}
