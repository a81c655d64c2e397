/** A file of a repository as the newest snapshot has it: what editor features start from. */
import type { Inventory } from '../core/inventory/inventory.ts';
import type { RepositoryFile } from '../core/repository/files.ts';
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';
import { pathOf } from './places.ts';
import type { RepositorySession } from './repositorySession.ts';
import type { Session } from './session.ts';

export interface FileAt {
  readonly repository: RepositorySession;
  readonly snapshot: GitOpsRepository;
  readonly inventory: Inventory;
  readonly file: RepositoryFile;
}

/** undefined for files of no repository, and while the first files are read. */
export function fileAt(session: Session, uri: string): FileAt | undefined {
  const path = pathOf(uri);
  const found = path === undefined ? undefined : session.locate(path);
  if (found === undefined) return undefined;
  const { repository } = found;
  // The snapshot first: the inventory is made of its roots then.
  const { snapshot } = repository;
  const file = snapshot.file(found.path);
  return file && { repository, snapshot, inventory: repository.inventory(session.placementSettings), file };
}
