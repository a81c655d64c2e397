import type { LargeFile } from './virtualFiles.ts';

/** What is known of a build besides the error's text. Paths are relative to the root, except in `origins`. */
export interface BuildErrorContext {
  readonly directory: string;
  /** Whether only the source's artefact was seen. */
  readonly source: boolean;
  readonly linksOutside: readonly string[];
  readonly largeFiles: readonly LargeFile[];
  /** Path in a composed artefact to the path that was copied there. */
  readonly origins: Readonly<Record<string, string>>;
  /** The file's text as the build saw it; null when there is none. */
  readonly read: (path: string) => string | null;
}

/** A sentence, and the place that it is about. */
export interface Blame {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

export interface Place extends BuildErrorContext {
  /** Where a path of the build is in the repository. */
  readonly locate: (path: string) => string;
  /** The folder whose kustomization file failed, as the build sees it. */
  readonly folder: string;
  readonly kustomizationFile: string;
  /** The entry of `resources` at which it failed, as written. */
  readonly reference: string | undefined;
}

export type Rule = readonly [pattern: RegExp, describe: (match: RegExpExecArray, place: Place) => Blame | undefined];
