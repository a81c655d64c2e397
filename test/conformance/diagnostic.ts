import { deepEqual, ok } from 'node:assert/strict';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import { lint } from '../../src/core/lint/lint.ts';
import type { Problem } from '../../src/core/lint/problem.ts';
import type { LintFacts, LintInput } from '../../src/core/lint/rule.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { NO_SETTINGS, place } from '../../src/core/repository/placement.ts';
import { LineIndex } from '../../src/core/text/lineIndex.ts';
import { textOf } from './cases.ts';
import type { ConformanceCase } from './cases.ts';

interface ExpectedDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly file: string;
  readonly line: number;
  readonly messageContains?: string;
  readonly quickFix?: string;
}

/** Exactly the expected problems: code, severity, file and line, part of the message, and the id of a fix that is offered. */
export function checkDiagnostic({ files = {}, action, expected }: ConformanceCase): void {
  const problems = lint(lintInputOf(files, action));
  const wanted = (expected['diagnostics'] ?? []) as readonly ExpectedDiagnostic[];
  const lineOf = ({ place: { file, start } }: Problem) => new LineIndex(files[file] ?? '').positionAt(start).line;
  deepEqual(
    problems.map((problem) => `${problem.severity} ${problem.code} ${problem.place.file}:${String(lineOf(problem))}`).sort(),
    wanted.map(({ severity, code, file, line }) => `${severity} ${code} ${file}:${String(line)}`).sort(),
    problems.map(({ message }) => message).join('\n'),
  );
  for (const { code, line, messageContains = '', quickFix } of wanted) {
    const found = problems.find((problem) => problem.code === code && lineOf(problem) === line);
    ok(found !== undefined);
    ok(found.message.includes(messageContains), `"${messageContains}" is not in: ${found.message}`);
    const ids: readonly string[] = found.fixes.map(({ id }) => id);
    ok(quickFix === undefined || ids.includes(quickFix), `${quickFix ?? ''} is not among the fixes ${ids.join(', ')}`);
  }
}

/** What a case tells of the world around its files: remotes, order of environments, tags of registries. */
export function lintInputOf(files: Readonly<Record<string, string>>, action: ConformanceCase['action']): LintInput {
  const remoteUrls = textOf(action, 'gitRemote') === '' ? [] : [textOf(action, 'gitRemote')];
  const repository = createRepository(new Map(Object.entries(files)), { remoteUrls });
  const order = (action['envOrder'] ?? []) as readonly string[];
  const inventory = new Inventory(repository.roots, place(repository.roots, { ...NO_SETTINGS, order }));
  const registry = action['registry'] as Readonly<Record<string, readonly string[]>> | undefined;
  const families = action['knownTagFamilies'] as Readonly<Record<string, readonly string[]>> | undefined;
  const facts: LintFacts = {
    remoteUrls,
    ...(registry === undefined
      ? {}
      : { registry: new Map(Object.entries(registry).map(([name, tags]) => [name, new Set(tags)] as const)) }),
    ...(families === undefined ? {} : { tagFamilies: new Map(Object.entries(families)) }),
  };
  return { repository, inventory, facts };
}
