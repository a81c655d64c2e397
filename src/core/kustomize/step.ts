/** What the steps of a kustomization have in common: where they read files, and whom they tell what goes wrong. */
import type { RepositoryFile } from '../repository/files.ts';
import type { ScalarNode } from '../yaml/node.ts';
import type { FailureKind } from './failure.ts';
import type { PatchEntry } from './kustomizationFile.ts';

/** How steps read the files that they name. */
export interface Loader {
  /**
   * The file at a path, relative to the kustomization; undefined where it was told already why there is none, or why it was not read. `at`: what names the
   * path, `what`: such as `the patch`.
   */
  load(path: string, at: ScalarNode, what: string): RepositoryFile | undefined;
  /** `at`: the scalar that is wrong, where there is one. */
  fail(sentence: string, at?: ScalarNode, kind?: FailureKind): void;
}

/** What was not read. `why`: a clause. `scalar`: what names it. */
export interface NotRead {
  readonly why: string;
  readonly scalar?: ScalarNode | undefined;
  readonly isUnread?: true;
}

export interface StepContext extends Loader {
  /** Remembers that anything may come out different, as something was not read. */
  notRead(unknown: NotRead): void;
  /** Remembers that anything may come out different although everything was read. `why`: a clause. */
  doubt(why: string): void;
  /** Remembers what a patch met. */
  ran(patch: PatchEntry, matched: boolean): void;
  /** Whether there may be objects that were not read. */
  readonly isPartial: boolean;
}

/** A file that has to be text; undefined where it was told why it is none. */
export function textFile(file: RepositoryFile | undefined, at: ScalarNode, context: StepContext): RepositoryFile | undefined {
  if (file?.unreadable === undefined) return file;
  const clause = `${file.path} ${file.unreadable}`;
  if (file.isOnlyUnread) context.notRead({ why: clause, scalar: at, isUnread: true });
  else context.fail(`${clause}.`, at);
  return undefined;
}
