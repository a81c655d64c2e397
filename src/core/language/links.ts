import type { Place } from '../lint/problem.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { mentionsIn } from './mentions.ts';
import { fileOfPath } from './paths.ts';

export interface PathLink {
  readonly place: Place;
  /** The file to open. */
  readonly target: string;
}

/** The paths of a file that lead to a file of the repository. */
export function pathLinks(repository: GitOpsRepository, file: RepositoryFile): PathLink[] {
  return mentionsIn(file).flatMap((mention): PathLink[] => {
    const target = mention.type === 'path' ? fileOfPath(repository, mention) : undefined;
    return target === undefined ? [] : [{ place: mention.place, target }];
  });
}
