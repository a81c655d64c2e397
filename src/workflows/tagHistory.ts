/** The history of one image in one environment, out of the branch that is checked out. */
import { commitNamed } from '../clients/git.ts';
import type { HistoryEvent } from '../clients/tagHistory.ts';
import { readTagHistory } from '../clients/tagHistory.ts';
import type { PlacedImage } from '../core/inventory/inventory.ts';
import { groupBy } from '../core/text/groupBy.ts';
import type { OpenedRepository } from './openRepository.ts';
import { InputError } from './openRepository.ts';

/** @throws InputError outside of a Git repository, GitError, the signal's reason */
export async function* tagHistory(
  { folder, repository }: Pick<OpenedRepository, 'folder' | 'repository'>,
  image: PlacedImage,
  signal?: AbortSignal,
): AsyncGenerator<HistoryEvent> {
  const head = await commitNamed(folder, 'HEAD', signal);
  if (head === undefined) throw new InputError(`${folder} has no commit, so no history. Name the folder of a Git repository.`);
  yield* readTagHistory(folder, head, repository, image, signal);
}

/** One image for each build and name: containers with the same image have the same history. A container that is no init container, where there is one. */
export function oneForEachBuild(images: readonly PlacedImage[]): PlacedImage[] {
  return [...groupBy(images, ({ root, key }) => `${root.id}\n${key}`).values()].flatMap(
    (members) => members.find(({ usage }) => !usage.container.startsWith('init:')) ?? members[0] ?? [],
  );
}
