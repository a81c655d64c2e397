/** What the server holds, and why there is nothing to show where there is not. */
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import { isKustomizationFileName } from '../../core/repository/files.ts';
import type { Emptiness, ServerStatus } from '../../protocol.ts';
import { imageProblems } from '../imageProblems.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';

export function statusOf(session: Session): ServerStatus {
  const repositories = session.repositories();
  const inventories = repositories.map((repository) => repository.inventory(session.placementSettings));
  const images = inventories.flatMap((inventory) => inventory.images);
  const wrong = repositories.flatMap((repository, index) => {
    const problemsOf = imageProblems(session, repository);
    const isWrong = (image: PlacedImage) =>
      image.root.failure !== undefined || problemsOf(image).some(({ severity }) => severity === 'error');
    return inventories[index]?.images.filter(isWrong) ?? [];
  });
  const silent = inventories.flatMap((inventory) => inventory.silent);
  return {
    emptiness: images.length + silent.length > 0 ? undefined : emptiness(session, repositories),
    repositories: repositories.length,
    images: images.length,
    errors: wrong.length + silent.filter(({ root }) => root.failure !== undefined).length,
    notices: repositories.flatMap((repository) => repository.notices()),
  };
}

function emptiness(session: Session, repositories: readonly RepositorySession[]): Emptiness {
  if (!session.hasFolder) return 'no-folder';
  if (session.isIndexing) return 'indexing';
  return repositories.some((repository) => hasKustomization(repository.paths())) ? 'no-images' : 'no-kustomization';
}

function hasKustomization(paths: Iterable<string>): boolean {
  for (const path of paths) if (isKustomizationFileName(path)) return true;
  return false;
}
