/** What the cluster would make of an object, without making it. */
import type { LiveObject } from '../../core/kubernetes/liveObject.ts';
import { nameOf, referenceTo } from '../../core/kubernetes/liveObject.ts';
import { resourcePath } from '../../core/kubernetes/resource.ts';
import type { Cluster } from '../cluster.ts';
import { ApiError } from './errors.ts';

/**
 * Server-side apply as a dry run, with all fields taken over, as Flux applies.
 * @throws ApiError where the cluster would refuse it
 */
export async function dryRunApply(
  cluster: Cluster,
  object: LiveObject,
  fieldManager: string,
  signal?: AbortSignal,
): Promise<LiveObject> {
  const { namespace, name } = referenceTo(object);
  const resource = await cluster.discovery.resource(object.apiVersion, object.kind, signal);
  if (resource === undefined)
    throw new ApiError(
      404,
      'NotFound',
      `${nameOf(referenceTo(object))} is of a kind that the cluster does not serve (${object.apiVersion}).`,
    );
  return (await cluster.connection.json({
    method: 'PATCH',
    path: resourcePath(resource, namespace || 'default', name),
    query: { dryRun: 'All', fieldManager, force: true },
    contentType: 'application/apply-patch+yaml',
    body: object,
    signal,
  })) as LiveObject;
}
