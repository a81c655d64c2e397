/** Ids that travel to the client and come back. They name things by their names, so that they outlive a snapshot. */
import type { Inventory, PlacedImage } from '../core/inventory/inventory.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { RepositorySession } from './repositorySession.ts';
import type { Session } from './session.ts';

const SEPARATOR = '\t';

export function idOf(...parts: readonly string[]): string {
  return parts.join(SEPARATOR);
}

export function partsOf(id: string): string[] {
  return id.split(SEPARATOR);
}

export function usageId(repository: RepositorySession, image: PlacedImage): string {
  return idOf(repository.folder, image.id);
}

export function rootId(repository: RepositorySession, root: BuildRoot): string {
  return idOf(repository.folder, root.id);
}

export interface FoundImage {
  readonly repository: RepositorySession;
  readonly inventory: Inventory;
  readonly image: PlacedImage;
}

/** undefined where the image is gone. */
export function findImage(session: Session, id: string): FoundImage | undefined {
  const [folder, image = ''] = partsOf(id);
  const repository = session.repositories().find((candidate) => candidate.folder === folder);
  if (repository === undefined) return undefined;
  const inventory = repository.inventory(session.placementSettings);
  const found = inventory.image(image);
  return found && { repository, inventory, image: found };
}

/** undefined where the root is gone. */
export function findRoot(session: Session, id: string): { repository: RepositorySession; root: BuildRoot } | undefined {
  const [folder, name] = partsOf(id);
  const repository = session.repositories().find((candidate) => candidate.folder === folder);
  const root = repository?.roots.find((candidate) => candidate.id === name);
  return repository && root && { repository, root };
}
