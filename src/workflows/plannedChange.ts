/** A change that a workflow has planned, as people see it and as it is written. */
import type { ChangePlan } from '../core/change/plan.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import type { OpenedRepository } from './openRepository.ts';

export interface PlannedChange {
  readonly opened: OpenedRepository;
  /** Paths relative to the repository. */
  readonly files: readonly ChangedText[];
  readonly changes: readonly {
    readonly environment: string;
    readonly application: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly warnings: readonly string[];
}

export function plannedChange(opened: OpenedRepository, { files, changes, warnings, next }: ChangePlan): PlannedChange {
  const { repository, inventory } = opened;
  return {
    opened,
    files: [...files.keys()].sort().map((path) => ({
      path,
      before: repository.file(path)?.text ?? '',
      after: next.file(path)?.text ?? '',
    })),
    changes: changes.flatMap(({ root, before, after }) =>
      inventory.images
        .filter((image) => image.root === root && image.usage === before)
        .map(({ environment, application }) => ({ environment, application, from: before.reference, to: after.reference })),
    ),
    warnings,
  };
}
