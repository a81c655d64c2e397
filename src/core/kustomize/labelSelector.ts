/** Label selectors such as `app=web,tier in (a, b),!old` (k8s.io/apimachinery labels/selector.go, as kyaml has it). */

interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

type Operator = 'in' | 'notin' | 'exists' | 'absent' | '>' | '<';

/** What a selector wants of each label; a problem where it is no selector. */
export type LabelSelector = readonly Requirement[] | { readonly problem: string };

const known = new Map<string, LabelSelector>();
const MAX_KNOWN = 5_000;

export function parseLabelSelector(text: string): LabelSelector {
  let selector = known.get(text);
  if (selector === undefined) {
    if (known.size > MAX_KNOWN) known.clear();
    known.set(text, (selector = new Parser(text).parse()));
  }
  return selector;
}

/** `valueOf`: the value of a label, undefined where the object does not have it. */
export function labelsFit(requirements: readonly Requirement[], valueOf: (key: string) => string | undefined): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = valueOf(key);
    switch (operator) {
      case 'exists':
        return value !== undefined;
      case 'absent':
        return value === undefined;
      case 'in':
        return value !== undefined && values.includes(value);
      case 'notin':
        return value === undefined || !values.includes(value);
      case '>':
      case '<': {
        if (value === undefined || !INTEGER.test(value)) return false;
        const [left, right] = [BigInt(value), BigInt(values[0] ?? '0')];
        return operator === '>' ? left > right : left < right;
      }
    }
  });
}

const INTEGER = /^[-+]?\d{1,18}$/;
const NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const SPECIAL = /^[=!(),<>]/;
const OPERATORS = new Map<string, Operator>([
  ['=', 'in'],
  ['==', 'in'],
  ['in', 'in'],
  ['!=', 'notin'],
  ['notin', 'notin'],
  ['>', '>'],
  ['<', '<'],
]);

/** util/validation.IsQualifiedName */
function isKey(key: string): boolean {
  const parts = key.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) return false;
  if (second !== undefined && (first.length > 253 || !SUBDOMAIN.test(first))) return false;
  const name = second ?? first;
  return name.length <= 63 && NAME.test(name);
}

function isValue(value: string): boolean {
  return value === '' || (value.length <= 63 && NAME.test(value));
}

class Refusal extends Error {}

/** Tokens: '' at the end, operators as they are written, anything else an identifier. */
class Parser {
  private readonly tokens: string[];
  private at = 0;

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  parse(): LabelSelector {
    try {
      return this.requirements();
    } catch (error) {
      if (error instanceof Refusal) return { problem: error.message };
      throw error;
    }
  }

  private get next(): string {
    return this.tokens[this.at] ?? '';
  }

  private take(): string {
    return this.tokens[this.at++] ?? '';
  }

  private requirements(): Requirement[] {
    const found: Requirement[] = [];
    for (;;) {
      if (this.next === '') return found;
      if (!isIdentifier(this.next) && this.next !== '!')
        throw new Refusal(`found '${this.next}', expected: !, identifier, or 'end of string'`);
      found.push(this.requirement());
      const separator = this.take();
      if (separator === '') return found;
      if (separator !== ',') throw new Refusal(`found '${separator}', expected: ',' or 'end of string'`);
      if (!isIdentifier(this.next) && this.next !== '!')
        throw new Refusal(`found '${this.next}', expected: identifier after ','`);
    }
  }

  private requirement(): Requirement {
    const isNegated = this.next === '!';
    if (isNegated) this.at++;
    const key = this.take();
    if (!isIdentifier(key)) throw new Refusal(`found '${key}', expected: identifier`);
    if (!isKey(key)) throw new Refusal(`invalid label key "${key}"`);
    const ends = this.next === '' || this.next === ',';
    if (isNegated && ends) return { key, operator: 'absent', values: [] };
    if (ends) return { key, operator: 'exists', values: [] };
    // `!key = value` is read as `!key` with something behind it.
    if (isNegated) return { key, operator: 'absent', values: [] };
    const word = this.take();
    const operator = OPERATORS.get(word);
    if (operator === undefined) throw new Refusal(`found '${word}', expected: '=', '!=', '==', 'in', notin'`);
    const values = word === 'in' || word === 'notin' ? this.values() : [this.value()];
    if ((operator === '>' || operator === '<') && !INTEGER.test(values[0] ?? ''))
      throw new Refusal("for 'Gt', 'Lt' operators, the value must be an integer");
    for (const value of values) if (!isValue(value)) throw new Refusal(`invalid label value: "${value}"`);
    return { key, operator, values };
  }

  private value(): string {
    if (this.next === '' || this.next === ',') return '';
    const value = this.take();
    if (!isIdentifier(value)) throw new Refusal(`found '${value}', expected: identifier`);
    return value;
  }

  private values(): string[] {
    const open = this.take();
    if (open !== '(') throw new Refusal(`found '${open}' expected: '('`);
    const values: string[] = [];
    let last = ',';
    for (;;) {
      const token = this.take();
      if (token === ')') {
        if (last === ',') values.push('');
        return values;
      }
      if (token === ',') {
        if (last === ',') values.push('');
      } else if (isIdentifier(token) && last === ',') values.push(token);
      else throw new Refusal(`found '${token}', expected: ',' or ')'`);
      last = token;
    }
  }
}

function isIdentifier(token: string): boolean {
  return token !== '' && !SPECIAL.test(token);
}

function tokensOf(text: string): string[] {
  return text.match(/==|!=|[=!(),<>]|[^=!(),<>\s]+/g) ?? [];
}
