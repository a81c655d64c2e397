/** Lists that merge by keys (kyaml yaml/walk/associative_sequence.go, and ElementSetter of yaml/fns.go). The key '' stands for the item itself, a scalar. */
import { scalarLike } from '../yaml/node.ts';
import type { MergeNode } from './mergeNode.ts';
import { isMissing, MergeError, mutable, valueOf } from './mergeNode.ts';

type Values = readonly string[];
type Merge = (dest: MergeNode | undefined, patch: MergeNode | undefined) => MergeNode | undefined;

/** Merges the items of `patch` into `dest`: those that the patch names come first, in its order, then the others. `merge`: for two items. @throws MergeError */
export function mergeAssociative(
  dest: MergeNode,
  patch: MergeNode | undefined,
  keys: readonly string[],
  merge: Merge,
): MergeNode {
  const names = keys.length === 0 ? [''] : keys;
  const listed = valuesOf(keys, dest, patch);
  const all = keys.length > 1 ? mergedValues(listed) : listed;
  const added = mutable({ kind: 'sequence', items: [], start: dest.start });
  const used = usedKeys(all, names);
  let lastKeys: readonly string[] = names;
  for (const values of all) {
    const valid = validKeys(used, values, names);
    lastKeys = valid.keys;
    const own = validKeys(usedKeys([valid.values], valid.keys), valid.values, valid.keys);
    const value = merge(itemOf(dest, own), itemOf(patch, own));
    if (value === undefined || isMissing(value) || (value.kind === 'map' && value.entries.size === 0)) {
      setElement(dest, undefined, valid);
      continue;
    }
    for (const [index, key] of valid.keys.entries()) {
      const text = valid.values[index] ?? '';
      if (key !== '' && value.kind === 'map' && !value.entries.has(key) && text !== '')
        value.entries.set(key, { key: scalarLike(key), value: mutable(scalarLike(text)) });
    }
    setElement(added, value, valid);
  }
  return all.length > 0 ? appended(added, dest, lastKeys) : dest;
}

/** What tells items apart: the texts of their keys, in the order of the patch, then of the object. */
function valuesOf(keys: readonly string[], dest: MergeNode, patch: MergeNode | undefined): Values[] {
  const found = new Map<string, Values>();
  for (const list of [patch, dest])
    for (const item of list?.items ?? []) {
      const values = keys.length === 0 ? [valueOf(item)] : keys.map((key) => keyValue(item, key));
      const id = JSON.stringify(values);
      if (!found.has(id)) found.set(id, values);
    }
  return [...found.values()];
}

function keyValue(item: MergeNode, key: string): string {
  const value = item.kind === 'map' ? item.entries.get(key)?.value : undefined;
  return value === undefined || isMissing(value) ? '' : valueOf(value);
}

/** Items with several keys of which one is missing count as those that they fit. */
function mergedValues(list: Values[]): Values[] {
  const merged = [...list];
  for (let i = 0; i < merged.length; i++)
    for (let j = 0; j < merged.length; j++) {
      const both = match(merged[i] ?? [], merged[j] ?? []);
      if (both === undefined) continue;
      merged[i] = both;
      merged[j] = both;
    }
  return merged;
}

function match(a: Values, b: Values): Values | undefined {
  if (a.length !== b.length) return undefined;
  let hasCommon = false;
  const result: string[] = [];
  for (const [index, text] of a.entries()) {
    const other = b[index] ?? '';
    if (text === other) hasCommon = true;
    else if (text !== '' && other !== '') return undefined;
    result.push(text === '' ? other : text);
  }
  return hasCommon ? result : undefined;
}

interface KeyValues {
  readonly keys: readonly string[];
  readonly values: Values;
}

function usedKeys(all: readonly Values[], keys: readonly string[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const list of all) for (const [index, text] of list.entries()) if (text !== '') used.add(keys[index] ?? '');
  return used;
}

/** Keys that no item has do not count. */
function validKeys(used: ReadonlySet<string>, values: Values, keys: readonly string[]): KeyValues {
  if (used.size === 0 || used.size === keys.length) return { keys, values };
  return {
    keys: keys.filter((key) => used.has(key)),
    values: values.filter((text, index) => text !== '' || used.has(keys[index] ?? '')),
  };
}

function itemOf(list: MergeNode | undefined, { keys, values }: KeyValues): MergeNode | undefined {
  if (list === undefined) return undefined;
  if (keys[0] === '') return list.items.find((item) => valueOf(item) === values[0]);
  return list.items.find(
    (item) =>
      item.kind === 'map' &&
      keys.every((key, index) => {
        const value = item.entries.get(key)?.value;
        return value !== undefined && valueOf(value) === values[index];
      }),
  );
}

/** Replaces the items that fit by `element`, or takes them out; where none fits, `element` is added. Empty items do not stay. */
function setElement(list: MergeNode, element: MergeNode | undefined, { keys, values }: KeyValues): void {
  const wantsMapping = keys[0] !== '' && (values[0] ?? '') !== '';
  const items: MergeNode[] = [];
  let isFound = false;
  for (const item of list.items) {
    if (isMissing(item) || (item.kind === 'map' && item.entries.size === 0)) continue;
    if (item.kind !== 'map' && wantsMapping) items.push(item);
    else if (!fits(item, keys, values)) {
      if (values.length > 0) items.push(item);
    } else {
      isFound = true;
      if (element !== undefined) items.push(element);
    }
  }
  list.items = items;
  if (element !== undefined && !isMissing(element) && !isFound) list.items.push(element);
}

function fits(item: MergeNode, keys: readonly string[], values: Values): boolean {
  let found = false;
  for (const [index, key] of keys.entries()) {
    const text = values[index];
    if (text !== undefined) found = fieldFits(item, key, text);
    if (!found) return false;
  }
  return found;
}

function fieldFits(item: MergeNode, key: string, text: string): boolean {
  if (item.kind !== (key === '' ? 'scalar' : 'map')) throw new MergeError('wrong node kind in a list that merges by a key');
  if (key === '') return valueOf(item) === text;
  const value = item.entries.get(key)?.value;
  return value !== undefined && (text === '' || valueOf(value) === text);
}

/** Adds the items of the object to those of the patch. An item of the object takes the place of the one with its keys: it is the one that was merged. */
function appended(list: MergeNode, source: MergeNode, keys: readonly string[]): MergeNode {
  for (const item of [...source.items]) {
    if (keys[0] === '') {
      setElement(list, item, { keys, values: [valueOf(item)] });
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      if (item.kind !== 'map' && !isMissing(item)) throw new MergeError('wrong node kind in a list that merges by a key');
      const value = item.kind === 'map' ? item.entries.get(key)?.value : undefined;
      if (value === undefined) list.items.push(item);
      else values.push(valueOf(value));
    }
    if (keys.length > 1) setElement(list, undefined, { keys, values });
    setElement(list, item, { keys, values });
  }
  return list;
}
