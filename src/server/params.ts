/** Checks what clients send with our own requests: any editor may, and what is wrong is told as LSP tells it. */
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';

/** undefined for a value that is as it should be, else what it should be. */
type Check = (value: unknown) => string | undefined;

export const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text');
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

export const count: Check = (value) => (Number.isInteger(value) && (value as number) > 0 ? undefined : 'a number above 0');
export const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? undefined : 'a list of texts';

/** A list whose items all pass a check. */
export function list(check: Check): Check {
  return (value) => {
    const problem = Array.isArray(value) ? value.map(check).find((found) => found !== undefined) : 'of items';
    return problem === undefined ? undefined : `a list of which each is ${problem}`;
  };
}

/** An object whose fields pass their checks. */
export function object(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    const given = (typeof value === 'object' ? value : undefined) as Readonly<Record<string, unknown>> | null | undefined;
    for (const [name, check] of Object.entries(checks)) {
      const problem = check(given?.[name]);
      if (problem !== undefined) return `an object whose "${name}" is ${problem}`;
    }
    return undefined;
  };
}

/** An object that is one of several kinds, told apart by its field `kind`. */
export function kinds(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    const { kind } = (value ?? {}) as { kind?: unknown };
    const check = typeof kind === 'string' && Object.hasOwn(checks, kind) ? checks[kind] : undefined;
    return check === undefined ? `an object whose "kind" is one of ${Object.keys(checks).join(', ')}` : check(value);
  };
}

export function optional(check: Check): Check {
  return (value) => {
    const problem = value === undefined || value === null ? undefined : check(value);
    return problem === undefined ? undefined : `${problem}, null, or left out`;
  };
}

export function nullable(check: Check): Check {
  return (value) => {
    const problem = value === null ? undefined : check(value);
    return problem === undefined ? undefined : `${problem}, or null`;
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

/** Parameters that pass a check as a whole. @throws ResponseError InvalidParams that says what they have to be */
export function checkedWhole<P>(params: P, check: Check): P {
  const problem = check(params);
  if (problem !== undefined) throw new ResponseError(ErrorCodes.InvalidParams, `The parameters have to be ${problem}.`);
  return params;
}

/** The parameters, each of which passed its check. @throws ResponseError InvalidParams that names the first which did not */
export function checked<P>(params: P, checks: { readonly [K in keyof P]-?: Check }): P {
  const given = params as Readonly<Record<string, unknown>> | null | undefined;
  for (const [name, check] of Object.entries<Check>(checks)) {
    const problem = check(given?.[name]);
    if (problem !== undefined) throw new ResponseError(ErrorCodes.InvalidParams, `The parameter "${name}" has to be ${problem}.`);
  }
  return params;
}
