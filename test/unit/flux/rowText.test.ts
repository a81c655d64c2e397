import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterTree } from '../../../src/core/flux/clusterTree.ts';
import { rowDetails, rowText } from '../../../src/core/flux/rowText.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { referenceTo } from '../../../src/core/kubernetes/liveObject.ts';
import { deployment, kustomization, pod, source } from './clusterObjects.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const commit = '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d';

function rowOf(object: LiveObject, ...others: readonly LiveObject[]): string {
  const tree = ClusterTree.empty.with([object, ...others].map((one) => ({ type: 'changed', object: one })));
  const node = tree.node(referenceTo(object));
  assert.ok(node);
  return rowText(tree, node, now);
}

const condition = (status: string, reason: string, message: string, lastTransitionTime = '2026-11-25T11:55:00Z') => ({
  conditions: [{ type: 'Ready', status, reason, message, observedGeneration: 1, lastTransitionTime }],
});

describe('a row of the Flux view', () => {
  it('says when a source was fetched', () => {
    const artifact = { revision: `main@sha1:${commit}`, lastUpdateTime: '2026-11-22T11:00:00Z' };
    assert.equal(rowOf(source('fleet', 'GitRepository', { status: { artifact } })), 'main@1a2b3c4   fetched 3 days ago');
  });

  it('says what is applied, and since when', () => {
    const status = { ...condition('True', 'ReconciliationSucceeded', ''), lastAppliedRevision: `main@sha1:${commit}` };
    assert.equal(rowOf(kustomization('apps', 'fleet', { status })), 'main@1a2b3c4   applied 5 min ago');
  });

  it('begins with a word where it is not ready', () => {
    const applied = { lastAppliedRevision: `main@sha1:${commit}` };
    const row = (spec: object, status: object) =>
      rowOf(kustomization('apps', 'fleet', { spec: { ...spec }, status: { ...status } }));
    assert.equal(row({ suspend: true }, applied), 'suspended, last at main@1a2b3c4');
    assert.equal(
      row({}, condition('False', 'BuildFailed', 'kustomize build failed\nmore')),
      'failed: BuildFailed: kustomize build failed',
    );
    assert.match(
      row({}, condition('Unknown', 'Progressing', 'Running health checks for revision main@sha1:1')),
      /^progressing: Running health checks$/,
    );
    assert.match(row({}, { conditions: [] }), /^unknown: Its controller has not looked at it yet\.$/);
  });

  it('says what a workload runs, and which of its pods keeps it', () => {
    const shop = deployment('shop', 'apps', { image: 'registry.example.com/shop:1.2.0' });
    assert.equal(rowOf(shop), '1/1 ready   1.2.0');
    const waiting = { waiting: { reason: 'ImagePullBackOff', message: 'not found' } };
    const stuck = pod('shop-5d7c-a', 'shop', '5d7c');
    const failing = {
      ...stuck,
      status: { phase: 'Pending', containerStatuses: [{ name: 'shop', ready: false, restartCount: 0, state: waiting }] },
    };
    const late = deployment('shop', 'apps', { failing: true });
    assert.match(rowOf(late, failing), /^failed: ImagePullBackOff: /);
    const rolling = deployment('shop', 'apps', { status: { availableReplicas: 0, conditions: [] } });
    assert.match(rowOf(rolling, failing), /^progressing: 0\/1 ready {3}ImagePullBackOff: /);
  });

  it('has everything that is known in its details, and nothing that is not', () => {
    const tree = ClusterTree.empty.with([{ type: 'changed', object: kustomization('apps', 'fleet', { failing: 'no' }) }]);
    const [node] = tree.nodes('kustomize.toolkit.fluxcd.io', 'Kustomization');
    assert.ok(node);
    const words = rowDetails(node, now).map(([word]) => word);
    assert.deepEqual(words.slice(0, 4), ['namespace', 'state', 'reason', 'message']);
    assert.ok(!words.includes('image'));
  });
});
