/** What the working tree renders differently from a commit. */
import { commitOverlay } from '../clients/committedFiles.ts';
import { commitNamed } from '../clients/git.ts';
import type { KustomizeEngine } from '../clients/kustomize.ts';
import { renderRoot } from '../clients/renderRoot.ts';
import type { ChangedImage } from '../core/change/changedImages.ts';
import { changedImages } from '../core/change/changedImages.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { OpenedRepository } from './openRepository.ts';
import { InputError } from './openRepository.ts';

export interface RootDifference {
  readonly root: string;
  /** Manifests, '' where the root is not there. Both '' where they cannot be compared. */
  readonly before: string;
  readonly after: string;
  readonly images: readonly ChangedImage[];
  /** Whether values of Secrets that are hidden in the manifests are all that differs. */
  readonly onlySecrets: boolean;
  /** Why the manifests cannot be compared, one clause: `does not build now: ...`. */
  readonly failure: string | undefined;
}

export interface ComparisonRequest {
  /** A branch, a tag, a hash or any other name of a commit. */
  readonly revision: string;
  /** The roots to compare. */
  readonly chosen: (root: BuildRoot) => boolean;
  /** Shows the values of Secrets. */
  readonly reveal: boolean;
}

/** Differences by root; roots without any are left out. @throws InputError where there is no such commit */
export async function compareWithCommit(
  engine: KustomizeEngine,
  { folder, repository }: OpenedRepository,
  { revision, chosen, reveal }: ComparisonRequest,
): Promise<RootDifference[]> {
  const commit = await commitNamed(folder, revision);
  if (commit === undefined) throw new InputError(await noCommit(folder, revision));
  const overlay = await commitOverlay(folder, commit, repository);
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
    const failures = [
      ...(old?.failure === undefined ? [] : [`did not build in ${revision}: ${old.failure}`]),
      ...(now?.failure === undefined ? [] : [`does not build now: ${now.failure}`]),
    ];
    if (failures.length > 0) {
      // All of it would look new, or gone.
      differences.push({ root: id, before: '', after: '', images: [], onlySecrets: false, failure: failures.join(' It ') });
    } else if (old?.fingerprint !== now?.fingerprint || old?.text !== now?.text) {
      const onlySecrets = old?.text === now?.text;
      const texts = { before: old?.text ?? '', after: now?.text ?? '' };
      differences.push({ root: id, ...texts, images: changedImages(before, after), onlySecrets, failure: undefined });
    }
  }
  return differences;
}

async function noCommit(folder: string, revision: string): Promise<string> {
  if ((await commitNamed(folder, 'HEAD')) === undefined)
    return `${folder} has no commit to compare with. Name the folder of a Git repository, and commit once.`;
  return `${folder} has no commit "${revision}". Name a branch, a tag or the hash of a commit.`;
}
