/** Puts every build root into its environments and every image into its application: as inferred, and as the user corrects it. */
import { matchesGlob, matchesGlobOrParent } from '../text/glob.ts';
import type { Workload } from './applications.ts';
import { ApplicationInference } from './applications.ts';
import { orderEnvironments } from './environmentNames.ts';
import type { RootEnvironment, RootFact } from './environments.ts';
import { EnvironmentInference, splitPath } from './environments.ts';
import type { BuildRoot } from './model.ts';

/** What a person can correct; later sources are merged over earlier ones by `settings.ts`. */
export interface PlacementSettings {
  /** Environments from the first that a change reaches to the last. */
  readonly order: readonly string[];
  /** Path pattern of a root, or of the cluster entry that deploys it, to environment; the first that matches wins. */
  readonly environments: readonly (readonly [pattern: string, environment: string])[];
  /** Path pattern of a root or a manifest, or name of a workload (a pattern without slash), to application; the first that matches wins. */
  readonly applications: readonly (readonly [pattern: string, application: string])[];
}

export const NO_SETTINGS: PlacementSettings = { order: [], environments: [], applications: [] };

export interface RootPlacement {
  /** At least one; '' where the root belongs to no environment. Several where several clusters deploy the same rendering. */
  readonly environments: readonly string[];
  /** The application of a workload of this root. Never ''. */
  application(workload: Workload): string;
}

export interface Placement {
  /** By `BuildRoot.id`. */
  readonly roots: ReadonlyMap<string, RootPlacement>;
  /** All environments in order, '' last where there are roots without one. */
  readonly environments: readonly string[];
  /** What the placement was made for, to see whether it still holds. */
  readonly placed: readonly BuildRoot[];
  readonly settings: PlacementSettings;
}

/**
 * Places all roots. Depends on their directories, on the clusters that deploy them and on the settings only: while these stay as they were in
 * `previous`, its environments and root placements are returned, the same objects. Never throws.
 */
export function place(roots: readonly BuildRoot[], settings: PlacementSettings = NO_SETTINGS, previous?: Placement): Placement {
  if (previous?.settings === settings && isSame(previous.placed, roots))
    return previous.placed === roots ? previous : { ...previous, placed: roots };
  const facts = roots.map(factOf);
  const inference = new EnvironmentInference(facts);
  const inferred = facts.map((fact) => correctEnvironment(inference.infer(fact), fact, settings));
  const applications = new ApplicationInference(inferred, inference);
  const placed = new Map<string, RootPlacement>();
  for (const [index, { id, directory }] of roots.entries()) {
    const root = inferred[index];
    if (root === undefined) continue;
    placed.set(id, {
      environments: root.environments,
      application: (workload) => correctedApplication(directory, workload, settings) ?? applications.infer(root, workload),
    });
  }
  const environments = orderEnvironments(new Set(inferred.flatMap((root) => root.environments)), settings.order);
  return { roots: placed, environments, placed: roots, settings };
}

function factOf({ directory, deployedBy }: BuildRoot): RootFact {
  return { directory, segments: splitPath(directory), clusters: clustersOf(deployedBy) };
}

function clustersOf(deployedBy: BuildRoot['deployedBy']): string[] {
  return [...new Set(deployedBy.map(({ cluster }) => cluster))].filter((cluster) => cluster !== '');
}

function isSame(before: readonly BuildRoot[], now: readonly BuildRoot[]): boolean {
  return before.length === now.length && before.every((root, index) => isSameRoot(root, now[index]));
}

/** Roots are shared between snapshots, so that nearly all comparisons end with the first. */
function isSameRoot(before: BuildRoot, now: BuildRoot | undefined): boolean {
  if (before === now) return true;
  if (now === undefined || before.id !== now.id || before.directory !== now.directory) return false;
  const [one, other] = [clustersOf(before.deployedBy), clustersOf(now.deployedBy)];
  return one.length === other.length && one.every((cluster, index) => cluster === other[index]);
}

function correctEnvironment(
  inferred: RootEnvironment,
  { directory, clusters }: RootFact,
  settings: PlacementSettings,
): RootEnvironment {
  if (settings.environments.length === 0) return inferred;
  const corrected = mapped(settings.environments, directory);
  if (corrected !== undefined) return { ...inferred, environments: [corrected] };
  if (inferred.at >= 0) return inferred;
  const names = clusters.map((cluster) => mapped(settings.environments, cluster));
  if (names.every((name) => name === undefined)) return inferred;
  const environments = names.map((name, index) => name ?? inferred.environments[index] ?? '');
  return { ...inferred, environments: [...new Set(environments)] };
}

function mapped(patterns: PlacementSettings['environments'], path: string): string | undefined {
  return patterns.find(([pattern]) => matchesGlobOrParent(pattern, path))?.[1];
}

function correctedApplication(
  directory: string,
  { workload, manifest }: Workload,
  { applications }: PlacementSettings,
): string | undefined {
  return applications.find(([pattern]) =>
    pattern.includes('/')
      ? matchesGlobOrParent(pattern, directory) || (manifest !== undefined && matchesGlobOrParent(pattern, manifest))
      : matchesGlob(pattern, workload),
  )?.[1];
}
