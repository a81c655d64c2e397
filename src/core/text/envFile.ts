/** Lines `KEY=value` as kustomize reads them: the `envs` files of generators, and their `literals`. */
import type { Refusal, TextEdit, TextRange } from './textEdit.ts';

/** Where the value of a key is written; of several lines the last. undefined where the file does not set it. */
export function locateEnvValue(text: string, key: string): TextRange | undefined {
  let found: TextRange | undefined;
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const line = match[0];
    const body = line.replace(/^\uFEFF?\s*/, '');
    if (body.startsWith('#') || !body.startsWith(`${key}=`)) continue;
    const end = match.index + line.length;
    found = { start: end - body.length + key.length + 1, end };
  }
  return found;
}

/** Replaces the value of a key in an env file and nothing else. */
export function setEnvValue(text: string, key: string, value: string): readonly TextEdit[] | Refusal {
  if (/[\r\n]/.test(value)) return { reason: 'a value in an env file has only one line' };
  const found = locateEnvValue(text, key);
  if (found === undefined) return { reason: `the file does not set ${key}` };
  return text.slice(found.start, found.end) === value ? [] : [{ ...found, newText: value }];
}

/** `KEY=value` of a generator with another value; quotes around the old value stay, as kustomize strips one pair. */
export function withLiteralValue(literal: string, value: string): string | Refusal {
  const equals = literal.indexOf('=');
  if (equals < 0) return { reason: `${literal} is not of the form KEY=value` };
  const old = literal.slice(equals + 1);
  const quote = /^(["']).*\1$/s.exec(old)?.[1] ?? '';
  return `${literal.slice(0, equals + 1)}${quote}${value}${quote}`;
}
