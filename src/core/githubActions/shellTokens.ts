/** Words, operators and redirects of a shell script (POSIX, bash), with quotes resolved and expansions marked. Nothing is run and no value is known. */

export type ShellToken =
  | {
      readonly kind: 'word';
      /** What only the running script knows stands between two NULs, as it is written: `\0$TAG\0`. */
      readonly text: string;
      /** Whether nothing in it is quoted or expanded, as in reserved words. */
      readonly isBare: boolean;
      /** The scripts of its command substitutions. */
      readonly inner: readonly (readonly ShellToken[])[];
    }
  | { readonly kind: 'operator'; readonly text: string }
  /** Its target is the word behind it. */
  | { readonly kind: 'redirect'; readonly text: string; readonly document: HereDocument | undefined };

export interface HereDocument {
  /** Its lines, each with its line break. */
  text: string;
  inner: readonly (readonly ShellToken[])[];
}

/** GitHub takes no longer ones. */
const MAX_LENGTH = 100_000;

/** undefined where a quote or a parenthesis is not closed. Never throws. */
export function shellTokens(script: string): readonly ShellToken[] | undefined {
  if (script.length > MAX_LENGTH) return undefined;
  try {
    const reader = new ShellTokenReader(script);
    const tokens = reader.tokens(false);
    return reader.isAtEnd ? tokens : undefined;
  } catch {
    return undefined;
  }
}

const BLANKS = /(?:[ \t\r]|\\\r?\n)+/y;
const COMMENT = /#[^\n]*/y;
const OPERATOR = /\n|;;&?|;&|&&|\|\||\|&|[;&|()]/y;
const REDIRECT = /(?:\d+(?=[<>])|&(?=>))?(?:>>|>\||>&|<<<|<<-?|<&|<>|[<>](?!\())/y;
const ARITHMETIC = /\(\((?:(?!\)\))[^\n]){0,200}\)\)/y;
const ARITHMETIC_VALUE = /\$\(\((?:(?!\)\))[^\n]){0,200}\)\)/y;
const VARIABLE = /\$(?:[A-Za-z_]\w*|[\d@*#?!$-])/y;
const SINGLE_QUOTED = /\$?'[^']*'/y;
const BACKTICKS = /`((?:[^`\\]|\\.)*)`/sy;
/** GitHub puts its value in before the shell sees the script. */
const EXPRESSION = /\$\{\{(?:'[^']*'|(?!\}\}).)*\}\}/sy;
const WORD_END = /[\s;&|<>()]/;

class ShellTokenReader {
  private readonly script: string;
  private at = 0;
  private inner: (readonly ShellToken[])[] = [];
  private waiting: { readonly delimiter: string; readonly isQuoted: boolean; readonly document: HereDocument }[] = [];

  constructor(script: string) {
    this.script = script;
  }

  get isAtEnd(): boolean {
    return this.at >= this.script.length && this.waiting.length === 0;
  }

  /** Up to the end, or in a substitution up to its closing parenthesis. @throws where something is not closed */
  tokens(isSubstitution: boolean): ShellToken[] {
    const tokens: ShellToken[] = [];
    let open = 0;
    for (;;) {
      this.take(BLANKS);
      this.take(COMMENT);
      if (this.at >= this.script.length) return tokens;
      if (this.take(ARITHMETIC) !== '') {
        // It prints nothing and is true or false.
        tokens.push({ kind: 'word', text: ':', isBare: false, inner: [] });
        continue;
      }
      const redirect = this.take(REDIRECT);
      if (redirect !== '') {
        tokens.push(...this.redirect(redirect));
        continue;
      }
      const operator = this.take(OPERATOR);
      if (operator === '(') open++;
      if (operator === ')' && --open < 0 && isSubstitution) return tokens;
      if (operator === '\n') this.hereDocuments();
      tokens.push(operator === '' ? this.word() : { kind: 'operator', text: operator });
    }
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.script)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private redirect(text: string): ShellToken[] {
    this.take(BLANKS);
    const start = this.at;
    const target = this.word();
    if (!/<<-?$/.test(text)) return [{ kind: 'redirect', text, document: undefined }, target];
    const document: HereDocument = { text: '', inner: [] };
    this.waiting.push({ delimiter: target.text, isQuoted: /["'\\]/.test(this.script.slice(start, this.at)), document });
    return [{ kind: 'redirect', text, document }, target];
  }

  private hereDocuments(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { delimiter, isQuoted, document } of waiting) {
      let text = '';
      for (let line = this.line(); line.trim() !== delimiter; line = this.line()) text += line;
      const reader = new ShellTokenReader(text);
      document.text = isQuoted ? text : reader.expanded();
      document.inner = reader.inner;
    }
  }

  private line(): string {
    if (this.at >= this.script.length) throw new Error('a here-document is not closed');
    return this.take(/[^\n]*(?:\n|$)/y);
  }

  /** The whole text as one in which the shell puts values, and where quotes are quotes. */
  private expanded(): string {
    let text = '';
    while (this.at < this.script.length) text += this.piece(true);
    return text;
  }

  private word(): ShellToken & { kind: 'word' } {
    const start = this.at;
    // A word can hold a substitution that holds words.
    const around = this.inner;
    this.inner = [];
    let text = '';
    while (this.at < this.script.length) {
      const next = this.script[this.at] ?? '';
      if (/[<>]/.test(next) && this.script[this.at + 1] === '(') {
        this.at += 1;
        text += this.substitution();
      } else if (next === '(' && /^\w+\+?=$/.test(text)) text += this.list();
      else if (WORD_END.test(next)) break;
      else text += this.piece(false);
    }
    if (this.at === start) throw new Error('no word');
    const { inner } = this;
    this.inner = around;
    return { kind: 'word', text, isBare: text === this.script.slice(start, this.at), inner };
  }

  /** One character, one quoted part or one expansion. */
  private piece(isQuoted: boolean): string {
    const expansion = this.expansion(isQuoted);
    if (expansion !== undefined) return expansion;
    const character = this.script[this.at++] ?? '';
    if (character === '\\') {
      const next = this.script[this.at++] ?? '';
      if (next === '\n') return '';
      return !isQuoted || /["\\$`]/.test(next) ? next : `\\${next}`;
    }
    if (isQuoted || character !== '"') return character;
    let text = '';
    while (this.script[this.at] !== '"') {
      if (this.at >= this.script.length) throw new Error('a quote is not closed');
      text += this.piece(true);
    }
    this.at++;
    return text;
  }

  private expansion(isQuoted: boolean): string | undefined {
    const character = this.script[this.at];
    if (character === "'" || (character === '$' && this.script[this.at + 1] === "'"))
      return isQuoted ? undefined : this.literal();
    if (character === '`') return this.backticks();
    if (character !== '$') return undefined;
    const written = this.take(EXPRESSION) || this.take(ARITHMETIC_VALUE) || this.take(VARIABLE);
    if (written !== '') return `\0${written}\0`;
    if (this.script[this.at + 1] === '(') {
      this.at++;
      return this.substitution();
    }
    return this.script[this.at + 1] === '{' ? this.parameter() : undefined;
  }

  /** In single quotes the shell expands nothing, and GitHub does. */
  private literal(): string {
    const written = this.take(SINGLE_QUOTED);
    if (written === '') throw new Error('a quote is not closed');
    const text = written.replace(/^\$?'|'$/g, '');
    return written.startsWith('$') ? `\0${written}\0` : text.replaceAll(/\$\{\{.*?\}\}/gs, (expression) => `\0${expression}\0`);
  }

  private backticks(): string {
    const written = this.take(BACKTICKS);
    const tokens = written === '' ? undefined : shellTokens(written.slice(1, -1));
    if (tokens === undefined) throw new Error('a substitution is not closed');
    this.inner.push(tokens);
    return `\0${written}\0`;
  }

  /** From the opening parenthesis of a command substitution to the closing one. */
  private substitution(): string {
    const [tokens, written] = this.parenthesized();
    this.inner.push(tokens);
    return `\0$${written}\0`;
  }

  /** The values of `names=(a b)`. */
  private list(): string {
    const [tokens, written] = this.parenthesized();
    for (const token of tokens) if (token.kind === 'word') this.inner.push(...token.inner);
    return `\0${written}\0`;
  }

  private parenthesized(): [tokens: readonly ShellToken[], written: string] {
    const start = this.at++;
    const tokens = this.tokens(true);
    if (this.script[this.at - 1] !== ')') throw new Error('a parenthesis is not closed');
    return [tokens, this.script.slice(start, this.at)];
  }

  /** `${...}`, which can hold quotes and substitutions. */
  private parameter(): string {
    const start = this.at;
    this.at += 2;
    while (this.script[this.at] !== '}') {
      if (this.at >= this.script.length) throw new Error('a parameter is not closed');
      this.piece(true);
    }
    this.at++;
    return `\0${this.script.slice(start, this.at).replace(/^\$\{(\w+)\}$/, '$$$1')}\0`;
  }
}
