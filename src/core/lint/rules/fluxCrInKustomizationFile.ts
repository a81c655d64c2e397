/** 26 `flux-cr-in-kustomization-file`: a Flux Kustomization in a file that kustomize reads as its own (flux2-multi-tenancy#13). */
import { joinPath, parentDirectory } from '../../repository/files.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import { textAt } from '../../yaml/node.ts';
import type { Failure } from '../../kustomize/failure.ts';
import type { Fix } from '../fix.ts';
import { perKustomization } from '../memo.ts';
import { placeOf, topOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const fluxCrInKustomizationFile: Rule = {
  code: 'flux-cr-in-kustomization-file',
  severity: 'error',
  summary: 'A file with the name of a kustomization file holds a Flux object.',
  *check({ repository }) {
    for (const { failure, path } of fluxObjects(repository)) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      yield {
        message: `kustomize reads every file called ${name} as its own, and this one holds a Flux Kustomization: rename the file.`,
        place: typeof failure.at === 'object' ? placeOf(repository, failure.at) : topOf(repository, path),
        fixes: renaming(repository, path),
      };
    }
  },
};

const fluxObjects = perKustomization(({ failure }, { path }): { failure: Failure; path: string }[] =>
  failure?.kind === 'foreign-object' ? [{ failure, path }] : [],
);

/** After the object, as far as that name is free. */
function renaming(repository: GitOpsRepository, from: string): Fix[] {
  const name = textAt(repository.file(from)?.documents[0]?.root, 'metadata', 'name').replaceAll(/[^\w.-]/g, '-');
  const names = [name, `${name}-kustomization`, 'flux-kustomization'].filter(
    (one) => /^[a-z0-9]/i.test(one) && one !== 'kustomization',
  );
  const to = names
    .map((one) => joinPath(parentDirectory(from), `${one}.yaml`))
    .find((path) => repository.file(path) === undefined);
  if (to === undefined) return [];
  const title = `Rename the file to ${to.slice(to.lastIndexOf('/') + 1)}`;
  return [{ id: 'rename-file', title, change: { type: 'rename-file', from, to }, isSafe: false }];
}
