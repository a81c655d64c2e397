/** A mapping that is being read. */
import type { MapEntry, MapNode } from '../node.ts';
import type { Dialect } from './cursor.ts';
import { MergeKeys } from './mergeKeys.ts';

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

  /** Merges what an entry says, where its key is `<<`; false where it is another one. `base`: of all offsets. @throws YamlError */
  merges(entry: MapEntry, base: number): boolean {
    const { text, style, tag, start } = entry.key;
    if (text !== '<<' || style !== 'plain' || !(tag === '' || tag === '!' || tag === '!!merge')) return false;
    this.merge ??= new MergeKeys(this.dialect);
    this.merge.add(entry, this.entries, start - base);
    return true;
  }

  /** Adds an entry; returns the one that it takes the place of. */
  put(entry: MapEntry): MapEntry | undefined {
    const { text } = entry.key;
    const earlier = this.entries.get(text);
    // A later entry with the same key wins (kustomize#5061), and takes its later place.
    if (earlier !== undefined) this.entries.delete(text);
    this.entries.set(text, entry);
    // What a merge brought is there to be overridden.
    return earlier !== undefined && this.merge?.brought.has(earlier) === true ? undefined : earlier;
  }

  close(start: number): MapNode {
    this.merge?.finish(this.entries);
    return { kind: 'map', entries: this.entries, start };
  }
}
