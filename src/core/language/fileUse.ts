/** What a file is part of: the roots that build it, and the Flux Kustomizations that deploy these. */
import { topOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import { parentDirectory } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';
import type { DeployedBy } from './imageDetails.ts';
import { deployedBy } from './imageDetails.ts';
import { rendersFrom } from './paths.ts';

export interface RootUse {
  readonly root: BuildRoot;
  /** The kustomization file of the root, undefined where Flux makes one. */
  readonly place: Place | undefined;
  readonly deployedBy: readonly DeployedBy[];
}

/** The root of the file's own directory first, then those that build it from elsewhere. */
export function rootsOfFile(repository: GitOpsRepository, path: string): RootUse[] {
  const directory = parentDirectory(path);
  const own = (root: BuildRoot) => Number(root.directory !== directory);
  return repository.roots
    .filter((root) => rendersFrom(repository, root, path))
    .toSorted((a, b) => own(a) - own(b))
    .map((root) => {
      const kustomization = repository.kustomizations.get(root.directory);
      return {
        root,
        place: kustomization && topOf(repository, kustomization.path),
        deployedBy: root.deployedBy.map((flux) => deployedBy(repository, flux)),
      };
    });
}
