/** Text to tokens, by the rules of libyaml as go-yaml has them (go.yaml.in/yaml scannerc.go), so that exactly what go-yaml accepts is accepted. */
import { skipToToken } from './blanks.ts';
import { scanBlockScalar } from './blockScalar.ts';
import { END, isBlankOrEnd, TAB } from './characters.ts';
import { Cursor } from './cursor.ts';
import { scanDirective } from './directives.ts';
import { scanPlainScalar } from './plainScalar.ts';
import { scanAnchor, scanTag } from './properties.ts';
import { scanQuotedScalar } from './quotedScalar.ts';
import type { Token } from './token.ts';
import { TokenType, YamlError } from './token.ts';

/** A place at which a key may have started: kustomize's parsers see that only at the colon. */
interface SimpleKey {
  isPossible: boolean;
  isRequired: boolean;
  /** Number of the token that it starts with. */
  token: number;
  offset: number;
  column: number;
  line: number;
}

/** A key has to end on its line, and within this many characters. */
const MAX_KEY = 1024;
/** Free places at the front of the queue, for tokens that turn out to belong before others. */
const SLACK = 4;
/** So many tokens that are done with stay in the queue before it is shortened. */
const MAX_PASSED = 256;

export class Scanner extends Cursor {
  private readonly indents: number[] = [];
  private readonly keys: SimpleKey[] = [noKey()];
  private queue: (Token | undefined)[] = [undefined, undefined, undefined, undefined];
  private head = SLACK;
  /** Number of the token at the head of the queue. */
  private parsed = 0;
  private lastType: TokenType = TokenType.documentEnd;
  /** The token at the head of the queue, once it is known that no other comes before it. */
  private next: Token | undefined;

  peek(): Token {
    return this.next ?? this.findNext();
  }

  private findNext(): Token {
    // Version 3 reads two tokens ahead, to see which comment belongs to which.
    const ahead = this.isVersion3 ? 3 : 1;
    while (this.queue.length - this.head < ahead || this.headMayBeKey()) this.fetch();
    return (this.next = this.queue[this.head] as Token);
  }

  skip(): void {
    this.next = undefined;
    this.head++;
    this.parsed++;
    if (this.head < MAX_PASSED) return;
    this.queue.splice(SLACK, this.head - SLACK);
    this.head = SLACK;
  }

  private headMayBeKey(): boolean {
    const { keys, parsed } = this;
    for (let level = 0; level < keys.length; level++) {
      const key = keys[level] as SimpleKey;
      if (key.isPossible && key.token === parsed) return this.isStillKey(key);
    }
    return false;
  }

  private push(type: TokenType, start: number, end: number): void {
    this.add({ type, start, end, value: '', style: 'plain', handle: '' });
  }

  private add(token: Token): void {
    this.queue.push(token);
    this.lastType = token.type;
  }

  /** Puts a token before that of a number. */
  private insert(number: number, type: TokenType, offset: number): void {
    const token: Token = { type, start: offset, end: offset, value: '', style: 'plain', handle: '' };
    const { queue } = this;
    const index = this.head + number - this.parsed;
    if (index === this.head && this.head > 0) {
      queue[--this.head] = token;
      return;
    }
    queue.push(token);
    for (let at = queue.length - 1; at > index; at--) queue[at] = queue[at - 1];
    queue[index] = token;
  }

  private fetch(): void {
    skipToToken(this, this.lastType === TokenType.blockEntry);
    this.unroll(this.column);
    const { position } = this;
    const code = this.at(position);
    if (code === END) return this.fetchEnd();
    if (position === this.lineStart) {
      if (code === 37) return this.fetchDirective();
      if (this.isAtDocumentIndicator()) return this.fetchIndicator(code);
    }
    const next = this.at(position + 1);
    switch (code) {
      case 91: // [
        return this.fetchFlowStart(TokenType.flowSequenceStart);
      case 123: // {
        return this.fetchFlowStart(TokenType.flowMappingStart);
      case 93: // ]
        return this.fetchFlowEnd(TokenType.flowSequenceEnd);
      case 125: // }
        return this.fetchFlowEnd(TokenType.flowMappingEnd);
      case 44: // ,
        this.removeKey();
        this.allowsKey = true;
        return this.take(TokenType.flowEntry);
      case 45: // -
        if (isBlankOrEnd(next)) return this.fetchBlockEntry();
        break;
      case 63: // ?
        if (this.flowLevel > 0 || isBlankOrEnd(next)) return this.fetchKey();
        break;
      case 58: // :
        if (this.flowLevel > 0 || isBlankOrEnd(next)) return this.fetchValue();
        break;
      case 42: // *
      case 38: // &
        this.saveKey();
        this.allowsKey = false;
        return this.add(scanAnchor(this, code === 42));
      case 33: // !
        this.saveKey();
        this.allowsKey = false;
        return this.add(scanTag(this));
      case 124: // |
      case 62: // >
        if (this.flowLevel > 0) throw this.noToken();
        this.removeKey();
        this.allowsKey = true;
        return this.add(scanBlockScalar(this, code === 124));
      case 39: // '
      case 34: // "
        this.saveKey();
        this.allowsKey = false;
        return this.add(scanQuotedScalar(this, code === 39));
      case 35: // #
      case 37: // %
      case 64: // @
      case 96: // `
      case TAB:
        throw this.noToken();
    }
    this.saveKey();
    this.allowsKey = false;
    this.add(scanPlainScalar(this));
  }

  private noToken(): YamlError {
    return new YamlError('found character that cannot start any token', this.position);
  }

  /** Takes one character as a token. */
  private take(type: TokenType): void {
    this.push(type, this.position, ++this.position);
  }

  private fetchEnd(): void {
    // The end counts as a line of its own, so that nothing before it can still become a key.
    if (this.column !== 0) {
      this.lineStart = this.position;
      this.line++;
    }
    this.unroll(-1);
    this.removeKey();
    this.allowsKey = false;
    this.push(TokenType.end, this.position, this.position);
  }

  private fetchDirective(): void {
    this.unroll(-1);
    this.removeKey();
    this.allowsKey = false;
    this.add(scanDirective(this));
  }

  private fetchIndicator(code: number): void {
    this.unroll(-1);
    this.removeKey();
    this.allowsKey = false;
    this.push(code === 45 ? TokenType.documentStart : TokenType.documentEnd, this.position, this.position + 3);
    this.position += 3;
  }

  private fetchFlowStart(type: TokenType): void {
    this.saveKey();
    this.keys.push(noKey());
    this.flowLevel++;
    this.allowsKey = true;
    this.take(type);
  }

  private fetchFlowEnd(type: TokenType): void {
    this.removeKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      this.keys.pop();
    }
    this.allowsKey = false;
    this.take(type);
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.allowsKey) throw new YamlError('block sequence entries are not allowed in this context', this.position);
      this.roll(this.column, -1, TokenType.blockSequenceStart, this.position);
    }
    this.removeKey();
    this.allowsKey = true;
    this.take(TokenType.blockEntry);
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.allowsKey) throw new YamlError('mapping keys are not allowed in this context', this.position);
      this.roll(this.column, -1, TokenType.blockMappingStart, this.position);
    }
    this.removeKey();
    this.allowsKey = this.flowLevel === 0;
    this.take(TokenType.key);
  }

  private fetchValue(): void {
    const key = this.keys[this.keys.length - 1] as SimpleKey;
    if (this.isStillKey(key)) {
      this.insert(key.token, TokenType.key, key.offset);
      this.roll(key.column, key.token, TokenType.blockMappingStart, key.offset);
      key.isPossible = false;
      this.allowsKey = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.allowsKey) throw new YamlError('mapping values are not allowed in this context', this.position);
        this.roll(this.column, -1, TokenType.blockMappingStart, this.position);
      }
      this.allowsKey = this.flowLevel === 0;
    }
    this.take(TokenType.value);
  }

  private isStillKey(key: SimpleKey): boolean {
    if (!key.isPossible) return false;
    if (key.line === this.line && key.offset + MAX_KEY >= this.position) return true;
    if (key.isRequired) throw new YamlError("could not find expected ':'", key.offset);
    key.isPossible = false;
    return false;
  }

  private saveKey(): void {
    if (!this.allowsKey) return;
    this.removeKey();
    const key = this.keys[this.keys.length - 1] as SimpleKey;
    key.isPossible = true;
    key.isRequired = this.flowLevel === 0 && this.indent === this.column;
    key.token = this.parsed + this.queue.length - this.head;
    key.offset = this.position;
    key.column = this.column;
    key.line = this.line;
  }

  private removeKey(): void {
    const key = this.keys[this.keys.length - 1] as SimpleKey;
    if (key.isPossible && key.isRequired) throw new YamlError("could not find expected ':'", key.offset);
    key.isPossible = false;
  }

  /** Opens a block collection where the column is deeper than the innermost one; `number` is that of its first token, -1 for the next. */
  private roll(column: number, number: number, type: TokenType, offset: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (number < 0) this.push(type, offset, offset);
    else this.insert(number, type, offset);
  }

  /** Closes the block collections that are deeper than the column. */
  private unroll(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.push(TokenType.blockEnd, this.position, this.position);
      this.indent = this.indents.pop() ?? -1;
    }
  }
}

function noKey(): SimpleKey {
  return { isPossible: false, isRequired: false, token: 0, offset: 0, column: 0, line: 0 };
}
