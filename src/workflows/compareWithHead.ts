/** What the working tree renders differently from the last commit. */
import { isRelevantPath } from '../clients/files.ts';
import { headCommit, headFiles } from '../clients/git.ts';
import type { KustomizeEngine } from '../clients/kustomize.ts';
import { renderRoot } from '../clients/renderRoot.ts';
import type { ChangedImage } from '../core/change/changedImages.ts';
import { changedImages } from '../core/change/changedImages.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { OpenedRepository } from './openRepository.ts';
import { InputError } from './openRepository.ts';

export interface RootDifference {
  readonly root: string;
  /** Manifests, '' where the root is not there or does not build. */
  readonly before: string;
  readonly after: string;
  readonly images: readonly ChangedImage[];
  /** Why one side does not build, one sentence. */
  readonly failure: string | undefined;
}

/** Differences of the roots that `chosen` accepts, by root; roots without any are left out. @throws InputError outside of a Git repository */
export async function compareWithHead(
  engine: KustomizeEngine,
  { folder, repository }: OpenedRepository,
  chosen: (root: BuildRoot) => boolean,
  reveal: boolean,
): Promise<RootDifference[]> {
  if ((await headCommit(folder)) === undefined)
    throw new InputError(`${folder} has no commit to compare with. Name the folder of a Git repository, and commit once.`);
  const committed = await headFiles(folder, (path) => isRelevantPath(path) || repository.file(path) !== undefined);
  const overlay = new Map<string, string | undefined>();
  for (const [path, text] of committed) if (repository.file(path)?.text !== text) overlay.set(path, text);
  for (const path of repository.paths()) if (!committed.has(path)) overlay.set(path, undefined);
  if (overlay.size === 0) return [];
  const earlier = repository.with(overlay);
  const ids = new Set([...repository.roots, ...earlier.roots].filter(chosen).map(({ id }) => id));
  const differences: RootDifference[] = [];
  for (const id of [...ids].sort()) {
    const before = earlier.roots.find((root) => root.id === id);
    const after = repository.roots.find((root) => root.id === id);
    if (before === after) continue;
    const old = before && (await renderRoot(engine, folder, before, { reveal, overlay }));
    const now = after && (await renderRoot(engine, folder, after, { reveal }));
    const difference = {
      root: id,
      before: old?.text ?? '',
      after: now?.text ?? '',
      images: changedImages(before, after),
      failure: now?.failure ?? old?.failure,
    };
    if (difference.before !== difference.after || difference.failure !== undefined) differences.push(difference);
  }
  return differences;
}
