/**
 * The YAML that most manifests are written in, read straight from its lines: block mappings and sequences of scalars that end on their line, block scalars,
 * and lists of words between brackets. Nothing here decides what YAML is: whatever is not as plain as that is left to the composer, which makes the same
 * tree of what is.
 */
import type { MapEntry, MapNode, ScalarNode, SequenceNode, Source, YamlNode } from '../node.ts';
import { scanBlockScalar } from './blockScalar.ts';
import type { Dialect } from './cursor.ts';
import { Cursor } from './cursor.ts';
import { YamlError } from './token.ts';
import { unprintable } from './unprintable.ts';

/** Characters beyond which lines are not what they seem, or that no YAML may contain. */
const UNUSUAL = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;
const MAX_DEPTH = 100;
const MAX_KEY = 1000;

/** Lines without content, and the blanks before what comes next. */
const TO_CONTENT = /(?: *(?:#[^\n]*)?\n)* *(?:#[^\n]*$)?/y;
const INDENT = / *(?=[^ \n#])/y;
/** A key on one line, its colon behind it. Regular expressions, because loops over characters are slow until they have run for a while. */
const KEY = /[\w$/.][^ \n:]*(?::[^ \n:]+)*(?=:(?:[ \n]|$))/y;
/** A plain scalar of words to the end of its line: nothing in it can mean anything else, and nothing follows it. */
const WORDS = /[A-Za-z0-9_/][^\s:#]*(?::[^\s:#]+)*(?: [^\s:#]+(?::[^\s:#]+)*)*(?=\n)/y;
/** A plain scalar that does not start with an indicator. */
const PLAIN = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s]))[^\n]*/y;
/** What ends a plain scalar before its line, or is not allowed in it. */
const PLAIN_END = /:(?= |$)| #/;
const QUOTED = /"[^"\\\n]*"|'[^'\n]*'(?!')/y;
/** A key in quotes without anything special between them, its colon behind it. */
const QUOTED_KEY = /(?:"[^"\\\n<]*"|'[^'\n<]*')(?=:(?:[ \n]|$))/y;
/** Words between brackets. */
const WORD = /[A-Za-z0-9_/][\w./@+-]*/y;
const BETWEEN = / *, */y;
/** Nothing but a comment on the rest of a line. */
const REST = / *(?: #[^\n]*)?(?=\n|$)/y;

const LINE_FEED = 10;
const SPACE = 32;
const HASH = 35;
const DASH = 45;
const QUOTE = 34;
const CLOSING = 93;

/** Thrown where the composer has to read; nobody sees it. */
const NOT_PLAIN = Symbol('not plain');

/** The one document of a text, undefined where the text is not plain. `base` is added to every offset. */
export function readPlainBlock(text: string, source: Source, base: number, dialect: Dialect): YamlNode | undefined {
  if (UNUSUAL.test(text)) return undefined;
  try {
    return new PlainBlock(text, source, base, dialect).read();
  } catch (error) {
    if (error === NOT_PLAIN || error instanceof YamlError) return undefined;
    throw error;
  }
}

class PlainBlock {
  private readonly text: string;
  private readonly source: Source;
  private readonly base: number;
  private readonly cursor: Cursor;
  /** The first character of the line that comes next, or the length of the text. */
  private position = 0;
  private lineStart = 0;

  constructor(text: string, source: Source, base: number, dialect: Dialect) {
    this.text = text;
    this.source = source;
    this.base = base;
    this.cursor = new Cursor(text, dialect);
  }

  read(): YamlNode {
    this.nextLine(0);
    if (this.text.startsWith('---\n', this.position) && this.column === 0) this.nextLine(this.position + 4);
    if (this.position === this.text.length) throw NOT_PLAIN;
    const root = this.collection(0);
    if (this.position < this.text.length) throw NOT_PLAIN;
    return root;
  }

  private get column(): number {
    return this.position - this.lineStart;
  }

  /** Goes to the next line with more than a comment, from the start of a line on. */
  private nextLine(from: number): void {
    const { text } = this;
    const indented = this.match(INDENT, from);
    if (indented >= 0) {
      this.position = indented;
      this.lineStart = from;
      return;
    }
    const end = from < text.length ? this.match(TO_CONTENT, from) : text.length;
    this.position = end;
    this.lineStart = end >= text.length ? end : text.lastIndexOf('\n', end - 1) + 1;
  }

  /** The end of what an expression matches at an offset, -1 where it does not. */
  private match(expression: RegExp, offset: number): number {
    expression.lastIndex = offset;
    return expression.test(this.text) ? expression.lastIndex : -1;
  }

  private endOfLine(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    return end < 0 ? this.text.length : end;
  }

  /** The column of the next line, -1 at the end. */
  private get nextColumn(): number {
    return this.position < this.text.length ? this.column : -1;
  }

  private isEntry(offset: number): boolean {
    if (this.text.charCodeAt(offset) !== DASH) return false;
    const next = this.text.charCodeAt(offset + 1);
    return next === SPACE || next === LINE_FEED || offset + 1 === this.text.length;
  }

  /** The block collection whose first line comes next. */
  private collection(depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw NOT_PLAIN;
    return this.isEntry(this.position) ? this.sequence(this.column, depth) : this.mapping(this.column, depth);
  }

  private mapping(column: number, depth: number): MapNode {
    const { text, position: start } = this;
    const entries = new Map<string, MapEntry>();
    let size = 0;
    do {
      const key = this.key(depth);
      const end = key.end - this.base;
      const value = this.value(this.behindBlanks(end + 1), column, end, true, depth);
      entries.set(key.text, { key, value });
      if (entries.size !== ++size) throw NOT_PLAIN; // a key that stands there twice
      if (this.position < text.length && this.column === column && this.isEntry(this.position)) throw NOT_PLAIN;
    } while (this.nextColumn === column);
    if (this.nextColumn > column) throw NOT_PLAIN;
    return { kind: 'map', entries, start: this.base + start };
  }

  private key(depth: number): ScalarNode {
    const { position: start } = this;
    const end = this.match(KEY, start);
    if (end < 0) return this.quotedKey(start);
    if (end - start > MAX_KEY) throw NOT_PLAIN;
    const key = this.scalar(this.text.slice(start, end), 'plain', start, end);
    if (depth > 0 && unprintable(key, true) !== undefined) throw NOT_PLAIN;
    return key;
  }

  private quotedKey(opening: number): ScalarNode {
    const end = this.match(QUOTED_KEY, opening);
    if (end < 0 || end - opening > MAX_KEY) throw NOT_PLAIN;
    const style = this.text.charCodeAt(opening) === QUOTE ? 'double' : 'single';
    return this.scalar(this.text.slice(opening + 1, end - 1), style, opening + 1, end - 1);
  }

  private behindBlanks(offset: number): number {
    let at = offset;
    while (this.text.charCodeAt(at) === SPACE) at++;
    return at;
  }

  private sequence(column: number, depth: number): SequenceNode {
    const start = this.position;
    const items: YamlNode[] = [];
    while (this.nextColumn === column && this.isEntry(this.position)) {
      const dash = this.position;
      const offset = this.behindBlanks(dash + 1);
      items.push(
        this.isEntry(offset) || this.match(KEY, offset) >= 0
          ? this.compact(offset, depth)
          : this.value(offset, column, dash + 1, false, depth),
      );
    }
    return { kind: 'sequence', items, start: this.base + start };
  }

  /** A collection that starts on the line of the dash before it. */
  private compact(offset: number, depth: number): YamlNode {
    this.position = offset;
    const { column } = this;
    const node = this.collection(depth + 1);
    if (this.nextColumn >= column) throw NOT_PLAIN;
    return node;
  }

  /**
   * What stands behind a colon or a dash, on the same line or below it. `column`: of the collection that it belongs to. `gap`: the place of a value that is
   * not written.
   */
  private value(offset: number, column: number, gap: number, inMapping: boolean, depth: number): YamlNode {
    const { text } = this;
    const code = text.charCodeAt(offset);
    if (offset >= text.length || code === LINE_FEED || (code === HASH && text.charCodeAt(offset - 1) === SPACE)) {
      this.nextLine(this.endOfLine(offset) + 1);
      const { nextColumn } = this;
      if (nextColumn > column || (inMapping && nextColumn === column && this.isEntry(this.position)))
        return this.collectionBelow(column, depth + 1);
      return this.scalar('', 'plain', gap, gap);
    }
    if (code === 124 || code === 62) return this.block(offset, column, code === 124);
    if (code === QUOTE || code === 39) return this.quoted(offset, column, code);
    if (code === 91) return this.words(offset, column);
    if (code === 123) return this.emptyMapping(offset, column);
    return this.plain(offset, column);
  }

  private collectionBelow(column: number, depth: number): YamlNode {
    const own = this.column;
    const node = this.collection(depth);
    if (own > column && this.nextColumn > column) throw NOT_PLAIN;
    return node;
  }

  private plain(start: number, column: number): ScalarNode {
    const { text } = this;
    const end = this.match(WORDS, start);
    if (end >= 0) {
      this.goOn(end, column);
      return this.scalar(text.slice(start, end), 'plain', start, end);
    }
    const endOfLine = this.match(PLAIN, start);
    if (endOfLine < 0) throw NOT_PLAIN;
    const line = text.slice(start, endOfLine);
    const stop = PLAIN_END.exec(line);
    if (stop?.[0] === ':') throw NOT_PLAIN;
    let length = stop?.index ?? line.length;
    while (line.charCodeAt(length - 1) === SPACE) length--;
    const scalar = this.scalar(line.slice(0, length), 'plain', start, start + length);
    if (unprintable(scalar) !== undefined) throw NOT_PLAIN;
    this.goOn(endOfLine, column);
    return scalar;
  }

  /** Goes to the next line, which must not be a deeper one. */
  private goOn(endOfLine: number, column: number): void {
    this.nextLine(endOfLine + 1);
    if (this.nextColumn > column) throw NOT_PLAIN;
  }

  private block(offset: number, column: number, isLiteral: boolean): ScalarNode {
    const { cursor } = this;
    cursor.position = offset;
    cursor.lineStart = this.lineStart;
    cursor.indent = column;
    const { value, style, start, end } = scanBlockScalar(cursor, isLiteral);
    this.nextLine(cursor.position >= this.text.length ? this.text.length : cursor.lineStart);
    if (this.nextColumn > column) throw NOT_PLAIN;
    return this.scalar(value, style, start, end);
  }

  /** A scalar in quotes without anything special between them. */
  private quoted(opening: number, column: number, quote: number): ScalarNode {
    const end = this.match(QUOTED, opening);
    if (end < 0) throw NOT_PLAIN;
    this.endValue(end, column);
    const value = this.text.slice(opening + 1, end - 1);
    return this.scalar(value, quote === QUOTE ? 'double' : 'single', opening + 1, end - 1);
  }

  private emptyMapping(opening: number, column: number): MapNode {
    if (this.text.charCodeAt(opening + 1) !== 125) throw NOT_PLAIN;
    this.endValue(opening + 2, column);
    return { kind: 'map', entries: new Map(), start: this.base + opening };
  }

  /** A list of words on one line, or an empty one. */
  private words(opening: number, column: number): SequenceNode {
    const { text } = this;
    const items: YamlNode[] = [];
    let at = this.behindBlanks(opening + 1);
    while (text.charCodeAt(at) !== CLOSING) {
      const end = this.match(WORD, at);
      if (end < 0) throw NOT_PLAIN;
      items.push(this.scalar(text.slice(at, end), 'plain', at, end));
      at = this.match(BETWEEN, end);
      if (at < 0 && text.charCodeAt((at = this.behindBlanks(end))) !== CLOSING) throw NOT_PLAIN;
    }
    this.endValue(at + 1, column);
    return { kind: 'sequence', items, start: this.base + opening };
  }

  /** Nothing but a comment may follow on the line. */
  private endValue(end: number, column: number): void {
    const endOfLine = this.match(REST, end);
    if (endOfLine < 0) throw NOT_PLAIN;
    this.goOn(endOfLine, column);
  }

  private scalar(text: string, style: ScalarNode['style'], start: number, end: number): ScalarNode {
    return {
      kind: 'scalar',
      text,
      style,
      tag: '',
      start: this.base + start,
      end: this.base + end,
      alias: false,
      source: this.source,
    };
  }
}
