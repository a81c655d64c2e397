/** The last commit and the files as they are, side by side. */
import type { Side, TagEdit } from '../core/change/tagEdits.ts';
import { tagEdits } from '../core/change/tagEdits.ts';
import type { Refused } from '../core/change/plan.ts';
import { Inventory } from '../core/inventory/inventory.ts';
import { place } from '../core/repository/placement.ts';
import { idOf, partsOf } from './ids.ts';
import type { RepositorySession } from './repositorySession.ts';
import type { Session } from './session.ts';

export interface EditedRepository {
  readonly repository: RepositorySession;
  readonly committed: Side;
  readonly current: Side;
  readonly edits: readonly TagEdit[];
}

export function editId({ folder }: RepositorySession, { id }: TagEdit): string {
  return idOf(folder, id);
}

/** Empty where nothing differs, and where there is no commit or no git to ask. @throws the signal's reason */
export async function editsOf(session: Session, repository: RepositorySession, signal: AbortSignal): Promise<EditedRepository> {
  const current: Side = { repository: repository.snapshot, inventory: repository.inventory(session.placementSettings) };
  const overlay = session.trusted ? await committedOverlay(repository, signal) : undefined;
  if (overlay === undefined || overlay.size === 0) return { repository, committed: current, current, edits: [] };
  const committed = withOverlay(session, repository, overlay);
  return { repository, committed, current, edits: tagEdits(committed, current) };
}

/** The repository with other texts in some of its files. */
export function withOverlay(
  session: Session,
  repository: RepositorySession,
  overlay: ReadonlyMap<string, string | undefined>,
): Side {
  const next = repository.snapshot.with(overlay);
  const placement = place(next.roots, repository.placed(session.placementSettings).settings);
  return { repository: next, inventory: new Inventory(next.roots, placement) };
}

async function committedOverlay(
  repository: RepositorySession,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | undefined> | undefined> {
  try {
    return await repository.history.overlay(repository.snapshot, signal);
  } catch {
    // Without git's answer nothing is known of edits.
    signal.throwIfAborted();
    return undefined;
  }
}

/** The edits that are meant, all of one repository. @throws the signal's reason */
export async function findEdits(
  session: Session,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<EditedRepository | Refused> {
  const [folder, ...others] = new Set(ids.map((id) => partsOf(id)[0]));
  const repository = session.repositories().find((candidate) => candidate.folder === folder);
  if (repository === undefined || others.length > 0) return { refusal: 'Choose edits of one repository.' };
  const found = await editsOf(session, repository, signal);
  const edits = found.edits.filter((edit) => ids.includes(editId(repository, edit)));
  if (edits.length < new Set(ids).size) return { refusal: 'Some of these tags changed meanwhile. Choose again.' };
  return { ...found, edits };
}
