/** The kinds of which the state of a cluster is made up, from what is fetched to what runs. */

export interface KindOfObject {
  readonly group: string;
  readonly kind: string;
}

export const SOURCE_GROUP = 'source.toolkit.fluxcd.io';
export const KUSTOMIZE_GROUP = 'kustomize.toolkit.fluxcd.io';
export const HELM_GROUP = 'helm.toolkit.fluxcd.io';
export const IMAGE_GROUP = 'image.toolkit.fluxcd.io';

/** In the order in which a tree shows them. */
export const FLUX_KINDS: readonly KindOfObject[] = [
  ...['GitRepository', 'OCIRepository', 'Bucket', 'HelmRepository', 'ExternalArtifact', 'HelmChart'].map(of(SOURCE_GROUP)),
  of(KUSTOMIZE_GROUP)('Kustomization'),
  of(HELM_GROUP)('HelmRelease'),
  ...['ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'].map(of(IMAGE_GROUP)),
];

export const WORKLOAD_KINDS: readonly KindOfObject[] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet'].map(of('apps')),
  ...['CronJob', 'Job'].map(of('batch')),
  of('')('Pod'),
];

function of(group: string): (kind: string) => KindOfObject {
  return (kind) => ({ group, kind });
}

const ranks = new Map([...FLUX_KINDS, ...WORKLOAD_KINDS].map(({ group, kind }, index) => [keyOf(group, kind), index]));

export function keyOf(group: string, kind: string): string {
  return `${kind}.${group}`;
}

/** Whether objects of this kind are followed in a cluster. */
export function isFollowed({ group, kind }: KindOfObject): boolean {
  return ranks.has(keyOf(group, kind));
}

/** Order of kinds; those that are not followed come last. */
export function rankOf({ group, kind }: KindOfObject): number {
  return ranks.get(keyOf(group, kind)) ?? ranks.size;
}

export function isFluxGroup(group: string): boolean {
  return group.endsWith('.toolkit.fluxcd.io');
}

/** What is referred to in these groups must exist, so it is shown where it does not. */
export function isSourceGroup(group: string): boolean {
  return group === SOURCE_GROUP || group === IMAGE_GROUP;
}

/** Sources stand at the top of the tree. */
export function isTopKind({ group, kind }: KindOfObject): boolean {
  return (group === SOURCE_GROUP && kind !== 'HelmChart') || (group === IMAGE_GROUP && kind === 'ImageRepository');
}
