/** What the expressions in a scalar read from the contexts, and where in the file each name stands. */
import { TokenType } from '@actions/expressions/lexer';
import type { Token } from '@actions/expressions/lexer';
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';
import { isBasicExpression, isString } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { TextRange } from '../text/textEdit.ts';
import type { ScalarNode } from '../yaml/node.ts';
import type { Expression, PathName } from './expression.ts';
import { parseExpression } from './expression.ts';

export interface ReadName {
  readonly text: string;
  /** Of the name itself, without the quotes that it has in brackets. undefined where the text of the file is not that of the expression. */
  readonly range: TextRange | undefined;
  readonly isBracketed: boolean;
}

/** A path of names that an expression reads, such as `steps.meta.outputs.tags`. */
export interface ContextRead {
  readonly names: readonly ReadName[];
  /** From the first name to the last; the whole scalar where they cannot be told apart in the file. */
  readonly range: TextRange;
  /** Whether it is the operand or the argument of something that makes another value of it. */
  readonly isOperand: boolean;
  /** Whether the scalar is this path and nothing else. */
  readonly isWhole: boolean;
}

const OPEN = '${{';

/**
 * The reads of a scalar in the order in which they are written, those in commented lines of scripts left out. `isCondition` is true for `if:`, which is an
 * expression without braces. undefined where an expression does not parse.
 */
export function readsOf(text: string, scalar: ScalarNode, token: TemplateToken, isCondition: boolean): ContextRead[] | undefined {
  if (isBasicExpression(token))
    return readsInBraces(
      text,
      scalar,
      (token.originalExpressions ?? [token]).map(({ expression }) => expression),
    );
  if (!isCondition || !isString(token) || scalar.text.includes(OPEN) || scalar.text.trim() === '') return [];
  const expression = parseExpression(scalar.text);
  return expression && readsIn(expression, scalar, locate(text, scalar, scalar.start, expression.tokens), true);
}

function readsInBraces(text: string, scalar: ScalarNode, sources: readonly string[]): ContextRead[] | undefined {
  const isWhole = sources.length === 1 && /^\s*\$\{\{(?:(?!\}\}).)*\}\}\s*$/s.test(scalar.text);
  const reads: ContextRead[] = [];
  let at = scalar.start;
  for (const source of sources) {
    const expression = parseExpression(source);
    if (expression === undefined) return undefined;
    const open = text.indexOf(OPEN, at);
    const isInside = open >= 0 && open < scalar.end;
    if (isInside && isCommented(text, scalar, open)) {
      at = open + OPEN.length;
      continue;
    }
    const ranges = isInside ? locate(text, scalar, open + OPEN.length, expression.tokens) : undefined;
    at = ranges?.at(-1)?.end ?? (isInside ? open + OPEN.length : scalar.end);
    reads.push(...readsIn(expression, scalar, ranges, isWhole));
  }
  return reads;
}

/** GitHub puts values into comments as well, but nothing runs there. */
function isCommented(text: string, { style, start }: ScalarNode, offset: number): boolean {
  if (style !== 'literal' && style !== 'folded') return false;
  const line = text.slice(Math.max(text.lastIndexOf('\n', offset) + 1, start), offset);
  return /^\s*(?:#|\/\/)/.test(line);
}

function readsIn(
  { paths, tokens }: Expression,
  scalar: ScalarNode,
  ranges: readonly TextRange[] | undefined,
  isWhole: boolean,
): ContextRead[] {
  const isPath = isWhole && paths.length === 1 && tokens.every(({ type }) => PARTS_OF_PATHS.has(type));
  const rangeOf = new Map<Token, TextRange>(ranges?.map((range, index) => [tokens[index] as Token, range]));
  return paths.map(({ names, isOperand }) => {
    const first = names[0] && rangeOf.get(names[0].token);
    const last = rangeOf.get((names.at(-1) as PathName).token);
    const isKnown = first !== undefined && last !== undefined;
    return {
      names: names.map((name) => nameOf(name, rangeOf.get(name.token))),
      range: isKnown ? { start: first.start, end: last.end } : { start: scalar.start, end: scalar.end },
      isOperand,
      isWhole: isPath,
    };
  });
}

const PARTS_OF_PATHS: ReadonlySet<TokenType> = new Set([
  TokenType.IDENTIFIER,
  TokenType.DOT,
  TokenType.LEFT_BRACKET,
  TokenType.STRING,
  TokenType.RIGHT_BRACKET,
]);

function nameOf({ text, token: { lexeme } }: PathName, range: TextRange | undefined): ReadName {
  const isBracketed = lexeme.startsWith("'");
  if (range === undefined || !isBracketed) return { text, range, isBracketed };
  // Quotes in brackets are doubled where the scalar is in single quotes.
  const quote = (range.end - range.start - text.length) / 2;
  const isPlain = lexeme.length === text.length + 2;
  return { text, range: isPlain ? { start: range.start + quote, end: range.end - quote } : undefined, isBracketed };
}

/** Where the tokens of an expression stand in the file; undefined where its text there is another one, as in an alias or with escapes. */
function locate(text: string, { style, end }: ScalarNode, from: number, tokens: readonly Token[]): TextRange[] | undefined {
  const ranges: TextRange[] = [];
  let at = from;
  for (const { lexeme } of tokens) {
    const written = escaped(lexeme, style);
    while (at < end && /\s/.test(text[at] ?? '')) at++;
    if (!text.startsWith(written, at) || at + written.length > end) return undefined;
    ranges.push({ start: at, end: at + written.length });
    at += written.length;
  }
  return ranges;
}

function escaped(lexeme: string, style: ScalarNode['style']): string {
  if (style === 'single') return lexeme.replaceAll("'", "''");
  return style === 'double' ? lexeme.replaceAll('\\', '\\\\').replaceAll('"', '\\"') : lexeme;
}
