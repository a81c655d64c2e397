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
  const exact = node.entries.get(name);
  const lower = name.toLowerCase();
  let found = exact;
  for (const [key, entry] of node.entries)
    if (key.toLowerCase() === lower && (found === undefined || found.key.text < key)) found = entry;
  return found?.value;
}

/** A scalar field that is written and not null. */
export function scalarField(node: YamlNode | undefined, name: string): ScalarNode | undefined {
  const value = fieldOf(node, name);
  return value?.kind === 'scalar' && !isNull(value) ? value : undefined;
}

/** The text of a field, '' where there is none. */
export function textField(node: YamlNode | undefined, name: string): string {
  const scalar = scalarField(node, name);
  return scalar === undefined ? '' : coercedText(scalar);
}

/** Whether a field is true. */
export function isSet(node: YamlNode | undefined, name: string): boolean {
  return textField(node, name) === 'true';
}

export function itemsField(node: YamlNode | undefined, name: string): readonly YamlNode[] {
  const value = fieldOf(node, name);
  return value?.kind === 'sequence' ? value.items : [];
}

/** The scalars of a list that are not null. */
export function scalarsField(node: YamlNode | undefined, name: string): readonly ScalarNode[] {
  return itemsField(node, name).filter((item) => item.kind === 'scalar' && !isNull(item)) as ScalarNode[];
}
