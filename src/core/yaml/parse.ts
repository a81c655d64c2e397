/**
 * Text to located tree. The events of js-yaml carry offsets, so that one fast pass gives both the values and the places where they are written.
 * Scalars stay text; what YAML 1.1 would make of them is a question for `typing.ts`.
 */
import { EVENT_ALIAS, EVENT_DOCUMENT, EVENT_MAPPING, EVENT_POP, EVENT_SCALAR, EVENT_SEQUENCE, getScalarValue } from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';
import type { OffsetOf, YamlProblem } from './events.ts';
import { AliasProblem, MAX_DEPTH, withEvents } from './events.ts';
import type { MapEntry, MapNode, ScalarNode, Source, YamlNode } from './node.ts';

export interface ParsedDocument {
  /** undefined for an empty document. */
  readonly root: YamlNode | undefined;
  /** Keys that stand twice in one mapping, each with the entry that is ignored. */
  readonly duplicates: readonly DuplicateKey[];
}

export interface DuplicateKey {
  readonly ignored: MapEntry;
  readonly counts: MapEntry;
  /** Keys that lead to the mapping; '' for an item of a sequence. */
  readonly path: readonly string[];
}

export interface ParsedYaml {
  readonly documents: readonly ParsedDocument[];
  readonly problem: YamlProblem | undefined;
}

/** Nodes that a text may have when its aliases are followed, beyond one for each character: aliases of aliases can stand for billions. */
const MAX_ALIASED = 500_000;
const STYLES = ['plain', 'plain', 'single', 'double', 'literal', 'folded'] as const;

/** Parses all documents of `text`. `base` is added to every offset (for a part of a file). Never throws. */
export function parseYaml(text: string, source: Source, base = 0): ParsedYaml {
  const { problem, ...parsed } = withEvents(text, base, (read, events, offsetOf) =>
    new Composer(read, source, offsetOf).compose(events),
  );
  return { documents: parsed.result ?? [], problem };
}

/** How much there is below a node, aliases followed. */
interface Extent {
  readonly nodes: number;
  readonly depth: number;
}
const LEAF: Extent = { nodes: 1, depth: 0 };

interface OpenMap {
  readonly node: MapNode;
  readonly entries: Map<string, MapEntry>;
  key: ScalarNode | undefined;
  keySeen: boolean;
}
interface OpenSequence {
  readonly items: YamlNode[];
}
type Open = OpenMap | OpenSequence | { root: YamlNode | undefined };

class Composer {
  private readonly text: string;
  private readonly source: Source;
  private readonly offsetOf: OffsetOf;
  private anchors = new Map<string, YamlNode>();
  private duplicates: DuplicateKey[] = [];
  /** What is open, outermost first. */
  private readonly stack: Open[] = [];
  /** In the source. */
  private lastKeyEnd = 0;
  /** Of every collection that is closed; an alias to one that is still open would contain itself. */
  private readonly extents = new Map<YamlNode, Extent>();
  /** Of the collections that are open, outermost first. */
  private readonly open: { nodes: number; depth: number }[] = [];

  constructor(text: string, source: Source, offsetOf: OffsetOf) {
    this.text = text;
    this.source = source;
    this.offsetOf = offsetOf;
  }

  compose(events: readonly Event[]): ParsedDocument[] {
    const documents: ParsedDocument[] = [];
    const { stack } = this;
    for (const event of events) {
      switch (event.type) {
        case EVENT_DOCUMENT:
          this.anchors = new Map();
          this.duplicates = [];
          stack.push({ root: undefined });
          break;
        case EVENT_MAPPING: {
          const entries = new Map<string, MapEntry>();
          const node: MapNode = { kind: 'map', entries, start: this.offsetOf(event.start) };
          this.remember(event, node);
          this.open.push({ ...LEAF });
          stack.push({ node, entries, key: undefined, keySeen: false });
          break;
        }
        case EVENT_SEQUENCE: {
          const items: YamlNode[] = [];
          const node: YamlNode = { kind: 'sequence', items, start: this.offsetOf(event.start) };
          this.remember(event, node);
          this.open.push({ ...LEAF });
          stack.push({ items, node } as OpenSequence);
          break;
        }
        case EVENT_SCALAR: {
          const node = this.scalar(event);
          this.remember(event, node);
          const around = this.open.at(-1);
          if (around !== undefined) around.nodes++;
          this.add(stack.at(-1), node);
          break;
        }
        case EVENT_ALIAS:
          this.add(stack.at(-1), this.alias(event.anchorStart, event.anchorEnd));
          break;
        case EVENT_POP: {
          const closed = stack.pop();
          if (closed === undefined) break;
          if ('root' in closed) documents.push({ root: closed.root, duplicates: this.duplicates });
          else {
            if ('entries' in closed) merge(closed.entries);
            const { node } = closed as unknown as { node: YamlNode };
            const extent = this.open.pop() ?? LEAF;
            this.extents.set(node, extent);
            this.contain(extent, 0);
            this.add(stack.at(-1), node);
          }
          break;
        }
      }
    }
    return documents;
  }

  /** Keys from the top of the document to an open mapping. */
  private pathOf(innermost: OpenMap): string[] {
    const path: string[] = [];
    for (const open of this.stack) {
      if (open === innermost) break;
      if ('entries' in open) path.push(open.key?.text ?? '');
      else if ('items' in open) path.push('');
    }
    return path;
  }

  private remember(event: { anchorStart: number; anchorEnd: number }, node: YamlNode): void {
    if (event.anchorStart >= 0) this.anchors.set(this.text.slice(event.anchorStart, event.anchorEnd), node);
  }

  private scalar(event: ScalarEvent): ScalarNode {
    const present = event.valueStart >= 0;
    return {
      kind: 'scalar',
      text: event.fast ? this.text.slice(event.valueStart, event.valueEnd) : getScalarValue(this.text, event),
      style: STYLES[event.style],
      tag: event.tagStart >= 0 ? this.text.slice(event.tagStart, event.tagEnd) : '',
      start: present ? this.offsetOf(event.valueStart) : this.lastKeyEnd,
      end: present ? this.offsetOf(event.valueEnd) : this.lastKeyEnd,
      alias: false,
      source: this.source,
    };
  }

  private alias(start: number, end: number): YamlNode {
    const target = this.anchors.get(this.text.slice(start, end));
    // The asterisk belongs to what an edit replaces.
    const place = { start: this.offsetOf(start) - 1, end: this.offsetOf(end), source: this.source };
    if (target !== undefined && target.kind !== 'scalar') {
      const extent = this.extents.get(target);
      if (extent === undefined) throw new AliasProblem('an anchor contains itself', start);
      this.contain(extent, start);
    }
    if (target === undefined) throw new AliasProblem('a value that starts with * names no anchor', start);
    return target.kind === 'scalar' ? { ...target, ...place, alias: true } : target;
  }

  /** Counts what comes into the innermost collection. */
  private contain({ nodes, depth }: Extent, offset: number): void {
    const open = this.open.at(-1);
    if (open === undefined) return;
    open.nodes += nodes;
    open.depth = Math.max(open.depth, depth + 1);
    if (open.nodes > MAX_ALIASED + this.text.length || open.depth + this.open.length > MAX_DEPTH)
      throw new AliasProblem('it contains too many aliases of aliases', offset);
  }

  private add(open: Open | undefined, node: YamlNode): void {
    if (open === undefined) return;
    if ('root' in open) open.root = node;
    else if ('items' in open) open.items.push(node);
    else if (!open.keySeen) {
      open.keySeen = true;
      open.key = node.kind === 'scalar' ? node : undefined;
      if (node.kind === 'scalar') this.lastKeyEnd = node.end;
    } else {
      // A later entry with the same key wins (kustomize#5061), and takes its later place.
      if (open.key !== undefined) {
        const entry = { key: open.key, value: node };
        const ignored = open.entries.get(open.key.text);
        if (ignored !== undefined) {
          this.duplicates.push({ ignored, counts: entry, path: this.pathOf(open) });
          open.entries.delete(open.key.text);
        }
        open.entries.set(open.key.text, entry);
      }
      open.keySeen = false;
    }
  }
}

/** Applies `<<`: keys of the merged mappings that the mapping does not have itself. */
function merge(entries: Map<string, MapEntry>): void {
  const merged = entries.get('<<');
  if (merged === undefined || merged.key.style !== 'plain') return;
  entries.delete('<<');
  const maps = merged.value.kind === 'sequence' ? merged.value.items : [merged.value];
  for (const map of maps) {
    if (map.kind !== 'map') continue;
    for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  }
}
