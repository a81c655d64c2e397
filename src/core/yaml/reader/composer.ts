/** Tokens to located trees: the grammar of libyaml (go.yaml.in/yaml parserc.go), and what go-yaml checks while it builds its nodes (decode.go). */
import type { MapEntry, MapNode, ScalarNode, SequenceNode, Source, YamlNode } from '../node.ts';
import { Extent } from './extent.ts';
import type { DuplicateKey } from './openMap.ts';
import { OpenMap } from './openMap.ts';
import { Tags } from './tags.ts';
import { unprintable } from './unprintable.ts';
import type { Dialect } from './cursor.ts';
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

export class Composer {
  private readonly scanner: Scanner;
  private readonly text: string;
  private readonly source: Source;
  private readonly base: number;
  private readonly dialect: Dialect;
  private readonly extent = new Extent();
  private readonly tags = new Tags();
  private duplicates: DuplicateKey[] = [];
  private unprintable: YamlError | undefined;
  /** Keys that lead to the node that is being read. */
  private readonly path: string[] = [];
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
    this.extent.clear();
    this.duplicates = [];
    this.unprintable = undefined;
    if (!this.isFirst) while (scanner.peek().type === TokenType.documentEnd) scanner.skip();
    if (scanner.peek().type === TokenType.end) return undefined;
    const isExplicit = this.tags.readDirectives(scanner) || !this.isFirst || scanner.peek().type === TokenType.documentStart;
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
    this.extent.enter(depth, token.start);
    const first = token;
    let anchor = '';
    let tag = '';
    let hasTag = false;
    for (;;) {
      if (token.type === TokenType.anchor && anchor === '') anchor = token.value;
      else if (token.type === TokenType.tag && !hasTag) {
        hasTag = true;
        tag = this.tags.tagOf(token);
      } else break;
      scanner.skip();
      token = scanner.peek();
    }
    return anchor === ''
      ? this.content(isBlock, isIndentless, tag, first, depth)
      : this.extent.anchor(anchor, depth, () => this.content(isBlock, isIndentless, tag, first, depth));
  }

  /** What follows the properties of a node, which start with `first`. */
  private content(isBlock: boolean, isIndentless: boolean, tag: string, first: Token, depth: number): YamlNode {
    const { scanner } = this;
    const token = scanner.peek();
    const { type } = token;
    if (type === TokenType.blockEntry && isIndentless) return this.blockSequence(token, false, depth);
    const isCollection = isBlock && (type === TokenType.blockMappingStart || type === TokenType.blockSequenceStart);
    if (
      isCollection ||
      type === TokenType.scalar ||
      type === TokenType.flowSequenceStart ||
      type === TokenType.flowMappingStart
    ) {
      scanner.skip();
      if (type === TokenType.scalar) return this.scalar(token, tag);
      if (type === TokenType.flowSequenceStart) return this.flowSequence(token, depth);
      if (type === TokenType.flowMappingStart) return this.flowMapping(token, depth);
      return type === TokenType.blockMappingStart ? this.blockMapping(token, depth) : this.blockSequence(token, true, depth);
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

  private scalar(token: Token, tag: string): ScalarNode {
    this.extent.nodes++;
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
    this.extent.nodes++;
    const place = this.base + offset;
    return { kind: 'scalar', text: '', style: 'plain', tag, start: place, end: place, alias: false, source: this.source };
  }

  private alias({ value, start, end }: Token, depth: number): YamlNode {
    const node = this.extent.alias(value, start, depth, this.text.length);
    // The asterisk belongs to what an edit replaces.
    return node.kind === 'scalar'
      ? { ...node, start: this.base + start, end: this.base + end, source: this.source, alias: true }
      : node;
  }

  private blockSequence(opening: Token, isIndented: boolean, depth: number): SequenceNode {
    const { scanner, path } = this;
    const items: YamlNode[] = [];
    this.extent.nodes++;
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
    return map.close(this.base + opening.start);
  }

  private flowSequence(opening: Token, depth: number): SequenceNode {
    const { scanner, path } = this;
    const items: YamlNode[] = [];
    this.extent.nodes++;
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
    return map.close(this.base + opening.start);
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
    return map.close(this.base + opening.start);
  }

  /** A key or a value in a flow mapping, undefined where it is not written. */
  private flowPart(isKey: boolean, depth: number): YamlNode | undefined {
    const { type } = this.scanner.peek();
    if (type === TokenType.flowEntry || type === TokenType.flowMappingEnd || (isKey && type === TokenType.value))
      return undefined;
    return this.node(false, false, depth + 1);
  }

  private open(): OpenMap {
    this.extent.nodes++;
    return new OpenMap(this.dialect);
  }

  private put(map: OpenMap, key: YamlNode, value: YamlNode, depth: number): void {
    if (key.kind !== 'scalar') throw new YamlError('invalid map key', key.start - this.base);
    const entry: MapEntry = { key, value };
    if (map.merges(entry, this.base)) return;
    const ignored = map.put(entry);
    if (depth > 0 && this.unprintable === undefined) this.unprintable = unprintable(key, true);
    if (ignored !== undefined) this.duplicates.push({ ignored, counts: entry, path: [...this.path] });
  }
}

function isBlockGap({ type }: Token): boolean {
  return type === TokenType.key || type === TokenType.value || type === TokenType.blockEnd;
}
