/** A cluster as the user of a kubeconfig context. Nothing is contacted before something is asked of it. */
import { groupOf, referenceTo } from '../core/kubernetes/liveObject.ts';
import type { LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import type { Resource } from '../core/kubernetes/resource.ts';
import { resourcePath } from '../core/kubernetes/resource.ts';
import { Connection } from './cluster/connection.ts';
import { Discovery } from './cluster/discovery.ts';
import type { ClusterError } from './cluster/errors.ts';
import { ApiError } from './cluster/errors.ts';
import type { ClusterContext, Kubeconfig } from './cluster/kubeconfig.ts';
import type { WatchEvent, WatchScope } from './cluster/watch.ts';
import { listResource, watchResource } from './cluster/watch.ts';

/** The name under which the flux command line writes fields: Flux leaves them alone, and takes back what kubectl writes. */
const FIELD_MANAGER = 'flux';

export class Cluster implements Disposable {
  readonly context: ClusterContext;
  readonly connection: Connection;
  readonly discovery: Discovery;

  constructor(kubeconfig: Kubeconfig, context: string) {
    const access = kubeconfig.access(context);
    this.context = access.context;
    this.connection = new Connection(access);
    this.discovery = new Discovery(this.connection);
  }

  /** The kind in the version that the cluster prefers; undefined where it is not installed. */
  async resource(group: string, kind: string, signal?: AbortSignal): Promise<Resource | undefined> {
    return group === '' ? await this.discovery.resource('v1', kind, signal) : await this.discovery.kind(group, kind, signal);
  }

  /** In the namespace `default` where the reference names none. undefined where there is no such object, or no such kind. */
  async get(reference: ObjectReference, signal?: AbortSignal): Promise<LiveObject | undefined> {
    const resource = await this.resource(reference.group, reference.kind, signal);
    if (resource === undefined) return undefined;
    try {
      return (await this.connection.json({
        path: resourcePath(resource, reference.namespace, reference.name),
        signal,
      })) as LiveObject;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** All objects of a kind in all namespaces; empty where it is not installed. */
  async list(group: string, kind: string, signal?: AbortSignal): Promise<LiveObject[]> {
    const resource = await this.resource(group, kind, signal);
    return resource === undefined ? [] : await listResource(this.connection, resource, {}, signal);
  }

  /** What there is of a kind, and what becomes of it, until the signal ends it. */
  watch(resource: Resource, scope: WatchScope, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    return watchResource(this.connection, resource, scope, signal);
  }

  /** Every state of one object from now on; undefined while there is none. `interrupted` is told when the cluster does not answer. */
  async *follow(
    reference: ObjectReference,
    signal: AbortSignal,
    interrupted: (error: ClusterError | undefined) => void = () => undefined,
  ): AsyncGenerator<LiveObject | undefined> {
    const { group, kind, namespace, name } = reference;
    const resource = await this.resource(group, kind, signal);
    if (resource === undefined) {
      yield undefined;
      return;
    }
    const scope = { fieldSelector: `metadata.name=${name}`, ...(namespace === '' ? {} : { namespace }) };
    for await (const event of this.watch(resource, scope, signal)) {
      if (event.type === 'interrupted') interrupted(event.error);
      else interrupted(undefined);
      if (event.type === 'listed') yield event.objects[0];
      else if (event.type === 'changed') yield event.object;
      else if (event.type === 'deleted') yield undefined;
    }
  }

  /** A JSON merge patch, as the flux command line makes it. */
  async patch(object: LiveObject, patch: object, signal?: AbortSignal): Promise<LiveObject> {
    const { kind, namespace, name } = referenceTo(object);
    const resource = await this.discovery.resource(object.apiVersion, kind, signal);
    if (resource === undefined)
      throw new ApiError(404, 'NotFound', `The cluster no longer serves ${kind} in ${groupOf(object.apiVersion)}.`);
    return (await this.connection.json({
      method: 'PATCH',
      path: resourcePath(resource, namespace, name),
      query: { fieldManager: FIELD_MANAGER },
      contentType: 'application/merge-patch+json',
      body: patch,
      signal,
    })) as LiveObject;
  }

  [Symbol.dispose](): void {
    this.connection.dispose();
  }
}
