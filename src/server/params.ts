/** Checks what clients send with our own requests: any editor may, and what is wrong is told as LSP tells it. */
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';

/** undefined for a value that is as it should be, else what it should be. */
type Check = (value: unknown) => string | undefined;

export const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text');
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

export function optional(check: Check): Check {
  return (value) => {
    const problem = value === undefined || value === null ? undefined : check(value);
    return problem === undefined ? undefined : `${problem}, null, or left out`;
  };
}

export function oneOf(...words: readonly string[]): Check {
  return (value) => (typeof value === 'string' && words.includes(value) ? undefined : `one of ${words.join(', ')}`);
}

export const position: Check = (value) => {
  const { line, character } = (value ?? {}) as { line?: unknown; character?: unknown };
  return [line, character].every((number) => Number.isInteger(number) && (number as number) >= 0)
    ? undefined
    : 'a position with line and character';
};

export const objectReference: Check = (value) => {
  const { group, kind, namespace, name } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return [group, kind, namespace, name].every((part) => typeof part === 'string')
    ? undefined
    : 'an object with group, kind, namespace and name';
};

/** The parameters, each of which passed its check. @throws ResponseError InvalidParams that names the first which did not */
export function checked<P>(params: P, checks: { readonly [K in keyof P]-?: Check }): P {
  const given = params as Readonly<Record<string, unknown>> | null | undefined;
  for (const [name, check] of Object.entries<Check>(checks)) {
    const problem = check(given?.[name]);
    if (problem !== undefined) throw new ResponseError(ErrorCodes.InvalidParams, `The parameter "${name}" has to be ${problem}.`);
  }
  return params;
}
