/**
 * The grammar of Flux's envsubst fork (github.com/fluxcd/pkg/envsubst/parse): `${v}`, `${v:-default}`, `${v:=default}`, `${v=default}`, `${v:0:7}`, `${v/a/b}`,
 * `${v#prefix}`, `${v^^}`, `${#v}`; `$$` stands for `$`, and a plain `$v` is text. Anything else in `${...}` is refused, `${v-default}` and `${v[0]}` too.
 */

export type Part = string | Expression;

export interface Expression {
  readonly variable: string;
  /** What is done with the value: '' for nothing, else the operator as it is written. */
  readonly operator: string;
  readonly args: readonly (readonly Part[])[];
  /** As it is written. */
  readonly text: string;
}

export interface ExpressionProblem {
  /** In envsubst's own words. */
  readonly problem: string;
  /** Whether the text ends within an expression, so that what follows it could complete the expression. */
  readonly isOpen: boolean;
}

/** Splits a text into literal parts and expressions. */
export function parseExpressions(text: string): readonly Part[] | ExpressionProblem {
  const parser = new Parser(text);
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message, isOpen: error.isOpen };
    throw error;
  }
}

class Refusal extends Error {
  readonly isOpen: boolean;

  constructor(message: string, isOpen: boolean) {
    super(message);
    this.isOpen = isOpen;
  }
}

/** Expressions within expressions beyond this are refused: nobody writes them, and they would exhaust the stack. */
const MAX_DEPTH = 100;
const NAME = /[\p{L}\p{Nd}_]*/uy;

class Parser {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  parse(): Part[] {
    const { text } = this;
    const parts: Part[] = [];
    let literal = '';
    while (this.at < text.length) {
      const dollar = text.indexOf('$', this.at);
      if (dollar < 0) break;
      literal += text.slice(this.at, dollar);
      this.at = dollar;
      const next = text[dollar + 1];
      if (next === '{') {
        if (literal !== '') parts.push(literal);
        literal = '';
        parts.push(this.expression());
      } else {
        literal += '$';
        this.at += next === '$' ? 2 : 1;
      }
    }
    literal += text.slice(this.at);
    if (literal !== '') parts.push(literal);
    return parts;
  }

  private refuse(message: string): never {
    throw new Refusal(message, this.at >= this.text.length);
  }

  private expression(): Expression {
    const start = this.at;
    if (++this.depth > MAX_DEPTH) this.refuse('bad substitution');
    this.at += 2;
    const { variable, operator, args } =
      this.text[this.at] === '#' ? this.length() : this.operation(this.name('unable to parse variable name'));
    this.depth--;
    return { variable, operator, args, text: this.text.slice(start, this.at) };
  }

  private name(problem: string): string {
    NAME.lastIndex = this.at;
    const [name = ''] = NAME.exec(this.text) ?? [];
    if (name === '') this.refuse(problem);
    this.at += name.length;
    return name;
  }

  private length(): Omit<Expression, 'text'> {
    this.at++;
    const variable = this.name('bad substitution');
    this.close('bad substitution');
    return { variable, operator: '#', args: [] };
  }

  private close(problem: string): void {
    if (this.text[this.at] !== '}') this.refuse(problem);
    this.at++;
  }

  private operation(variable: string): Omit<Expression, 'text'> {
    const rest = this.text.slice(this.at, this.at + 2);
    const made = (operator: string, args: readonly (readonly Part[])[]) => ({ variable, operator, args });
    switch (rest[0]) {
      case ':':
        return /^:[=?+-]/.test(rest) ? this.fallback(variable, rest) : this.substring(variable);
      case '=':
        return this.fallback(variable, '=');
      case ',':
      case '^': {
        const operator = /^[,^]{1,2}/.exec(rest)?.[0] ?? '';
        this.at += operator.length;
        this.close('bad substitution');
        return made(operator, []);
      }
      case '#':
      case '%': {
        const operator = rest[1] === rest[0] ? rest : rest.slice(0, 1);
        this.at += operator.length;
        const pattern = this.argument('}', false);
        this.close('bad substitution');
        return made(operator, [pattern]);
      }
      case '/': {
        const operator = /^\/[/#%]?/.exec(rest)?.[0] ?? '/';
        this.at += operator.length;
        return made(operator, this.replacement());
      }
      default:
        this.close('missing closing brace');
        return made('', []);
    }
  }

  private fallback(variable: string, operator: string): Omit<Expression, 'text'> {
    this.at += operator.length;
    const args: (readonly Part[])[] = [];
    while (this.text[this.at] !== '}') args.push(this.argument('}', false));
    this.at++;
    return { variable, operator, args };
  }

  private substring(variable: string): Omit<Expression, 'text'> {
    this.at++;
    const args = [this.argument(':}', false)];
    if (this.text[this.at] === ':') {
      while (this.text[this.at] === ':') this.at++;
      args.push(this.argument('}', false));
      this.close('bad substitution');
    } else this.close('bad substitution');
    return { variable, operator: ':', args };
  }

  private replacement(): (readonly Part[])[] {
    const args = [this.argument('/', true)];
    if (this.text[this.at] !== '/') this.refuse('bad substitution');
    while (this.text[this.at] === '/') this.at++;
    if (this.text[this.at] !== '}') args.push(this.argument('}', true));
    this.close('bad substitution');
    return args;
  }

  /** One argument: an expression, or text up to one of the `ends` or to the next expression. With `escapes`, a backslash or a dollar can quote. */
  private argument(ends: string, escapes: boolean): readonly Part[] {
    if (this.text.startsWith('${', this.at)) return [this.expression()];
    let argument = '';
    while (this.at < this.text.length && !this.text.startsWith('${', this.at)) {
      const char = this.text.charAt(this.at);
      const next = this.text[this.at + 1];
      if (escapes && ((char === '$' && next === '$') || (char === '\\' && (next === '/' || next === '\\')))) {
        argument += next;
        this.at += 2;
        continue;
      }
      if (ends.includes(char)) break;
      argument += char;
      this.at++;
    }
    if (argument === '') this.refuse('unable to parse substitution within function');
    return [argument];
  }
}
