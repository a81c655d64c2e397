/** Writes a planned change, or only shows it: what `promote` and `rollback` end with. */
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import { writeBump } from '../workflows/bumpImage.ts';
import type { PlannedChange } from '../workflows/plannedChange.ts';
import type { ExitCode } from './command.ts';
import { note, print, printJson } from './command.ts';

export interface Output {
  readonly dryRun: boolean;
  readonly json: boolean;
  /** What else the JSON has. */
  readonly more: Readonly<Record<string, unknown>>;
}

export function writeChange(change: PlannedChange, { dryRun, json, more }: Output): ExitCode {
  const refusal = dryRun ? undefined : writeBump(change);
  if (refusal !== undefined) {
    note(refusal);
    return 1;
  }
  change.warnings.forEach(note);
  const diff = unifiedDiff(change.files.map((file) => ({ ...file, path: change.opened.prefix + file.path })));
  if (json) printJson({ ...more, diff, changes: change.changes, warnings: change.warnings, written: !dryRun });
  else print(diff);
  return 0;
}
