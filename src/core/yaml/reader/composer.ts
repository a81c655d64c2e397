/** Tokens to located trees: the grammar of libyaml (go.yaml.in/yaml parserc.go), and what go-yaml checks while it builds its nodes (decode.go). */
import type { MapEntry, MapNode, ScalarNode, SequenceNode, Source, YamlNode } from '../node.ts';
import { MergeKeys } from './mergeKeys.ts';
import { unprintable } from './unprintable.ts';
import type { Dialect } from './scanner.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './token.ts';
import { TokenType, YamlError } from './token.ts';

export interface ComposedDocument {
  /** undefined for an empty document. */
  readonly root: YamlNode | undefined;
  /** Keys that stand twice in one mapping, each with the entry that is ignored. */
  readonly duplicates: readonly DuplicateKey[];
  /** Why kustomize can read the document, and cannot write it. */
  readonly unprintable: YamlError | undefined;
}

export interface DuplicateKey {
  readonly ignored: MapEntry;
  readonly counts: MapEntry;
  /** Keys that lead to the mapping; '' for an item of a sequence. */
  readonly path: readonly string[];
}

/** Deeper trees are not read: no manifest is that deep, and walking them would exhaust the stack. */
const MAX_DEPTH = 1_000;
/** Nodes that a text may have when its aliases are followed, beyond one for each character: aliases of aliases can stand for billions. */
const MAX_ALIASED = 500_000;

interface Anchored {
  /** undefined while the node is being read: an alias there would contain itself. */
  node: YamlNode | undefined;
  /** Nodes in it, aliases followed. */
  nodes: number;
  height: number;
}

export class Composer {
  private readonly scanner: Scanner;
  private readonly text: string;
  private readonly source: Source;
  private readonly base: number;
  private readonly dialect: Dialect;
  private readonly anchors = new Map<string, Anchored>();
  private readonly tagPrefixes = new Map<string, string>();
  private duplicates: DuplicateKey[] = [];
  private unprintable: YamlError | undefined;
  /** Keys that lead to the node that is being read. */
  private readonly path: string[] = [];
  /** Nodes so far, aliases followed. */
  private nodes = 0;
  private deepest = 0;
  private isFirst = true;

  /** `base` is added to every offset. */
  constructor(text: string, source: Source, base: number, dialect: Dialect) {
    this.scanner = new Scanner(text, dialect);
    this.text = text;
    this.source = source;
    this.base = base;
    this.dialect = dialect;
  }

  /** The next document; undefined at the end of the text. What follows a document is looked at when the next one is asked for. @throws YamlError */
  next(): ComposedDocument | undefined {
    const { scanner } = this;
    this.anchors.clear();
    this.tagPrefixes.clear();
    this.duplicates = [];
    this.unprintable = undefined;
    this.nodes = this.deepest = 0;
    if (!this.isFirst) while (scanner.peek().type === TokenType.documentEnd) scanner.skip();
    if (scanner.peek().type === TokenType.end) return undefined;
    const isExplicit = this.readDirectives() || !this.isFirst || scanner.peek().type === TokenType.documentStart;
    if (isExplicit) {
      this.expect(TokenType.documentStart, 'did not find expected <document start>');
    }
    this.isFirst = false;
    const isEmpty = isExplicit && scanner.peek().type <= TokenType.documentEnd;
    const root = isEmpty ? undefined : this.node(true, false, 0);
    if (scanner.peek().type === TokenType.documentEnd) scanner.skip();
    return { root, duplicates: this.duplicates, unprintable: this.unprintable };
  }

  private expect(type: TokenType, problem: string): void {
    const token = this.scanner.peek();
    if (token.type !== type) throw new YamlError(problem, token.start);
    this.scanner.skip();
  }

  /** True where there was one. */
  private readDirectives(): boolean {
    const { scanner } = this;
    let version = false;
    for (let token = scanner.peek(); ; token = scanner.peek()) {
      if (token.type === TokenType.version) {
        if (version) throw new YamlError('found duplicate %YAML directive', token.start);
        if (token.value !== '1.1') throw new YamlError('found incompatible YAML document', token.start);
        version = true;
      } else if (token.type === TokenType.tagDirective) {
        if (this.tagPrefixes.has(token.value)) throw new YamlError('found duplicate %TAG directive', token.start);
        this.tagPrefixes.set(token.value, token.handle);
      } else return version || this.tagPrefixes.size > 0;
      scanner.skip();
    }
  }

  /** A node. `isBlock`: outside of flow collections. `isIndentless`: a sequence may stand at the column of its key. */
  private node(isBlock: boolean, isIndentless: boolean, depth: number): YamlNode {
    const { scanner } = this;
    let token = scanner.peek();
    if (token.type === TokenType.alias) {
      scanner.skip();
      return this.alias(token, depth);
    }
    if (token.type === TokenType.scalar) {
      scanner.skip();
      return this.scalar(token, '');
    }
    if (depth > this.deepest) {
      this.deepest = depth;
      if (depth > MAX_DEPTH) throw new YamlError(`is nested in more than ${String(MAX_DEPTH)} levels`, token.start, true);
    }
    const first = token;
    let anchor = '';
    let tag = '';
    let hasTag = false;
    for (;;) {
      if (token.type === TokenType.anchor && anchor === '') anchor = token.value;
      else if (token.type === TokenType.tag && !hasTag) {
        hasTag = true;
        tag = this.tagOf(token);
      } else break;
      scanner.skip();
      token = scanner.peek();
    }
    if (anchor !== '') return this.anchored(anchor, isBlock, isIndentless, tag, first, depth);
    return this.content(isBlock, isIndentless, tag, first, depth);
  }

  private anchored(name: string, isBlock: boolean, isIndentless: boolean, tag: string, first: Token, depth: number): YamlNode {
    const anchored: Anchored = { node: undefined, nodes: this.nodes, height: 0 };
    this.anchors.set(name, anchored);
    const { deepest } = this;
    this.deepest = depth;
    anchored.node = this.content(isBlock, isIndentless, tag, first, depth);
    anchored.nodes = this.nodes - anchored.nodes;
    anchored.height = this.deepest - depth;
    this.deepest = Math.max(deepest, this.deepest);
    return anchored.node;
  }

  /** What follows the properties of a node, which start with `first`. */
  private content(isBlock: boolean, isIndentless: boolean, tag: string, first: Token, depth: number): YamlNode {
    const { scanner } = this;
    const token = scanner.peek();
    switch (token.type) {
      case TokenType.scalar:
        scanner.skip();
        return this.scalar(token, tag);
      case TokenType.flowSequenceStart:
        scanner.skip();
        return this.flowSequence(token, depth);
      case TokenType.flowMappingStart:
        scanner.skip();
        return this.flowMapping(token, depth);
      case TokenType.blockEntry:
        if (isIndentless) return this.blockSequence(token, false, depth);
        break;
      case TokenType.blockSequenceStart:
        if (!isBlock) break;
        scanner.skip();
        return this.blockSequence(token, true, depth);
      case TokenType.blockMappingStart:
        if (!isBlock) break;
        scanner.skip();
        return this.blockMapping(token, depth);
    }
    if (first === token) throw new YamlError('did not find expected node content', token.start);
    // Properties alone stand for an empty scalar.
    return this.empty(this.lastEnd(token.start), tag);
  }

  /** Behind what is written before an offset. */
  private lastEnd(offset: number): number {
    const before = this.text.slice(0, offset).replace(/(?:\s|#[^\n\r]*(?=[\n\r]|$))+$/, '');
    return before.length;
  }

  private tagOf({ value, handle, start }: Token): string {
    if (handle === '') return shortTag(value);
    const prefix = this.tagPrefixes.get(handle) ?? (handle === '!!' ? 'tag:yaml.org,2002:' : handle === '!' ? '!' : undefined);
    if (prefix === undefined) throw new YamlError('found undefined tag handle', start);
    return shortTag(prefix + value);
  }

  private scalar(token: Token, tag: string): ScalarNode {
    this.nodes++;
    const node: ScalarNode = {
      kind: 'scalar',
      text: token.value,
      style: token.style,
      tag,
      start: this.base + token.start,
      end: this.base + token.end,
      alias: false,
      source: this.source,
    };
    if (this.unprintable === undefined) this.unprintable = unprintable(node);
    return node;
  }

  private empty(offset: number, tag = ''): ScalarNode {
    this.nodes++;
    const place = this.base + offset;
    return { kind: 'scalar', text: '', style: 'plain', tag, start: place, end: place, alias: false, source: this.source };
  }

  private alias({ value, start, end }: Token, depth: number): YamlNode {
    const anchored = this.anchors.get(value);
    if (anchored === undefined) throw new YamlError(`unknown anchor '${value}' referenced`, start);
    const { node, nodes, height } = anchored;
    if (node === undefined) throw new YamlError(`anchor '${value}' value contains itself`, start);
    this.nodes += nodes;
    this.deepest = Math.max(this.deepest, depth + height);
    if (this.nodes > MAX_ALIASED + this.text.length || this.deepest > MAX_DEPTH)
      throw new YamlError('contains too many aliases of aliases', start, true);
    // The asterisk belongs to what an edit replaces.
    return node.kind === 'scalar'
      ? { ...node, start: this.base + start, end: this.base + end, source: this.source, alias: true }
      : node;
  }

  private blockSequence(opening: Token, isIndented: boolean, depth: number): SequenceNode {
    const { scanner, path } = this;
    const items: YamlNode[] = [];
    this.nodes++;
    path.push('');
    for (let token = scanner.peek(); token.type === TokenType.blockEntry; token = scanner.peek()) {
      scanner.skip();
      const { type } = scanner.peek();
      const isEmpty =
        type === TokenType.blockEntry ||
        type === TokenType.blockEnd ||
        (!isIndented && (type === TokenType.key || type === TokenType.value));
      items.push(isEmpty ? this.empty(token.end) : this.node(true, false, depth + 1));
    }
    path.pop();
    if (isIndented) this.expect(TokenType.blockEnd, "did not find expected '-' indicator");
    return { kind: 'sequence', items, start: this.base + opening.start };
  }

  private blockMapping(opening: Token, depth: number): MapNode {
    const { scanner } = this;
    const map = this.open();
    for (let token = scanner.peek(); token.type === TokenType.key; token = scanner.peek()) {
      scanner.skip();
      const key = isBlockGap(scanner.peek()) ? this.empty(token.end) : this.node(true, true, depth + 1);
      const name = key.kind === 'scalar' ? key.text : '';
      const colon = scanner.peek();
      let value: YamlNode;
      this.path.push(name);
      if (colon.type === TokenType.value) {
        scanner.skip();
        value = isBlockGap(scanner.peek())
          ? this.empty(key.kind === 'scalar' ? key.end - this.base : colon.start)
          : this.node(true, true, depth + 1);
      } else value = this.empty(key.kind === 'scalar' ? key.end - this.base : colon.start);
      this.path.pop();
      this.put(map, key, value, depth);
    }
    this.expect(TokenType.blockEnd, 'did not find expected key');
    return this.close(map, opening.start);
  }

  private flowSequence(opening: Token, depth: number): SequenceNode {
    const { scanner, path } = this;
    const items: YamlNode[] = [];
    this.nodes++;
    path.push('');
    let isFirst = true;
    while (scanner.peek().type !== TokenType.flowSequenceEnd) {
      if (!isFirst) {
        this.expect(TokenType.flowEntry, "did not find expected ',' or ']'");
        if (scanner.peek().type === TokenType.flowSequenceEnd) break;
      }
      isFirst = false;
      items.push(scanner.peek().type === TokenType.key ? this.pair(depth + 1) : this.node(false, false, depth + 1));
    }
    scanner.skip();
    path.pop();
    return { kind: 'sequence', items, start: this.base + opening.start };
  }

  /** `[a: b]`: a mapping of one entry. */
  private pair(depth: number): MapNode {
    const { scanner } = this;
    const map = this.open();
    const opening = scanner.peek();
    scanner.skip();
    const isGap = (token: Token) => token.type === TokenType.flowEntry || token.type === TokenType.flowSequenceEnd;
    let key: YamlNode;
    const next = scanner.peek();
    if (isGap(next) || next.type === TokenType.value) {
      // libyaml passes over this token (yaml_parser_parse_flow_sequence_entry_mapping_key).
      key = this.empty(next.end);
      scanner.skip();
    } else key = this.node(false, false, depth + 1);
    let value: YamlNode | undefined;
    if (scanner.peek().type === TokenType.value) {
      scanner.skip();
      if (!isGap(scanner.peek())) value = this.node(false, false, depth + 1);
    }
    this.put(map, key, value ?? this.empty(scanner.peek().start), depth);
    return this.close(map, opening.start);
  }

  private flowMapping(opening: Token, depth: number): MapNode {
    const { scanner } = this;
    const map = this.open();
    let isFirst = true;
    while (scanner.peek().type !== TokenType.flowMappingEnd) {
      if (!isFirst) {
        this.expect(TokenType.flowEntry, "did not find expected ',' or '}'");
        if (scanner.peek().type === TokenType.flowMappingEnd) break;
      }
      isFirst = false;
      const token = scanner.peek();
      if (token.type !== TokenType.key) {
        const key = this.node(false, false, depth + 1);
        this.put(map, key, this.empty(key.kind === 'scalar' ? key.end - this.base : scanner.peek().start), depth);
        continue;
      }
      scanner.skip();
      const key = this.flowPart(true, depth) ?? this.empty(scanner.peek().start);
      this.path.push(key.kind === 'scalar' ? key.text : '');
      let value: YamlNode | undefined;
      if (scanner.peek().type === TokenType.value) {
        scanner.skip();
        value = this.flowPart(false, depth);
      }
      this.path.pop();
      this.put(map, key, value ?? this.empty(key.kind === 'scalar' ? key.end - this.base : scanner.peek().start), depth);
    }
    scanner.skip();
    return this.close(map, opening.start);
  }

  /** A key or a value in a flow mapping, undefined where it is not written. */
  private flowPart(isKey: boolean, depth: number): YamlNode | undefined {
    const { type } = this.scanner.peek();
    if (type === TokenType.flowEntry || type === TokenType.flowMappingEnd || (isKey && type === TokenType.value)) return undefined;
    return this.node(false, false, depth + 1);
  }

  private open(): OpenMap {
    this.nodes++;
    return { entries: new Map(), merge: undefined };
  }

  private put(map: OpenMap, key: YamlNode, value: YamlNode, depth: number): void {
    if (key.kind !== 'scalar') throw new YamlError('invalid map key', key.start - this.base);
    const entry: MapEntry = { key, value };
    const { text } = key;
    if (text === '<<' && key.style === 'plain' && (key.tag === '' || key.tag === '!' || key.tag === '!!merge')) {
      map.merge ??= new MergeKeys(this.dialect);
      map.merge.add(entry, map.entries, key.start - this.base);
      return;
    }
    if (depth > 0 && this.unprintable === undefined) this.unprintable = unprintable(key, true);
    const ignored = map.entries.get(text);
    if (ignored !== undefined) {
      this.duplicates.push({ ignored, counts: entry, path: [...this.path] });
      // A later entry with the same key wins (kustomize#5061), and takes its later place.
      map.entries.delete(text);
    }
    map.entries.set(text, entry);
  }

  private close(map: OpenMap, start: number): MapNode {
    map.merge?.finish(map.entries);
    return { kind: 'map', entries: map.entries, start: this.base + start };
  }
}

interface OpenMap {
  readonly entries: Map<string, MapEntry>;
  merge: MergeKeys | undefined;
}

function isBlockGap({ type }: Token): boolean {
  return type === TokenType.key || type === TokenType.value || type === TokenType.blockEnd;
}

/** `tag:yaml.org,2002:str` as `!!str`. */
function shortTag(tag: string): string {
  return tag.startsWith('tag:yaml.org,2002:') ? `!!${tag.slice(18)}` : tag;
}
