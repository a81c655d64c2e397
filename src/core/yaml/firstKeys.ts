/** Where a key stands twice in a mapping, a tree has the last one. Patches go by the first. */
import type { MapEntry, YamlNode } from './node.ts';
import type { DuplicateKey } from './parse.ts';

/** The tree with the first entry of every key. `duplicates`: those of the document that the tree was read from. */
export function firstKeys(root: YamlNode, duplicates: readonly DuplicateKey[]): YamlNode {
  const earlier = new Map(duplicates.map(({ counts, ignored }) => [counts, ignored]));
  const first = (entry: MapEntry): MapEntry => {
    const before = earlier.get(entry);
    return before === undefined ? entry : first(before);
  };
  const rebuilt = (node: YamlNode): YamlNode => {
    if (node.kind === 'scalar') return node;
    if (node.kind === 'sequence') return { ...node, items: node.items.map(rebuilt) };
    const entries = new Map<string, MapEntry>();
    for (const [name, last] of node.entries) {
      const { key, value } = first(last);
      entries.set(name, { key, value: rebuilt(value) });
    }
    return { ...node, entries };
  };
  return rebuilt(root);
}
