/** What a client wants to land, as texts of one repository: the plan that the person saw, or the tags that they edited. */
import { join } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readDiskFile } from '../clients/readFiles.ts';
import type { Refused } from '../core/change/plan.ts';
import { isRefused } from '../core/change/plan.ts';
import type { ProposalNames } from '../core/change/proposalNames.ts';
import { proposalNames } from '../core/change/proposalNames.ts';
import { textsOfEdits } from '../core/change/tagEdits.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import type { PlannedFile } from '../protocol.ts';
import type { Landable } from '../protocol/proposal.ts';
import { pathOf, textHash, withoutMark } from './places.ts';
import type { RepositorySession } from './repositorySession.ts';
import type { Session } from './session.ts';
import { findEdits } from './tagEditSides.ts';

export interface LandableChange {
  readonly repository: RepositorySession;
  /** Paths relative to the repository. */
  readonly files: readonly ChangedText[];
  readonly names: ProposalNames;
  /** All that change, those that share a line too. */
  readonly environments: readonly string[];
  readonly warnings: readonly string[];
}

const CHANGED = 'The files changed after this was planned. Nothing was changed. Plan it again.';

/** @throws the signal's reason */
export async function landableChange(session: Session, change: Landable, signal: AbortSignal): Promise<LandableChange | Refused> {
  if (change.kind === 'edits') return await ofEdits(session, change.edits, signal);
  const { changes, alsoChanges, warnings } = change;
  // All edits that arrived so far are in the snapshots then.
  session.repositories();
  let repository: RepositorySession | undefined;
  const files: ChangedText[] = [];
  for (const file of change.files) {
    const found = session.locate(pathOf(file.uri) ?? '');
    const text = found && textAfter(found.repository, found.path, file);
    if (found === undefined || text === undefined) return { refusal: CHANGED };
    repository ??= found.repository;
    if (repository !== found.repository)
      return { refusal: 'This changes several repositories. Edit the files, and commit in each of them.' };
    files.push(text);
  }
  if (repository === undefined) return { refusal: 'Nothing would change.' };
  const environments = [...new Set(changes.map(({ environment }) => environment))];
  return { repository, files, names: proposalNames(changes, alsoChanges), environments, warnings };
}

async function ofEdits(session: Session, ids: readonly string[], signal: AbortSignal): Promise<LandableChange | Refused> {
  const found = await findEdits(session, ids, signal);
  if (isRefused(found)) return found;
  const { repository, committed, current, edits } = found;
  const environments = [...new Set(edits.map(({ environment }) => environment))];
  return { repository, files: textsOfEdits(committed, current, edits), names: proposalNames(edits), environments, warnings: [] };
}

function textAfter(
  repository: RepositorySession,
  path: string,
  { uri, textHash: planned, edits }: PlannedFile,
): ChangedText | undefined {
  const before = repository.snapshot.file(path)?.text;
  if (before === undefined || textHash(before) !== planned) return undefined;
  const shown = withoutMark(before);
  const after = TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 0, shown), [...edits]);
  return { path, before, after: before.slice(0, before.length - shown.length) + after };
}

/** A sentence where a file is open with edits that are not saved: they are not on the disk that is committed. */
export function unsaved(session: Session, { repository, files }: LandableChange): string | undefined {
  const path = files
    .map((file) => file.path)
    .find((one) => {
      const buffer = session.buffers.get(join(repository.folder, one))?.text;
      return buffer !== undefined && buffer !== readDiskFile(repository.folder, one)?.text;
    });
  return path && `${path} has edits that are not saved. Save or undo them, then commit.`;
}
