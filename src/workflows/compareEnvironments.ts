/** What two environments render differently, object by object. */
import type { RootComparison } from '../clients/compareRoots.ts';
import { compareRoots } from '../clients/compareRoots.ts';
import type { KustomizeEngine } from '../clients/kustomize.ts';
import { renderRoot } from '../clients/renderRoot.ts';
import { pairRoots } from '../core/inventory/pairRoots.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { OpenedRepository } from './openRepository.ts';

export interface EnvironmentComparison {
  readonly left: string;
  readonly right: string;
  /** Compares builds of this application alone. */
  readonly application?: string | undefined;
  /** Whether name affixes, namespaces and labels that always differ are left out. */
  readonly fold: boolean;
  /** Shows the values of Secrets. */
  readonly reveal: boolean;
  readonly signal?: AbortSignal;
}

/** All builds of two environments, one pair after the other as they are rendered. @throws the signal's reason; an error where the engine cannot be loaded */
export async function* compareRenderedEnvironments(
  engine: KustomizeEngine,
  { folder, repository, inventory }: OpenedRepository,
  { left, right, application, fold, reveal, signal }: EnvironmentComparison,
): AsyncGenerator<RootComparison> {
  const has = (root: BuildRoot | undefined) =>
    inventory.images.some((image) => image.root === root && image.application === application);
  for (const pair of pairRoots(repository, inventory, left, right)) {
    if (pair.left === pair.right || (application !== undefined && !has(pair.left) && !has(pair.right))) continue;
    const render = async (root: BuildRoot | undefined) =>
      root && {
        root,
        rendering: await renderRoot(engine, folder, root, { reveal, ...(signal === undefined ? {} : { signal }) }),
      };
    yield compareRoots(await render(pair.left), await render(pair.right), { fold });
  }
}
