/** Files that nobody applies as they stand: templates, test data, documentation, archives. What is wrong in them is meant, or is completed before it is used. */
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';

const UNFINISHED =
  /(?:^|\/)(?:\.?templates?|skeletons?|scaffold(?:ing|s)?|boilerplate|cookiecutter|testdata|fixtures?|docs?|snippets?|[._]?archived?|attic|graveyard)(?:\/|$)|[{}<>]/i;
const EXAMPLE = /(?:^|\/)(?:examples?|samples?)(?:\/|$)/i;

/** True for a file whose path says so and that no build outside of such directories uses. */
export function isUnfinished(repository: GitOpsRepository, file: string): boolean {
  let known = unfinished.get(repository);
  if (known === undefined) unfinished.set(repository, (known = new Map()));
  let result = known.get(file);
  if (result === undefined) known.set(file, (result = UNFINISHED.test(file) && !isUsedBeyond(repository, file, UNFINISHED)));
  return result;
}

const unfinished = new WeakMap<GitOpsRepository, Map<string, boolean>>();

/** True for an unfinished file, and for an example: it is complete, and made for another repository. */
export function isExample(repository: GitOpsRepository, file: string): boolean {
  return isUnfinished(repository, file) || (EXAMPLE.test(file) && !isUsedBeyond(repository, file, EXAMPLE));
}

function isUsedBeyond({ roots }: GitOpsRepository, file: string, directories: RegExp): boolean {
  return roots.some(
    ({ directory, deployedBy, used }) =>
      used.has(file) &&
      (deployedBy.length === 0 ? !directories.test(`${directory}/`) : deployedBy.some((flux) => !directories.test(flux.file))),
  );
}
