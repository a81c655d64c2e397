/** Why kustomize or Flux refuses a build, and where that stands. */
import type { ScalarNode } from '../yaml/node.ts';

export interface Failure {
  /** What is so, in one sentence. */
  readonly sentence: string;
  /** File in which it stands; '' where the place is that of whoever includes the directory. */
  readonly file: string;
  /** The scalar, or an offset in the file; undefined for the file as a whole. */
  readonly at: ScalarNode | number | undefined;
  /** What kind it is, where a reader treats it apart from others. */
  readonly kind: FailureKind;
}

export type FailureKind =
  | 'other'
  | 'syntax'
  | 'duplicate-key'
  /** A field that is unknown, or whose value is of another type: what a schema of kustomization files tells as well. */
  | 'field'
  | 'no-object'
  | 'missing-path'
  | 'multiple-files'
  | 'not-a-string'
  | 'image-field'
  | 'image-name'
  | 'foreign-object'
  | 'patch-target'
  | 'restriction';

/** A failure at a scalar, or at the top of a file. */
export function failureAt(place: ScalarNode | string, sentence: string, kind: FailureKind = 'other'): Failure {
  return typeof place === 'string'
    ? { sentence, file: place, at: undefined, kind }
    : { sentence, file: place.source.file, at: place, kind };
}

/** The failure of a directory at the reference that leads to it, where it has no place of its own. */
export function placedAt(failure: Failure | undefined, at: ScalarNode | undefined): Failure | undefined {
  return failure?.file !== '' || at === undefined ? failure : { ...failure, file: at.source.file, at };
}
