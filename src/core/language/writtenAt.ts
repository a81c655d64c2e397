import { placeOfOwner } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { Owner } from '../repository/model.ts';

/** Where an owner stands; undefined for none, and for parts of a generated object that stand in no file, such as its kind. */
export function writtenAt(repository: GitOpsRepository, owner: Owner | undefined): Place | undefined {
  return owner === undefined || repository.file(owner.scalar.source.file) === undefined
    ? undefined
    : placeOfOwner(repository, owner);
}
