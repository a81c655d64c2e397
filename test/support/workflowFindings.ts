// What the rules for workflows find in some files, and what is left after each of the fixes.
import { deepEqual, ok } from 'node:assert/strict';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import { isWorkflowPath } from '../../src/core/githubActions/workflow.ts';
import { planFix } from '../../src/core/lint/fix.ts';
import { lint } from '../../src/core/lint/lint.ts';
import type { Problem } from '../../src/core/lint/problem.ts';
import type { LintInput } from '../../src/core/lint/rule.ts';
import { workflowsWith } from '../../src/core/lint/workflowFiles.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { NO_SETTINGS, place } from '../../src/core/repository/placement.ts';
import { LineIndex } from '../../src/core/text/lineIndex.ts';
import { applyEdits, isRefusal } from '../../src/core/text/textEdit.ts';

export type Files = Readonly<Record<string, string>>;

/** The files of a repository with one workflow, `ci.yaml`, and others. */
export function withWorkflow(text: string, others: Files = {}): Files {
  return { '.github/workflows/ci.yaml': text, ...others };
}

export function problemsOf(files: Files, remoteUrls: readonly string[] = []): Problem[] {
  const repository = createRepository(new Map(Object.entries(files)), { remoteUrls });
  const inventory = new Inventory(repository.roots, place(repository.roots, NO_SETTINGS));
  const input: LintInput = { repository, inventory, facts: { remoteUrls } };
  return lint(input);
}

/** `ci.yaml:12 code: message`. */
export function linesOf(files: Files, problems: readonly Problem[]): string[] {
  return problems.map(({ code, message, place: { file, start } }) => {
    const { line } = new LineIndex(files[file] ?? '').positionAt(start);
    return `${file.slice(file.lastIndexOf('/') + 1)}:${String(line)} ${code}: ${message}`;
  });
}

/** The text that a problem marks. */
export function markedText(files: Files, { place: { file, start, end } }: Problem): string {
  return files[file]?.slice(start, end) ?? '';
}

/** The files after one of the fixes. */
export function fixed(files: Files, problem: Problem, title: string, remoteUrls: readonly string[] = []): Files {
  const fix = problem.fixes.find((one) => one.title === title);
  ok(fix !== undefined, `no "${title}" among ${problem.fixes.map((one) => one.title).join(', ')}`);
  const plan = planFix(createRepository(new Map(Object.entries(files)), { remoteUrls }), fix);
  ok(!isRefusal(plan));
  const after: Record<string, string> = { ...files };
  for (const [path, edits] of plan.files) {
    const text = applyEdits(files[path] ?? '', edits);
    ok(typeof text === 'string');
    after[path] = text;
  }
  return after;
}

/** Asserts that nothing is found, and not because a workflow cannot be read. */
export function assertSilent(files: Files, remoteUrls: readonly string[] = []): void {
  const read = workflowsWith(createRepository(new Map(Object.entries(files))), /^/).map(({ file }) => file);
  deepEqual(read, Object.keys(files).filter(isWorkflowPath));
  assertFindings(files, [], remoteUrls);
}

/** Asserts what is found, and that each of the fixes takes its problem away and brings none. */
export function assertFindings(files: Files, expected: readonly string[], remoteUrls: readonly string[] = []): void {
  const problems = problemsOf(files, remoteUrls);
  deepEqual(linesOf(files, problems), expected);
  for (const problem of problems) {
    for (const { title } of problem.fixes) {
      const left = problemsOf(fixed(files, problem, title, remoteUrls), remoteUrls);
      deepEqual(left.length, problems.length - 1, `after "${title}": ${left.map(({ message }) => message).join('; ')}`);
    }
  }
}
