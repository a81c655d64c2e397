import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterTree } from '../../../src/core/flux/clusterTree.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import type { WantedImage } from '../../../src/protocol/objects.ts';
import { differencesIn } from '../../../src/server/cluster/running.ts';
import type { ConnectedCluster } from '../../../src/server/cluster/session.ts';
import { deployment, kustomization } from '../flux/clusterObjects.ts';

function cluster(name: string, ...objects: readonly LiveObject[]): ConnectedCluster {
  const tree = ClusterTree.empty.with(objects.map((object) => ({ type: 'changed', object })));
  const live = { tree, ended: undefined, cluster: { context: { name } } };
  return { live, fluxNamespace: 'flux-system', rollouts: [] } as unknown as ConnectedCluster;
}

const wanted = (environment: string, reference: string): WantedImage => ({
  usage: `${environment} shop`,
  environment,
  kind: 'Deployment',
  namespace: 'dev',
  workload: 'shop',
  container: 'shop',
  reference,
  kustomizations: [{ group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'flux-system', name: 'apps' }],
});

const running = (name: string, tag: string, owner = 'apps') =>
  cluster(name, kustomization(owner, 'fleet'), deployment('shop', owner, { image: `registry.example.com/shop:${tag}` }));

describe('what runs instead of what Git says', () => {
  const image = wanted('prod', 'registry.example.com/shop:2');

  it('is told where it is another image, and only there', () => {
    assert.deepEqual(differencesIn([running('east', '1')], [image], {}), [{ usage: 'prod shop', text: 'running 1' }]);
    assert.deepEqual(differencesIn([running('east', '2')], [image], {}), []);
  });

  it('is looked for in the context of the environment, else where its Kustomization is', () => {
    const clusters = [running('east', '1'), running('west', '3', 'others')];
    assert.deepEqual(differencesIn(clusters, [image], {}), [{ usage: 'prod shop', text: 'running 1' }]);
    assert.deepEqual(differencesIn(clusters, [image], { prod: ['west'] }), [{ usage: 'prod shop', text: 'running 3' }]);
    assert.deepEqual(differencesIn(clusters, [image], { prod: ['north'] }), []);
  });

  it('names the contexts where there are several', () => {
    assert.deepEqual(differencesIn([running('east', '1'), running('west', '2')], [image], {}), [
      { usage: 'prod shop', text: 'running 1 in east' },
    ]);
  });
});
