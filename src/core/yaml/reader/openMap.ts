/** A mapping that is being read. */
import type { MapEntry, MapNode, YamlNode } from '../node.ts';
import type { Dialect } from './cursor.ts';
import { MergeKeys } from './mergeKeys.ts';
import { YamlError } from './token.ts';

export interface DuplicateKey {
  readonly ignored: MapEntry;
  readonly counts: MapEntry;
  /** Keys that lead to the mapping; '' for an item of a sequence. */
  readonly path: readonly string[];
}

export class OpenMap {
  private readonly entries = new Map<string, MapEntry>();
  private readonly dialect: Dialect;
  private merge: MergeKeys | undefined;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** Adds an entry; returns the one that it takes the place of. `base`: of all offsets. @throws YamlError */
  put(
    key: YamlNode,
    value: YamlNode,
    base: number,
  ): { readonly entry: MapEntry; readonly ignored: MapEntry | undefined } | undefined {
    if (key.kind !== 'scalar') throw new YamlError('invalid map key', key.start - base);
    const entry: MapEntry = { key, value };
    const { text } = key;
    if (text === '<<' && key.style === 'plain' && (key.tag === '' || key.tag === '!' || key.tag === '!!merge')) {
      this.merge ??= new MergeKeys(this.dialect);
      this.merge.add(entry, this.entries, key.start - base);
      return undefined;
    }
    const earlier = this.entries.get(text);
    // A later entry with the same key wins (kustomize#5061), and takes its later place.
    if (earlier !== undefined) this.entries.delete(text);
    this.entries.set(text, entry);
    // What a merge brought is there to be overridden.
    return { entry, ignored: earlier !== undefined && this.merge?.brought.has(earlier) === true ? undefined : earlier };
  }

  close(start: number): MapNode {
    this.merge?.finish(this.entries);
    return { kind: 'map', entries: this.entries, start };
  }
}
