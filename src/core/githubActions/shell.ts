/** The commands of a shell script, whatever conditions and loops they stand in. What is not followed makes the whole script unknown. */
import type { ShellToken } from './shellTokens.ts';
import { shellTokens } from './shellTokens.ts';

export interface ShellCommand {
  readonly words: readonly string[];
  /** Its own, then those of the groups around it. */
  readonly redirects: readonly Redirect[];
  /** The single command whose output it reads through a pipe. */
  readonly input: ShellCommand | undefined;
  /** Whether what it prints goes into a pipe. */
  readonly isPiped: boolean;
}

export interface Redirect {
  readonly operator: string;
  readonly target: string;
  readonly document: string | undefined;
}

export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** Commands in substitutions: what they print is part of a word. */
  readonly inner: readonly ShellCommand[];
  /** Names of the functions that it defines. */
  readonly functions: ReadonlySet<string>;
}

/** undefined for a script that cannot be followed. Never throws. */
export function parseShell(script: string): ShellScript | undefined {
  const tokens = shellTokens(script);
  return tokens === undefined ? undefined : new CommandReader().read(tokens);
}

interface OpenCommand {
  words: string[];
  redirects: Redirect[];
  input: ShellCommand | undefined;
  isPiped: boolean;
}

interface Group {
  readonly closing: string;
  /** Its commands are those from here on; in a `case`, those of the clause that is read. */
  start: number;
}

const GROUPS: Readonly<Record<string, string>> = {
  if: 'fi',
  while: 'done',
  until: 'done',
  for: 'done',
  select: 'done',
  case: 'esac',
  '{': '}',
};
/** Their other words are no commands. */
const HEADS = ['for', 'select', 'case'];
const BETWEEN = ['then', 'elif', 'else', 'do', '!', 'time'];

/** Nobody writes deeper ones. */
const MAX_DEPTH = 50;

class CommandReader {
  private readonly commands: OpenCommand[] = [];
  private readonly inner: ShellCommand[] = [];
  private readonly functions = new Set<string>();
  private readonly groups: Group[] = [];
  private command: OpenCommand | undefined;
  /** Commands of the group that was closed just now: redirects and pipes behind it are theirs. */
  private closed: readonly OpenCommand[] | undefined;
  private input: OpenCommand | undefined;

  read(tokens: readonly ShellToken[]): ShellScript | undefined {
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index] as ShellToken;
      if (token.kind === 'word' && token.isBare && token.text === '[[' && this.command === undefined) {
        const end = tokens.findIndex((other, at) => at > index && other.kind === 'word' && other.isBare && other.text === ']]');
        if (end < 0 || !this.test(tokens.slice(index, end))) return undefined;
        index = end;
      } else if (token.kind === 'redirect') {
        const target = tokens[++index];
        if (target?.kind !== 'word' || !this.substitutions(target.inner) || !this.substitutions(token.document?.inner ?? []))
          return undefined;
        this.redirect({ operator: token.text, target: target.text, document: token.document?.text });
      } else if (!(token.kind === 'word' ? this.word(token) : this.operator(token.text))) return undefined;
    }
    this.end();
    return this.groups.length > 0 ? undefined : { commands: this.commands, inner: this.inner, functions: this.functions };
  }

  private test(tokens: readonly ShellToken[]): boolean {
    const words = tokens.filter((token) => token.kind === 'word');
    this.start().words.push(...words.map(({ text }) => text));
    return words.every(({ inner }) => this.substitutions(inner));
  }

  private substitutions(scripts: readonly (readonly ShellToken[])[]): boolean {
    for (const tokens of scripts) {
      const script = new CommandReader().read(tokens);
      if (script === undefined) return false;
      this.inner.push(...script.commands, ...script.inner);
    }
    return true;
  }

  private start(): OpenCommand {
    this.command ??= { words: [], redirects: [], input: this.input, isPiped: false };
    this.input = undefined;
    return this.command;
  }

  /** The command is complete. */
  private end(): readonly OpenCommand[] {
    const ended = this.command === undefined ? (this.closed ?? []) : [this.command];
    if (this.command !== undefined) this.commands.push(this.command);
    this.command = undefined;
    this.closed = undefined;
    return ended;
  }

  private redirect(redirect: Redirect): void {
    if (this.closed === undefined) this.start().redirects.push(redirect);
    else for (const command of this.closed) if (!command.isPiped) command.redirects.push(redirect);
  }

  private word(word: ShellToken & { kind: 'word' }): boolean {
    if (!this.substitutions(word.inner)) return false;
    const { text, isBare } = word;
    if (this.command !== undefined || !isBare) {
      if (this.closed !== undefined) return false;
      this.start().words.push(text);
      return true;
    }
    if (BETWEEN.includes(text)) return true;
    const closing = GROUPS[text];
    if (closing !== undefined) {
      if (HEADS.includes(text)) this.start().words.push(text);
      return this.open(closing);
    }
    if (text === 'fi' || text === 'done' || text === 'esac' || text === '}') return this.close(text);
    this.start().words.push(text);
    return true;
  }

  private open(closing: string): boolean {
    this.groups.push({ closing, start: this.commands.length });
    return this.groups.length < MAX_DEPTH;
  }

  private close(word: string): boolean {
    const group = this.groups.pop();
    if (group?.closing !== word) return false;
    this.closed = this.commands.slice(group.start);
    return true;
  }

  private operator(operator: string): boolean {
    switch (operator) {
      case '(':
        if (this.command !== undefined) return this.define();
        return this.open(')');
      case ')':
        return this.parenthesis();
      case '|':
      case '|&': {
        const piped = this.end();
        for (const command of piped) command.isPiped = true;
        this.input = piped.length === 1 ? piped[0] : undefined;
        return true;
      }
      default: {
        this.end();
        const group = this.groups.at(-1);
        if (/^;[;&]/.test(operator) && group?.closing === 'esac') group.start = this.commands.length;
        return true;
      }
    }
  }

  /** `name ()`: what was taken for a command is the name of a function. */
  private define(): boolean {
    const [name, ...others] = this.command?.words ?? [];
    if (name === undefined || (others.length > 0 && name !== 'function')) return false;
    this.functions.add(others[0] ?? name);
    this.command = undefined;
    return this.open(')');
  }

  private parenthesis(): boolean {
    this.end();
    const group = this.groups.at(-1);
    if (group?.closing === ')') {
      this.close(')');
      // Of a function's head nothing is left that a redirect could belong to.
      if (this.closed?.length === 0) this.closed = undefined;
      return true;
    }
    if (group?.closing !== 'esac') return false;
    // What was taken for commands are the patterns of a clause.
    this.commands.splice(group.start);
    return true;
  }
}
