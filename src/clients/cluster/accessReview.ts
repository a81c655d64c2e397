/** What the user may do, as the cluster says (SelfSubjectAccessReview). */
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { valueAt } from '../../core/kubernetes/liveObject.ts';
import type { Cluster } from '../cluster.ts';

export type Verb = 'get' | 'list' | 'watch' | 'patch';

/** Whether this may be done with the object. False where the kind is not installed. */
export async function isAllowed(
  cluster: Cluster,
  verb: Verb,
  reference: ObjectReference,
  signal?: AbortSignal,
): Promise<boolean> {
  const resource = await cluster.resource(reference.group, reference.kind, signal);
  if (resource === undefined) return false;
  const { group, namespace, name } = reference;
  const review = await cluster.connection.json({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb, group, resource: resource.plural, namespace, name } },
    },
    signal,
  });
  return valueAt(review, 'status', 'allowed') === true;
}
