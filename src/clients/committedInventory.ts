/** The images of a repository as a commit has them. */
import { Inventory } from '../core/inventory/inventory.ts';
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';
import type { PlacementSettings } from '../core/repository/placement.ts';
import { place } from '../core/repository/placement.ts';
import { commitOverlay } from './committedFiles.ts';

/** `commit` is a hash. Environments and applications are named by the settings of today. Rejects with GitError, or with the signal's reason. */
export async function committedInventory(
  folder: string,
  commit: string,
  repository: GitOpsRepository,
  settings: PlacementSettings,
  signal?: AbortSignal,
): Promise<Inventory> {
  const { roots } = repository.with(await commitOverlay(folder, commit, repository, signal));
  return new Inventory(roots, place(roots, settings));
}
