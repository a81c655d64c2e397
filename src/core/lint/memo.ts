/** Results that are kept while what they were made of stays the same object: after an edit, only what changed is looked at again. */
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import type { KustomizationFile } from '../kustomize/kustomizationFile.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';

/** Runs `compute` for every kustomization file, once for each version of it. */
export function perKustomization<T>(
  compute: (kustomization: KustomizationFile, file: RepositoryFile) => readonly T[],
): (repository: GitOpsRepository) => T[] {
  const known = new WeakMap<RepositoryFile, readonly T[]>();
  return (repository) => {
    const found: T[] = [];
    for (const file of repository.kustomizations.values()) {
      let own = known.get(file);
      if (own === undefined) known.set(file, (own = compute(parseKustomizationFile(file), file)));
      if (own.length > 0) found.push(...own);
    }
    return found;
  };
}

/** Runs `compute` for every file, once for each version of it. It has to be cheap for files that do not concern it. */
export function perFile<T>(compute: (file: RepositoryFile) => readonly T[]): (repository: GitOpsRepository) => readonly T[] {
  const known = new WeakMap<RepositoryFile, readonly T[]>();
  const whole = new WeakMap<GitOpsRepository, readonly T[]>();
  const NONE: readonly T[] = [];
  return (repository) => {
    const before = whole.get(repository);
    if (before !== undefined) return before;
    const found: T[] = [];
    for (const file of filesOf(repository)) {
      let own = known.get(file);
      if (own === undefined) {
        own = compute(file);
        known.set(file, own.length === 0 ? NONE : own);
      }
      if (own.length > 0) found.push(...own);
    }
    whole.set(repository, found);
    return found;
  };
}

const lists = new WeakMap<GitOpsRepository, readonly RepositoryFile[]>();

function filesOf(repository: GitOpsRepository): readonly RepositoryFile[] {
  let list = lists.get(repository);
  if (list === undefined) lists.set(repository, (list = [...repository.files()]));
  return list;
}

/** Runs `compute` for every build root, once for each version of it: a root is another object when anything that it uses has changed. */
export function perRoot<T>(
  compute: (root: BuildRoot, repository: GitOpsRepository) => readonly T[],
): (repository: GitOpsRepository) => T[] {
  const known = new WeakMap<BuildRoot, readonly T[]>();
  return (repository) => {
    const found: T[] = [];
    for (const root of repository.roots) {
      let own = known.get(root);
      if (own === undefined) known.set(root, (own = compute(root, repository)));
      if (own.length > 0) found.push(...own);
    }
    return found;
  };
}
