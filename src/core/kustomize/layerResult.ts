import { joinPath, KUSTOMIZATION_NAMES } from '../repository/files.ts';
import type { Unknown } from '../repository/model.ts';
import type { ResultCache } from '../repository/resultCache.ts';
import type { ScalarNode } from '../yaml/node.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import type { Resource } from './resource.ts';
import type { EntryRun, PatchRun } from './runs.ts';
import type { TransformerConfig } from './transformerConfig.ts';
import { DEFAULT_CONFIG } from './transformerConfig.ts';
import type { Variable } from './vars.ts';

/** The outcome of building a directory. */
export interface LayerResult {
  readonly resources: readonly Resource[];
  /** With what `configurations:` added; it travels up to overlays. */
  readonly config: TransformerConfig;
  /** `vars:` of all included kustomizations. They get their values when everything is built. */
  readonly vars: readonly Variable[];
  /** Resources that could not be read, so that images may be missing here. */
  readonly unknowns: readonly Unknown[];
  /** Why no image of this result is certain: something that was not read could rewrite all of them. */
  readonly opaque: string | undefined;
  /** The first reason why kustomize refuses to build this. */
  readonly failure: Failure | undefined;
  /** Why plain kustomize refuses it where Flux does not: files outside of the directory of their kustomization (load restriction). */
  readonly plainFailure: Failure | undefined;
  /** `openapi.path` and `openapi.version`, which only count where this is what is built. */
  readonly openapi: OpenApi;
  /** Every path looked at; a directory whose listing counts ends in a slash. */
  readonly used: ReadonlySet<string>;
  /** Directories with a kustomization file that this result includes, itself first. */
  readonly directories: ReadonlySet<string>;
  /** Every images entry that ran, in order, those of the included directories too. */
  readonly entryRuns: readonly EntryRun[];
  /** Every patch that ran, as `entryRuns`. */
  readonly patchRuns: readonly PatchRun[];
}

export interface OpenApi {
  readonly path: ScalarNode | undefined;
  readonly version: ScalarNode | undefined;
}

export const NO_OPENAPI: OpenApi = { path: undefined, version: undefined };

/** Far beyond what repositories do; hostile ones could nest without end. */
export const MAX_NESTING = 200;
export const MAX_COMPONENTS = 2_000;
export const MAX_OBJECTS = 20_000;

/** Keeps the results for directories of one view. */
export type LayerCache = ResultCache<LayerResult>;

/** What builds to nothing, for a reason. */
export function failedLayer(failure: Failure, used: ReadonlySet<string>, directories: ReadonlySet<string>): LayerResult {
  return {
    resources: [],
    config: DEFAULT_CONFIG,
    vars: [],
    unknowns: [],
    opaque: undefined,
    failure,
    plainFailure: undefined,
    openapi: NO_OPENAPI,
    used,
    directories,
    entryRuns: [],
    patchRuns: [],
  };
}

/** What a directory that takes part in a cycle builds to: nothing. It depends on the kustomization files of all members. */
export function cyclicLayer(directory: string, members: readonly string[]): LayerResult {
  const sentence =
    members.length === 1
      ? `cycle detected: ${directory} includes itself.`
      : `cycle detected: ${members.join(', ')} include each other.`;
  const used = members.flatMap((member) => [member, ...KUSTOMIZATION_NAMES.map((name) => joinPath(member, name))]);
  return failedLayer(failureAt('', sentence), new Set(used), new Set(members));
}

/** Cycles through components, or inside of a composed artifact; others are known before anything is built (cycles.ts). */
export function cycleSentence(ancestors: readonly string[], directory: string): string {
  const from = ancestors.indexOf(directory);
  return from < 0
    ? `cycle detected: ${directory} contains ${ancestors.at(-1) ?? ''}, which includes it.`
    : `cycle detected: ${[...ancestors.slice(from), directory].join(' > ')}.`;
}
