/** Finds the repository that arguments mean, where a folder has several. */
import type { BumpRequest } from '../workflows/bumpImage.ts';
import { hasImage } from '../workflows/bumpImage.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { InputError } from '../workflows/openRepository.ts';

/** The repository that has the image. @throws InputError where none has it, or several do: nobody said which one to edit */
export function repositoryWithImage(
  opened: readonly OpenedRepository[],
  request: Pick<BumpRequest, 'image' | 'environment'>,
): OpenedRepository {
  const { image, environment } = request;
  const found = opened.filter((repository) => hasImage(repository, request));
  if (found.length === 0) {
    requireEnvironments(opened, [environment]);
    throw new InputError(`No container in ${environment} uses the image ${image}. List the images with \`images\`.`);
  }
  return only(found, `${image} in ${environment}`);
}

/** The repository that has all of the environments. @throws InputError where none has them, or several do */
export function repositoryWithEnvironments(opened: readonly OpenedRepository[], names: readonly string[]): OpenedRepository {
  const found = opened.filter(({ inventory }) => names.every((name) => inventory.environments.includes(name)));
  if (found.length === 0) {
    requireEnvironments(opened, names);
    throw new InputError(`No repository here has all of ${names.join(', ')}. Name environments of one repository.`);
  }
  return only(found, names.join(' and '));
}

function requireEnvironments(opened: readonly OpenedRepository[], names: readonly string[]): void {
  const environments = new Set(opened.flatMap(({ inventory }) => inventory.environments.filter((name) => name !== '')));
  if (environments.size === 0) throw new InputError('No environment is known here. Name them in .gitops-cockpit.yaml.');
  const unknown = names.find((name) => !environments.has(name));
  if (unknown !== undefined)
    throw new InputError(`There is no environment ${unknown} here. Choose one of ${[...environments].join(', ')}.`);
}

function only(found: readonly OpenedRepository[], what: string): OpenedRepository {
  const [first, ...others] = found as readonly [OpenedRepository, ...OpenedRepository[]];
  if (others.length === 0) return first;
  const names = found.map(({ prefix }) => prefix.replace(/\/$/, '') || '.');
  throw new InputError(`Several repositories here have ${what}: ${names.join(', ')}. Name the folder of one of them.`);
}
