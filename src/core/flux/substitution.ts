/** Variables of `postBuild` at work (github.com/fluxcd/pkg/envsubst template.go, funcs.go). The grammar is in `expression.ts`. */
import { matchingPrefixes } from '../text/shellPattern.ts';
import type { Expression, ExpressionProblem, Part } from './expression.ts';
import { parseExpressions } from './expression.ts';

/** What a variable stands for: its text, nothing, or something that only the cluster knows. */
export type Lookup = (variable: string) => string | undefined | typeof UNKNOWN;
export const UNKNOWN = Symbol('known only in the cluster');

export interface Substitution {
  readonly text: string;
  /** Variables without value and default: Flux since 1.9 refuses to build. */
  readonly missing: readonly string[];
  /** Variables whose value is outside of the repository. */
  readonly unknown: readonly string[];
  /** The variable and whether its default was taken, where the text is exactly one `${...}`. */
  readonly sole: { readonly variable: string; readonly defaulted: boolean } | undefined;
  /** Why Flux refuses the text, which stays as it is then. */
  readonly problem: ExpressionProblem | undefined;
}

/** Substitutes all variables. Never throws. */
export function substitute(text: string, lookup: Lookup): Substitution {
  const parts = text.includes('$') ? parseExpressions(text) : [text];
  if ('problem' in parts) return { text, missing: [], unknown: [], sole: undefined, problem: parts };
  const missing: string[] = [];
  const unknown: string[] = [];
  const result = joined(parts, { lookup, missing, unknown });
  const [only] = parts;
  const isSole = parts.length === 1 && typeof only === 'object';
  const sole = isSole ? { variable: only.variable, defaulted: takesDefault(only, lookup) } : undefined;
  return { text: result, missing, unknown, sole, problem: undefined };
}

interface Context {
  readonly lookup: Lookup;
  readonly missing: string[];
  readonly unknown: string[];
}

const FALLBACKS: ReadonlySet<string> = new Set([':-', ':+', ':=', ':?', '=']);

function takesDefault({ variable, operator }: Expression, lookup: Lookup): boolean {
  const value = lookup(variable);
  return FALLBACKS.has(operator) && (value === undefined || value === '');
}

function joined(parts: readonly Part[], context: Context): string {
  return parts.map((part) => (typeof part === 'string' ? part : evaluate(part, context))).join('');
}

function evaluate(expression: Expression, context: Context): string {
  const { variable, operator } = expression;
  const found = context.lookup(variable);
  if (found === UNKNOWN) {
    context.unknown.push(variable);
    return expression.text;
  }
  // Defaults are looked at whether they are needed or not.
  const args = expression.args.map((arg) => joined(arg, context));
  if (found === undefined && !FALLBACKS.has(operator)) context.missing.push(variable);
  return transform(found ?? '', operator, args);
}

function transform(value: string, operator: string, args: readonly string[]): string {
  switch (operator) {
    case '^^':
      return value.toUpperCase();
    case ',,':
      return value.toLowerCase();
    case '^':
    case '^,':
    case ',':
    case ',^':
      return firstCase(value, operator);
    case '#':
      return args.length === 0 ? String(new TextEncoder().encode(value).length) : cut(value, operator, args[0] ?? '');
    case '##':
    case '%':
    case '%%':
      return cut(value, operator, args[0] ?? '');
    case ':':
      return substring(value, args);
    case '/':
    case '//':
    case '/#':
    case '/%':
      return replaced(value, operator, args);
    default:
      return value === '' ? args.join('') : value;
  }
}

/** Only `^` and `,` alone are known: for others the value stays. */
function firstCase(value: string, operator: string): string {
  const [first = ''] = value;
  const rest = value.slice(first.length);
  return operator === '^' ? first.toUpperCase() + rest : operator === ',' ? first.toLowerCase() + rest : value;
}

/** Offsets count bytes. Texts that are no numbers leave the value as it is. */
function substring(value: string, [from = '', count]: readonly string[]): string {
  const isNumber = (text: string) => /^[-+]?\d{1,15}$/.test(text);
  if (!isNumber(from)) return value;
  const bytes = new TextEncoder().encode(value);
  const start = Number(from) < 0 ? Math.max(bytes.length + Number(from), 0) : Number(from);
  const text = (end: number) => new TextDecoder().decode(bytes.subarray(start, end));
  if (count === undefined) return start < bytes.length ? text(bytes.length) : '';
  if (!isNumber(count)) return value;
  const length = Number(count);
  const end = length < 0 ? bytes.length + length : start + length;
  return end < start || start >= bytes.length ? '' : text(Math.min(end, bytes.length));
}

function replaced(value: string, operator: string, args: readonly string[]): string {
  const [from = '', to = ''] = args;
  switch (operator) {
    case '//':
      return value.replaceAll(from, () => to);
    case '/':
      return value.replace(from, () => to);
    case '/#':
      return args.length === 2 && value.startsWith(from) ? value.replace(from, () => to) : value;
    default:
      return args.length === 2 && value.endsWith(from) ? value.slice(0, value.length - from.length) + to : value;
  }
}

/** `#` and `%` cut a shell pattern off the front or the back; doubled operators cut as much as they can. */
function cut(value: string, operator: string, pattern: string): string {
  const fromFront = operator.startsWith('#');
  const characters = fromFront ? Array.from(value) : Array.from(value).toReversed();
  const lengths = matchingPrefixes(fromFront ? pattern : Array.from(pattern).toReversed().join(''), characters);
  const length = operator.length === 2 ? lengths?.at(-1) : lengths?.[0];
  const rest = length === undefined ? characters : characters.slice(length);
  return (fromFront ? rest : rest.toReversed()).join('');
}
