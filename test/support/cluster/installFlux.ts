import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'js-yaml';
import type { Cluster } from '../../../src/clients/cluster.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { listIn, textIn } from '../../../src/core/kubernetes/liveObject.ts';

/** Applies Flux's custom resource definitions, its namespace and a node. Resolves when their kinds are served. */
export async function installFlux(client: Cluster, definitions: readonly string[]): Promise<void> {
  const objects = definitions.map((file) => load(readFileSync(file, 'utf8')) as LiveObject);
  await Promise.all(objects.map((object) => apply(client, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', object)));
  await apply(client, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
  await apply(client, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } });
  for (let tries = 0; tries < 400; tries += 1) {
    const list = await client.connection.json({ path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions' });
    if (listIn(list, 'items').every(isEstablished)) return;
    await sleep(50);
  }
  throw new Error('The custom resource definitions of Flux were not established in 20 s.');
}

/** Server-side apply of an object to the path of its kind. */
export async function apply(client: Cluster, path: string, object: LiveObject): Promise<LiveObject> {
  return (await client.connection.json({
    method: 'PATCH',
    path: `${path}/${encodeURIComponent(object.metadata.name)}`,
    query: { fieldManager: 'test', force: true },
    contentType: 'application/apply-patch+yaml',
    body: object,
  })) as LiveObject;
}

function isEstablished(definition: unknown): boolean {
  return listIn(definition, 'status', 'conditions').some(
    (condition) => textIn(condition, 'type') === 'Established' && textIn(condition, 'status') === 'True',
  );
}
