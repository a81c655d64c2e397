/** What all verbs of the command line share. */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { InputError } from '../workflows/openRepository.ts';

/** 0: done, nothing to report. 1: something was found (a difference, a refusal). 2: the call or its input is wrong. */
export type ExitCode = 0 | 1 | 2;

export interface Command {
  /** Arguments and options behind the verb, for the usage line. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** Options, one per line. */
  readonly details: readonly string[];
  /** @throws InputError */
  run(args: readonly string[]): Promise<ExitCode>;
}

/** Parses arguments strictly. @throws InputError that names the wrong one */
export function parseArguments<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    throw new InputError(`${sentence.replace(/\.$/, '')}. See --help.`);
  }
}

/** The positional arguments, as many as `names` say; those in brackets may be missing. @throws InputError */
export function positionals(values: readonly string[], ...names: readonly string[]): string[] {
  const missing = names.slice(values.length).find((name) => !name.startsWith('['));
  if (missing !== undefined) throw new InputError(`${missing} is missing. See --help.`);
  const empty = names.find((_, index) => values[index] === '');
  if (empty !== undefined) throw new InputError(`${empty} is empty. See --help.`);
  const [extra] = values.slice(names.length);
  if (extra !== undefined) throw new InputError(`${extra} is one argument too many. See --help.`);
  return [...values];
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Text from files without what a terminal would obey: control characters, line breaks too, are shown as escapes. */
export function harmless(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) =>
    JSON.stringify(char)
      .slice(1, -1)
      .replace(/^[\u007f-\u009f\u2028\u2029]$/, (raw) => `\\u${raw.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** Says something that is not the result, on one line. */
export function note(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** Columns as wide as their longest cell; the last one is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  const safe = rows.map((row) => row.map(harmless));
  for (const row of safe) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  const line = (row: readonly string[]) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ');
  return safe.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** How tables and arguments name what belongs to no environment. */
export const NO_ENVIRONMENT = '-';
