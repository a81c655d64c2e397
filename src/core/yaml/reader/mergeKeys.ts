/** `<<`: the keys of other mappings as keys of this one. */
import type { MapEntry, MapNode, YamlNode } from '../node.ts';
import type { Dialect } from './cursor.ts';
import { YamlError } from './token.ts';

/**
 * What one mapping merges. In version 3 the keys of the mapping itself win (kyaml rnode.go, mergeAll); in version 2 what is written later wins, be it a key or
 * a merge (go-yaml v2 decode.go, mapping). Of several mappings in one list the first wins in both.
 */
export class MergeKeys {
  private readonly dialect: Dialect;
  private merged: readonly MapNode[] | undefined;
  /** The entries that were put among those of the mapping so far. */
  readonly brought = new Set<MapEntry>();

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** @throws YamlError */
  add({ value }: MapEntry, entries: Map<string, MapEntry>, offset: number): void {
    const maps = mapsOf(value, offset);
    if (this.dialect === 'v3') {
      if (this.merged !== undefined) throw new YamlError('duplicate merge key', offset);
      this.merged = maps;
      return;
    }
    for (const map of maps.toReversed()) for (const [key, entry] of map.entries) this.bring(key, entry, entries);
  }

  private bring(key: string, entry: MapEntry, entries: Map<string, MapEntry>): void {
    entries.set(key, entry);
    this.brought.add(entry);
  }

  finish(entries: Map<string, MapEntry>): void {
    for (const map of this.merged ?? []) for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  }
}

function mapsOf(value: YamlNode, offset: number): MapNode[] {
  const items = value.kind === 'sequence' ? value.items : [value];
  return items.map((item) => {
    if (item.kind === 'map') return item;
    throw new YamlError('map merge requires map or sequence of maps as the value', offset);
  });
}
