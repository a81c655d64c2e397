import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterTree } from '../../../src/core/flux/clusterTree.ts';
import type { RolloutTarget } from '../../../src/core/flux/rollout/step.ts';
import { targetsIn } from '../../../src/core/flux/rollout/targets.ts';
import { referenceTo } from '../../../src/core/kubernetes/liveObject.ts';
import { kustomization } from './clusterObjects.ts';

test('a cluster is asked for the Flux Kustomizations that it has, and for all where it has none of them', () => {
  const [eu, us] = [kustomization('apps-eu', 'fleet'), kustomization('apps-us', 'fleet')];
  const target = (object: typeof eu): RolloutTarget => ({
    kustomization: referenceTo(object),
    commit: 'a'.repeat(40),
    branches: undefined,
    image: 'acme/shop:v1',
    workloads: [],
  });
  const targets = [target(eu), target(us)];
  const names = (tree: ClusterTree) => targetsIn(tree, targets).map(({ kustomization: { name } }) => name);
  deepEqual(names(ClusterTree.empty.with([{ type: 'changed', object: eu }])), ['apps-eu']);
  deepEqual(names(ClusterTree.empty.with([{ type: 'changed', object: kustomization('other', 'fleet') }])), [
    'apps-eu',
    'apps-us',
  ]);
});
