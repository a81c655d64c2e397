import type { Fix } from './fix.ts';
import { editFix, planFix } from './fix.ts';
import type { Operation } from '../change/operations.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { isRefusal } from '../text/textEdit.ts';
import type { Problem } from './problem.ts';

/** Whether a fix is one that `Fix all` may apply without a person who chooses. */
export function isSafeEdit({ isSafe, change }: Fix): boolean {
  return isSafe && change.type === 'edit';
}

/** One fix that mends all problems of which a safe fix is known that can be written; undefined where there is none. */
export function fixAll(repository: GitOpsRepository, problems: readonly Problem[], title: string): Fix | undefined {
  const safe = problems.flatMap(({ fixes }) => fixes.find(isSafeEdit) ?? []);
  const all = together(safe, title);
  if (all === undefined || !isRefusal(planFix(repository, all))) return all;
  // Each is tried alone only where all of them cannot be written: every try reads its file again.
  const writable = safe.filter((fix) => !isRefusal(planFix(repository, fix)));
  return together(writable, title);
}

function together(fixes: readonly Fix[], title: string): Fix | undefined {
  const own = fixes.flatMap(({ change }) => (change.type === 'edit' ? change.operations : []));
  // Two problems can have the very same edit, which must not be made twice.
  const operations = [...new Map(own.map((one) => [identityOf(one), one])).values()];
  return operations.length === 0 ? undefined : editFix('fix-all', title, operations, true);
}

/** Equal for operations that are the same, wherever they come from. */
function identityOf(operation: Operation): unknown {
  if (operation.type === 'replace') return JSON.stringify([operation.file, operation.start, operation.end, operation.text]);
  return operation.type === 'remove-item' ? JSON.stringify([operation.file, operation.start]) : operation;
}
