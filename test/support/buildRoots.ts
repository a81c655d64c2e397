import type { Workload } from '../../src/core/repository/applications.ts';
import type { BuildRoot, FluxKustomization } from '../../src/core/repository/model.ts';

/** A root as the placement sees it: its directory and the directories of the clusters that deploy it. */
export function rootAt(directory: string, clusters: readonly string[] = []): BuildRoot {
  return {
    id: directory,
    directory,
    deployedBy: clusters.map(deployedFrom),
    usages: [],
    unknowns: [],
    failure: undefined,
    used: new Set(),
    artifact: undefined,
    ignore: '',
    readsOutside: false,
  };
}

function deployedFrom(cluster: string): FluxKustomization {
  return {
    namespace: 'flux-system',
    name: 'apps',
    file: `${cluster}/apps.yaml`,
    path: './apps',
    suspended: false,
    object: {},
    substituteFrom: new Map(),
    cluster,
  };
}

/** A workload as the placement sees it: where it is defined, and the files that change its image. */
export function workload(
  name: string,
  manifest?: string,
  { kind = 'Deployment', changedIn = [] as readonly string[] } = {},
): Workload {
  return {
    kind,
    workload: name,
    manifest,
    originalName: `ghcr.io/acme/${name}`,
    layers: changedIn.map((file) => ({ what: 'images', reference: '', owners: [ownerIn(file)] })),
  };
}

function ownerIn(file: string): Workload['layers'][number]['owners'][number] {
  const source = { file, within: undefined };
  return {
    file,
    scalar: { kind: 'scalar', text: 'v1', style: 'plain', tag: '', start: 0, end: 2, alias: false, source },
    part: 'whole',
  };
}
