/** Cases in the format of `image-semantics.json`: files, an action, and what it must give. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ConformanceCase {
  readonly id: string;
  readonly kind: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly action: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

export const publicCases = join(import.meta.dirname, 'cases', 'image-semantics.json');

/** Throws where the file is missing or has another format. */
export function readCases(path: string): readonly ConformanceCase[] {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const cases = Array.isArray(content) ? content : (content as { cases?: unknown }).cases;
  if (!Array.isArray(cases)) throw new TypeError(`${path} has no list of cases`);
  return cases as ConformanceCase[];
}

/** The text at a key of an action or of what is expected, '' where there is none. */
export function textOf(fields: Readonly<Record<string, unknown>>, key: string): string {
  const value = fields[key];
  return typeof value === 'string' ? value : '';
}
