// What a test plays on a cluster: a repository, a source, Flux Kustomizations, all under names of their own.
import { randomBytes } from 'node:crypto';
import type { Cluster } from '../../../src/clients/cluster.ts';
import type { Json, LiveObject, ObjectReference } from '../../../src/core/kubernetes/liveObject.ts';
import { referenceTo } from '../../../src/core/kubernetes/liveObject.ts';
import { resourcePath } from '../../../src/core/kubernetes/resource.ts';
import type { GitServer, TestRepository } from './gitServer.ts';
import { apply } from './installFlux.ts';

export interface Scene extends AsyncDisposable {
  /** Of the source, the Kustomization and the namespace that the overlay makes. */
  readonly name: string;
  readonly repository: TestRepository;
  readonly source: ObjectReference;
  readonly kustomization: ObjectReference;
  readonly deployment: ObjectReference;
  /** Applies the source; its specification is that of the repository's branch main unless told. */
  applySource(spec?: Json): Promise<LiveObject>;
  /** Applies a Kustomization of the overlay; of another name where one is given. */
  applyKustomization(spec?: Json, name?: string): Promise<LiveObject>;
  apply(object: LiveObject): Promise<LiveObject>;
}

export const IMAGE = 'registry.example.com/shop';

/** A repository with one overlay that runs `tag`, and nothing in the cluster yet. */
export function scene(cluster: Cluster, git: GitServer, tag = '1.0.0'): Scene {
  const name = `t${randomBytes(4).toString('hex')}`;
  const repository = git.repository(name);
  repository.push({
    ...overlay(name, tag),
    'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
    'base/deployment.yaml': DEPLOYMENT,
  });
  const made: LiveObject[] = [];
  const reference = (group: string, kind: string, namespace = 'flux-system') => ({ group, kind, namespace, name });
  const put = async (object: LiveObject) => {
    made.unshift(object);
    const resource = await resourceOf(cluster, object);
    return await apply(cluster, resourcePath(resource, object.metadata.namespace), object);
  };
  return {
    name,
    repository,
    source: reference('source.toolkit.fluxcd.io', 'GitRepository'),
    kustomization: reference('kustomize.toolkit.fluxcd.io', 'Kustomization'),
    deployment: { group: 'apps', kind: 'Deployment', namespace: name, name: 'shop' },
    apply: put,
    applySource: (spec = {}) =>
      put({
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name, namespace: 'flux-system' },
        spec: { interval: '10m', timeout: '20s', ref: { branch: 'main' }, url: git.url(name), ...spec },
      }),
    applyKustomization: (spec = {}, as = name) =>
      put({
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: as, namespace: 'flux-system' },
        spec: {
          interval: '10m',
          retryInterval: '5s',
          timeout: '30s',
          prune: true,
          path: './overlay',
          sourceRef: { kind: 'GitRepository', name },
          ...spec,
        },
      }),
    async [Symbol.asyncDispose]() {
      for (const object of made) await remove(cluster, object);
    },
  };
}

async function resourceOf(cluster: Cluster, { apiVersion, kind }: LiveObject) {
  const resource = await cluster.discovery.resource(apiVersion, kind);
  if (resource === undefined) throw new Error(`The test cluster does not serve ${kind} ${apiVersion}.`);
  return resource;
}

async function remove(cluster: Cluster, object: LiveObject): Promise<void> {
  const { namespace, name } = referenceTo(object);
  const path = resourcePath(await resourceOf(cluster, object), namespace, name);
  await cluster.connection.json({ method: 'DELETE', path }).catch(() => undefined);
}

/** Files of the overlay, which puts the base into a namespace and sets its tag. */
export function overlay(namespace: string, tag: string, more = ''): Record<string, string> {
  return {
    'overlay/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${namespace}
resources: [../base, namespace.yaml]
images:
  - name: ${IMAGE}
    newTag: ${tag}
${more}`,
    'overlay/namespace.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`,
  };
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, labels: { app: shop } }
spec:
  replicas: 2
  progressDeadlineSeconds: 10
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: ${IMAGE} }] }
`;
