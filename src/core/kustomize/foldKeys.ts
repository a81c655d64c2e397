/** Fields of kustomize's own files: names are matched case-insensitively, as Go's encoding/json does. */
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { coercedText } from '../yaml/typing.ts';

/** Fields by lower-case name; of two spellings the one that sorts last wins, as in Go's encoding/json over sorted keys. */
export function foldKeys(map: MapNode): ReadonlyMap<string, MapEntry> {
  const folded = new Map<string, MapEntry>();
  for (const [key, entry] of map.entries) {
    const lower = key.toLowerCase();
    const other = folded.get(lower);
    if (other === undefined || other.key.text < key) folded.set(lower, entry);
  }
  return folded;
}

/** The value of a field, undefined where the node is no mapping or does not have it. */
export function fieldOf(node: YamlNode | undefined, name: string): YamlNode | undefined {
  if (node?.kind !== 'map') return undefined;
  let found = node.entries.get(name);
  const { length } = name;
  // Spelled otherwise, it is as long.
  for (const key of node.entries.keys()) {
    if (key.length !== length || key === name || key.toLowerCase() !== name.toLowerCase()) continue;
    if (found === undefined || found.key.text < key) found = node.entries.get(key);
  }
  return found?.value;
}

/** A scalar field that is written and not null. */
export function scalarField(node: YamlNode | undefined, name: string): ScalarNode | undefined {
  return writtenScalar(fieldOf(node, name));
}

/** The value of a field where that is a scalar, and not null. */
function writtenScalar(value: YamlNode | undefined): ScalarNode | undefined {
  return value?.kind === 'scalar' && !isNull(value) ? value : undefined;
}

/** The text of a field, '' where there is none. */
export function textField(node: YamlNode | undefined, name: string): string {
  return textIn(fieldOf(node, name));
}

export function textIn(value: YamlNode | undefined): string {
  const scalar = writtenScalar(value);
  return scalar === undefined ? '' : coercedText(scalar);
}

/** Whether a field is true. */
export function isSet(node: YamlNode | undefined, name: string): boolean {
  return textField(node, name) === 'true';
}

export function itemsField(node: YamlNode | undefined, name: string): readonly YamlNode[] {
  return itemsIn(fieldOf(node, name));
}

export function itemsIn(value: YamlNode | undefined): readonly YamlNode[] {
  return value?.kind === 'sequence' ? value.items : NO_ITEMS;
}

const NO_ITEMS: readonly YamlNode[] = [];
const NO_SCALARS: readonly ScalarNode[] = [];

/** The scalars of a list. */
export function scalarsField(node: YamlNode | undefined, name: string): readonly ScalarNode[] {
  return scalarsIn(fieldOf(node, name));
}

/** The scalars of a list. A null is an empty text, as Go's encoding/json reads it. */
export function scalarsIn(value: YamlNode | undefined): readonly ScalarNode[] {
  if (value?.kind !== 'sequence') return NO_SCALARS;
  return value.items.flatMap((item) => (item.kind !== 'scalar' ? [] : isNull(item) ? { ...item, text: '', tag: '!!str' } : item));
}
