import { joinPath, KUSTOMIZATION_NAMES } from '../repository/files.ts';
import type { Unknown } from '../repository/model.ts';
import type { ResultCache } from '../repository/resultCache.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import type { ImageFieldSpec, Resource } from './resource.ts';
import type { EntryRun, PatchRun } from './runs.ts';

/** The outcome of building a directory. */
export interface LayerResult {
  readonly resources: readonly Resource[];
  /** Fields that `configurations:` added; they travel up to overlays. */
  readonly fieldSpecs: readonly ImageFieldSpec[];
  /** Resources that could not be read, so that images may be missing here. */
  readonly unknowns: readonly Unknown[];
  /** Why no image of this result is certain: something that was not read could rewrite all of them. */
  readonly opaque: string | undefined;
  /** The first reason why kustomize refuses to build this. */
  readonly failure: Failure | undefined;
  /** Every path looked at; a directory whose listing counts ends in a slash. */
  readonly used: ReadonlySet<string>;
  /** Directories with a kustomization file that this result includes, itself first. */
  readonly directories: ReadonlySet<string>;
  /** Kinds of the documents that were left out because no image can be in them; '' where the kind is not plain. */
  readonly skippedKinds: ReadonlySet<string>;
  /** Every images entry that ran, in order, those of the included directories too. */
  readonly entryRuns: readonly EntryRun[];
  /** Every patch that ran, as `entryRuns`. */
  readonly patchRuns: readonly PatchRun[];
}

/** Far beyond what repositories do; hostile ones could nest without end. */
export const MAX_NESTING = 200;
export const MAX_COMPONENTS = 2_000;

/** Keeps the results for directories of one view. */
export type LayerCache = ResultCache<LayerResult>;

/** What a directory that takes part in a cycle builds to: nothing. It depends on the kustomization files of all members. */
export function cyclicLayer(directory: string, members: readonly string[]): LayerResult {
  return {
    resources: [],
    fieldSpecs: [],
    unknowns: [],
    opaque: undefined,
    failure: failureAt(
      '',
      members.length === 1
        ? `cycle detected: ${directory} includes itself.`
        : `cycle detected: ${members.join(', ')} include each other.`,
    ),
    used: new Set(members.flatMap((member) => [member, ...KUSTOMIZATION_NAMES.map((name) => joinPath(member, name))])),
    directories: new Set(members),
    skippedKinds: new Set(),
    entryRuns: [],
    patchRuns: [],
  };
}

/** Cycles through components, or inside of a composed artifact; others are known before anything is built (cycles.ts). */
export function cycleSentence(ancestors: readonly string[], directory: string): string {
  return `cycle detected: ${[...ancestors.slice(ancestors.indexOf(directory)), directory].join(' > ')}.`;
}
