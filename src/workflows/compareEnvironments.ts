/** What two environments render differently, object by object. */
import type { KustomizeEngine } from '../clients/kustomize.ts';
import { renderRoot } from '../clients/renderRoot.ts';
import { pairRoots } from '../core/inventory/pairRoots.ts';
import type { RenderingComparison } from '../core/kubernetes/compareRenderings.ts';
import { compareRenderings } from '../core/kubernetes/compareRenderings.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { OpenedRepository } from './openRepository.ts';

export interface RootComparison {
  /** Ids of the roots; undefined where only the other environment has this one. */
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly comparison: RenderingComparison;
  /** Why it is not compared, one clause for each side that does not build: `apps/prod does not build: ...`. */
  readonly failures: readonly string[];
}

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

const NOTHING: RenderingComparison = { objects: [], folded: [] };

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
      root && (await renderRoot(engine, folder, root, { reveal, ...(signal === undefined ? {} : { signal }) }));
    const one = await render(pair.left);
    const other = await render(pair.right);
    const failures = [
      ...(one?.failure === undefined ? [] : [`${pair.left?.id ?? ''} does not build: ${one.failure}`]),
      ...(other?.failure === undefined ? [] : [`${pair.right?.id ?? ''} does not build: ${other.failure}`]),
    ];
    const comparison = failures.length > 0 ? NOTHING : compareRenderings(one?.text ?? '', other?.text ?? '', { fold });
    yield { left: pair.left?.id, right: pair.right?.id, comparison, failures };
  }
}
