/** A commit as something to compare with: its files in place of those that the model has now. */
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';
import { isRelevantPath } from './files.ts';
import { filesOfCommit } from './git.ts';

/** Texts of a commit that the model reads, or would read now. Rejects with GitError, or with the signal's reason. */
export async function committedFiles(
  folder: string,
  commit: string,
  repository: Pick<GitOpsRepository, 'file'>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return await filesOfCommit(folder, commit, (path) => isRelevantPath(path) || repository.file(path) !== undefined, signal);
}

/** Texts that turn the files of a repository into those of a commit; undefined for files that the commit does not have. */
export function overlayOf(committed: ReadonlyMap<string, string>, repository: GitOpsRepository): Map<string, string | undefined> {
  const overlay = new Map<string, string | undefined>();
  for (const [path, text] of committed) if (repository.file(path)?.text !== text) overlay.set(path, text);
  for (const path of repository.paths()) if (!committed.has(path)) overlay.set(path, undefined);
  return overlay;
}

/** Texts that turn the files of a repository into those of a commit. Rejects with GitError, or with the signal's reason. */
export async function commitOverlay(
  folder: string,
  commit: string,
  repository: GitOpsRepository,
  signal?: AbortSignal,
): Promise<Map<string, string | undefined>> {
  return overlayOf(await committedFiles(folder, commit, repository, signal), repository);
}
