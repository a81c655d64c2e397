/** Below which object another one stands, as far as that object itself says. */
import type { LiveObject, ObjectReference } from '../kubernetes/liveObject.ts';
import { groupOf, textIn, valueAt } from '../kubernetes/liveObject.ts';
import { HELM_GROUP, IMAGE_GROUP, isFluxGroup, isFollowed, isTopKind, KUSTOMIZE_GROUP, SOURCE_GROUP } from './kinds.ts';

/** undefined for what stands at the top, and for what Flux has nothing to do with. */
export function parentOf(object: LiveObject): ObjectReference | undefined {
  const group = groupOf(object.apiVersion);
  if (isTopKind({ group, kind: object.kind })) return undefined;
  if (isFluxGroup(group)) return sourceOf(object);
  return controllerOf(object) ?? ownerByLabels(object);
}

/** What a Flux object reads from. */
export function sourceOf({ kind, spec, metadata }: LiveObject): ObjectReference | undefined {
  if (kind === 'ImagePolicy') {
    const reference = valueAt(spec, 'imageRepositoryRef');
    return named(IMAGE_GROUP, 'ImageRepository', reference, metadata.namespace);
  }
  const reference = valueAt(spec, 'sourceRef') ?? valueAt(spec, 'chartRef') ?? valueAt(spec, 'chart', 'spec', 'sourceRef');
  return named(SOURCE_GROUP, textIn(reference, 'kind') || 'GitRepository', reference, metadata.namespace);
}

function named(group: string, kind: string, reference: unknown, near: string | undefined): ObjectReference | undefined {
  const name = textIn(reference, 'name');
  return name === '' ? undefined : { group, kind, namespace: textIn(reference, 'namespace') || (near ?? ''), name };
}

/** The workload to which a pod or job belongs. Replica sets are left out: their deployments' names are in the pods. */
function controllerOf({ metadata }: LiveObject): ObjectReference | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const group = groupOf(owner.apiVersion);
  const namespace = metadata.namespace ?? '';
  const hash = metadata.labels?.['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return { group, kind: 'Deployment', namespace, name: owner.name.slice(0, -hash.length - 1) };
  return isFollowed({ group, kind: owner.kind }) ? { group, kind: owner.kind, namespace, name: owner.name } : undefined;
}

/** Flux labels whatever it applies with the name of the object that made it do so. */
function ownerByLabels({ metadata: { labels } }: LiveObject): ObjectReference | undefined {
  for (const [group, kind] of [
    [HELM_GROUP, 'HelmRelease'],
    [KUSTOMIZE_GROUP, 'Kustomization'],
  ] as const) {
    const name = labels?.[`${group}/name`];
    if (name !== undefined) return { group, kind, namespace: labels?.[`${group}/namespace`] ?? '', name };
  }
  return undefined;
}
