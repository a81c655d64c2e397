/** A placement as plain JSON values and back, for the cache on disk beside its roots: inferring it takes longer than reading it. */
import type { Workload } from './applications.ts';
import { NO_WORKLOAD } from './applications.ts';
import { Table } from './table.ts';
import type { BuildRoot } from './model.ts';
import type { Placement, PlacementSettings, RootPlacement } from './placement.ts';
import { place } from './placement.ts';

export interface EncodedPlacement {
  /** The settings that it was made with, as JSON. */
  readonly settings: string;
  readonly environments: readonly string[];
  /** Names of environments and applications. */
  readonly names: readonly string[];
  /** In the order of the roots: environments, application of each usage, and that of the root where no workload is known. By index of `names`. */
  readonly roots: readonly (readonly [environments: readonly number[], applications: readonly number[], silent: number])[];
}

/** For roots that `placement` was made for. */
export function encodePlacement(placement: Placement): EncodedPlacement {
  const names = new Table<string>();
  const roots = placement.placed.map(({ id, usages }): EncodedPlacement['roots'][number] => {
    const own = placement.roots.get(id);
    const application = (workload: Workload) => names.index(own?.application(workload) ?? '');
    return [(own?.environments ?? []).map((name) => names.index(name)), usages.map(application), application(NO_WORKLOAD)];
  });
  return { settings: JSON.stringify(placement.settings), environments: placement.environments, names: names.items, roots };
}

/** The inverse, for the roots that it was made for; undefined where it was made with other settings. Workloads that it does not know are placed anew. */
export function decodePlacement(
  encoded: EncodedPlacement,
  roots: readonly BuildRoot[],
  settings: PlacementSettings,
): Placement | undefined {
  if (encoded.settings !== JSON.stringify(settings) || encoded.roots.length !== roots.length) return undefined;
  const { names } = encoded;
  let inferred: Placement | undefined;
  const placed = new Map<string, RootPlacement>();
  for (const [index, root] of roots.entries()) {
    const [environments, applications, silent] = encoded.roots[index] ?? [[], [], 0];
    const known = new Map<Workload, number>([[NO_WORKLOAD, silent]]);
    for (const [at, usage] of root.usages.entries()) known.set(usage, applications[at] ?? silent);
    placed.set(root.id, {
      environments: environments.map((at) => names[at] ?? ''),
      application: (workload) => {
        const at = known.get(workload);
        if (at !== undefined) return names[at] ?? '';
        inferred ??= place(roots, settings);
        return inferred.roots.get(root.id)?.application(workload) ?? '';
      },
    });
  }
  return { roots: placed, environments: encoded.environments, placed: roots, settings };
}
