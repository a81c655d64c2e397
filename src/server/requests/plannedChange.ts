/** A plan of the core as the client gets it: edits for the documents as they are, and what a person should see of it first. */
import { join } from 'node:path';
import type { ChangePlan as CorePlan } from '../../core/change/plan.ts';
import { unifiedDiff } from '../../core/change/unifiedDiff.ts';
import { shownVersion } from '../../core/inventory/drift.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { TextEdit } from '../../core/text/textEdit.ts';
import type { ChangePlan, PlannedFile } from '../../protocol.ts';
import { rootId } from '../ids.ts';
import { rangeOf, textHash, uriOf } from '../places.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';

/** `inventory`: that of the snapshot for which the plan was made. */
export function plannedChange(
  session: Session,
  repository: RepositorySession,
  inventory: Inventory,
  title: string,
  plan: CorePlan,
): ChangePlan {
  const changes = new Map<string, ChangePlan['changes'][number]>();
  for (const { root, before, after } of plan.changes) {
    for (const { application, environment } of inventory.images.filter((one) => one.root === root && one.usage === before)) {
      const change = { application, environment, from: shownVersion(before), to: shownVersion(after) };
      changes.set(Object.values(change).join('\n'), change);
    }
  }
  const roots = new Map(plan.changes.map(({ root }) => [root.id, root]));
  const { snapshot } = repository;
  return {
    title,
    files: [...plan.files].map(([path, edits]) => plannedFile(session, repository, path, edits)),
    diff: unifiedDiff(
      [...plan.files.keys()].map((path) => ({
        path,
        before: snapshot.file(path)?.text ?? '',
        after: plan.next.file(path)?.text ?? '',
      })),
    ),
    changes: [...changes.values()],
    roots: [...roots.values()].map((root) => ({ root: rootId(repository, root), directory: root.directory })),
    warnings: plan.warnings,
    alsoChanges: plan.alsoChanges,
  };
}

/** The edits of a file in the offsets of its text as it is, as the client applies them. */
export function plannedFile(
  session: Session,
  repository: RepositorySession,
  path: string,
  edits: readonly TextEdit[],
): PlannedFile {
  const text = repository.snapshot.file(path)?.text ?? '';
  return {
    uri: uriOf(repository, path),
    version: session.buffers.get(join(repository.folder, path))?.version ?? null,
    textHash: textHash(text),
    edits: edits.map(({ start, end, newText }) => ({ range: rangeOf(repository, path, start, end), newText })),
  };
}
