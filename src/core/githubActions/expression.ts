/** What an expression reads from the contexts of GitHub Actions, such as `needs.build.outputs.tag`. Parsed by GitHub's own `@actions/expressions`. */
import { Binary, ContextAccess, FunctionCall, Grouping, IndexAccess, Literal, Logical, Unary } from '@actions/expressions/ast';
import type { Expr } from '@actions/expressions/ast';
import { Lexer, TokenType } from '@actions/expressions/lexer';
import type { Token } from '@actions/expressions/lexer';
import { Parser } from '@actions/expressions/parser';

/** A name in a path, and the token that it is written as: an identifier, or a string in brackets. */
export interface PathName {
  readonly text: string;
  readonly token: Token;
}

/** What is read from a context, as far as its names are written out: `needs` of `needs[matrix.job].outputs`. */
export interface ContextPath {
  readonly names: readonly PathName[];
  /** Whether it is the operand or the argument of something that makes another value of it; `||` and `&&` hand their operands on. */
  readonly isOperand: boolean;
}

export interface Expression {
  readonly paths: readonly ContextPath[];
  readonly tokens: readonly Token[];
}

/** Contexts and functions of workflows (docs.github.com, "Contexts"). Where each may be used is for the parser of workflows to say. */
const CONTEXTS = ['github', 'env', 'vars', 'job', 'jobs', 'steps', 'runner', 'secrets', 'strategy', 'matrix', 'needs', 'inputs'];
const FUNCTIONS = [
  { name: 'always', minArgs: 0, maxArgs: 0 },
  { name: 'cancelled', minArgs: 0, maxArgs: 0 },
  { name: 'failure', minArgs: 0, maxArgs: 255 },
  { name: 'success', minArgs: 0, maxArgs: 255 },
  { name: 'hashFiles', minArgs: 1, maxArgs: 255 },
];

/** `text` is what stands between `${{` and `}}`. undefined where it does not parse. Never throws. */
export function parseExpression(text: string): Expression | undefined {
  try {
    const { tokens } = new Lexer(text).lex();
    const paths: ContextPath[] = [];
    // An expression without tokens parses to nothing, whatever the types say.
    const tree = new Parser(tokens, CONTEXTS, FUNCTIONS).parse() as Expr | undefined;
    if (tree !== undefined) collect(tree, false, paths);
    return { paths, tokens: tokens.slice(0, -1) };
  } catch {
    return undefined;
  }
}

function collect(tree: Expr, isOperand: boolean, found: ContextPath[]): void {
  if (tree instanceof ContextAccess) found.push({ names: [{ text: tree.name.lexeme, token: tree.name }], isOperand });
  else if (tree instanceof IndexAccess) collectPath(tree, isOperand, found);
  else if (tree instanceof Grouping) collect(tree.group, isOperand, found);
  else if (tree instanceof Logical) for (const operand of tree.args) collect(operand, isOperand, found);
  else if (tree instanceof Unary) collect(tree.expr, true, found);
  else if (tree instanceof FunctionCall) for (const argument of tree.args) collect(argument, true, found);
  else if (tree instanceof Binary) {
    collect(tree.left, true, found);
    collect(tree.right, true, found);
  }
}

function collectPath(path: IndexAccess, isOperand: boolean, found: ContextPath[]): void {
  const indexes: Expr[] = [];
  let base: Expr = path;
  for (; base instanceof IndexAccess; base = base.expr) indexes.unshift(base.index);
  if (base instanceof ContextAccess) {
    const names: PathName[] = [{ text: base.name.lexeme, token: base.name }];
    for (const index of indexes) {
      if (!(index instanceof Literal) || !isName(index.token)) break;
      names.push({ text: index.literal.coerceString(), token: index.token });
    }
    found.push({ names, isOperand });
  } else collect(base, true, found);
  for (const index of indexes) collect(index, true, found);
}

function isName({ type }: Token): boolean {
  return type === TokenType.IDENTIFIER || type === TokenType.STRING;
}
