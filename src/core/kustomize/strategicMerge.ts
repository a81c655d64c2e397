/** Strategic merge of located trees (kyaml merge2 with kustomize's options): the result shares every untouched part, so scalars keep their origin. */
import type { MapEntry, MapNode, SequenceNode, YamlNode } from '../yaml/node.ts';
import { isNull, textAt } from '../yaml/node.ts';

/** Lists of built-in kinds that merge by a key; all others are replaced. */
const MERGE_KEYS = new Map<string, readonly string[]>([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['ephemeralContainers', ['name']],
  ['volumes', ['name']],
  ['env', ['name']],
  ['volumeMounts', ['mountPath']],
  ['ports', ['containerPort', 'port']],
  ['imagePullSecrets', ['name']],
]);

/** Merges `patch` over `base`. undefined: the patch deletes the whole object. `builtin`: whether Kubernetes' own schema says how lists merge. */
export function strategicMerge(base: YamlNode, patch: YamlNode, builtin: boolean): YamlNode | undefined {
  if (patch.kind === 'map') {
    const directive = textAt(patch, '$patch');
    if (directive === 'delete') return undefined;
    if (base.kind !== 'map') return withoutDirectives(patch);
    if (directive === 'replace') return withoutDirectives(patch);
    return mergeMaps(base, patch, builtin);
  }
  return patch;
}

function mergeMaps(base: MapNode, patch: MapNode, builtin: boolean): MapNode {
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of patch.entries) {
    if (key.startsWith('$')) continue;
    const old = entries.get(key);
    if (entry.value.kind === 'scalar' && isNull(entry.value)) entries.delete(key);
    else if (old === undefined) entries.set(key, { key: entry.key, value: withoutDirectives(entry.value) });
    else {
      const keys = builtin ? MERGE_KEYS.get(key) : undefined;
      const merged =
        keys !== undefined && old.value.kind === 'sequence' && entry.value.kind === 'sequence'
          ? mergeLists(old.value, entry.value, keys)
          : strategicMerge(old.value, entry.value, builtin);
      if (merged === undefined) entries.delete(key);
      else entries.set(key, { key: old.key, value: merged });
    }
  }
  return { kind: 'map', entries, start: base.start };
}

/** Items that the patch names come first, in its order, new ones too; then the others (kyaml MergeOptionsListPrepend). */
function mergeLists(base: SequenceNode, patch: SequenceNode, keys: readonly string[]): SequenceNode {
  if (patch.items.some((item) => textAt(item, '$patch') === 'replace'))
    return { ...base, items: patch.items.filter((item) => textAt(item, '$patch') !== 'replace').map(withoutDirectives) };
  const keyName = keys.find((key) => [...base.items, ...patch.items].every((item) => textAt(item, key) !== ''));
  if (keyName === undefined)
    return base.items.length === 0 || patch.items.length > 0 ? { ...base, items: patch.items.map(withoutDirectives) } : base;
  const rest: YamlNode[] = [...base.items];
  const first: YamlNode[] = [];
  for (const item of patch.items) {
    const id = textAt(item, keyName);
    const index = rest.findIndex((old) => textAt(old, keyName) === id);
    const [old] = index < 0 ? [] : rest.splice(index, 1);
    if (old === undefined && textAt(item, '$patch') === 'delete') continue;
    const merged = old === undefined ? withoutDirectives(item) : strategicMerge(old, item, true);
    if (merged !== undefined) first.push(merged);
  }
  return { ...base, items: [...first, ...rest] };
}

function withoutDirectives(node: YamlNode): YamlNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'sequence') return { ...node, items: node.items.map(withoutDirectives) };
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    if (key.startsWith('$')) continue;
    if (entry.value.kind === 'scalar' && isNull(entry.value)) continue;
    entries.set(key, { key: entry.key, value: withoutDirectives(entry.value) });
  }
  return { ...node, entries };
}

/** A plain merge of mappings, lists replaced: how Helm merges values. */
export function mergeValues(base: YamlNode | undefined, over: YamlNode | undefined): YamlNode | undefined {
  if (over === undefined) return base;
  if (base?.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of over.entries) {
    const merged = mergeValues(entries.get(key)?.value, entry.value);
    if (merged !== undefined) entries.set(key, { key: entry.key, value: merged });
  }
  return { kind: 'map', entries, start: base.start };
}

/** A copy of the tree with the node at `path` replaced; undefined where the path does not lead anywhere. */
export function replaceAt(node: YamlNode, path: readonly (string | number)[], value: YamlNode): YamlNode | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (node.kind === 'map' && typeof head === 'string') {
    const entry = node.entries.get(head);
    if (entry === undefined) return undefined;
    const child = replaceAt(entry.value, rest, value);
    return child && { ...node, entries: new Map(node.entries).set(head, { key: entry.key, value: child }) };
  }
  if (node.kind === 'sequence' && typeof head === 'number') {
    const old = node.items[head];
    const child = old && replaceAt(old, rest, value);
    return child && { ...node, items: node.items.with(head, child) };
  }
  return undefined;
}
