import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { parentDirectory } from '../repository/files.ts';

/**
 * True where a kustomization file is only ever the one at the `spec.path` of Flux Kustomizations: Flux decodes that one itself, more leniently than
 * kustomize, and turns numbers into text (image-semantics.md A.7).
 */
export function isOnlyBuiltByFlux(repository: GitOpsRepository, file: string): boolean {
  const directory = parentDirectory(file);
  const roots = repository.rootsUsing(file);
  return roots.length > 0 && roots.every((root) => root.directory === directory && root.deployedBy.length > 0);
}
