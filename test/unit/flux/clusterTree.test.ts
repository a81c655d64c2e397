import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClusterNode } from '../../../src/core/flux/clusterTree.ts';
import { ClusterTree } from '../../../src/core/flux/clusterTree.ts';
import { treeRows } from '../../../src/core/flux/treeRows.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { nameOf, referenceTo } from '../../../src/core/kubernetes/liveObject.ts';
import { deployment, helmRelease, kustomization, pod, source } from './clusterObjects.ts';

const put = (...objects: readonly LiveObject[]) => objects.map((object) => ({ type: 'changed', object }) as const);
const names = (nodes: readonly ClusterNode[]) => nodes.map(({ reference }) => nameOf(reference));
const rows = (tree: ClusterTree) =>
  treeRows(tree, () => true).map(({ depth, name, state }) => `${'  '.repeat(depth)}${name} ${state}`.trimEnd());

const fleet = source('fleet');
const apps = kustomization('apps', 'fleet', { inventory: ['dev_shop_apps_Deployment', 'dev_settings__ConfigMap'] });
const shop = deployment('shop', 'apps');
const one = pod('shop-5d7c-a', 'shop', '5d7c');

describe('the tree of a cluster', () => {
  const tree = ClusterTree.empty.with(put(one, shop, apps, fleet));

  it('goes from sources to pods, in whatever order they came', () => {
    assert.deepEqual(rows(tree), [
      'GitRepository flux-system/fleet Ready',
      '  Kustomization flux-system/apps Ready',
      '    Deployment dev/shop Ready',
      '      Pod dev/shop-5d7c-a Ready',
      '    ConfigMap dev/settings',
    ]);
    const node = tree.node({ group: '', kind: 'Pod', namespace: 'dev', name: 'shop-5d7c-a' });
    assert.ok(node);
    assert.equal(nameOf(tree.parent(node)!.reference), 'Deployment dev/shop');
  });

  it('shares what does not change, and names what does', () => {
    const next = tree.with(put({ ...shop, metadata: { ...shop.metadata, resourceVersion: '2' } }));
    assert.deepEqual([...next.changed], ['Deployment.apps/dev/shop']);
    assert.equal(next.roots()[0], tree.roots()[0]);
    assert.notEqual(next.node({ group: 'apps', kind: 'Deployment', namespace: 'dev', name: 'shop' }), undefined);
    assert.equal(tree.with(put(shop)), tree, 'the same version again changes nothing');
    assert.equal(tree.with([]), tree);
  });

  it('moves an object whose owner changes', () => {
    const other = kustomization('other', 'fleet');
    const next = tree.with(put(other, deployment('shop', 'other', { resourceVersion: '2' })));
    assert.deepEqual(rows(next), [
      'GitRepository flux-system/fleet Ready',
      '  Kustomization flux-system/apps Ready',
      '    ConfigMap dev/settings',
      '  Kustomization flux-system/other Ready',
      '    Deployment dev/shop Ready',
      '      Pod dev/shop-5d7c-a Ready',
    ]);
    assert.ok(next.changed.has('Kustomization.kustomize.toolkit.fluxcd.io/flux-system/apps'));
    assert.ok(next.changed.has('Kustomization.kustomize.toolkit.fluxcd.io/flux-system/other'));
  });

  it('forgets what is deleted, and what a listing no longer has', () => {
    const without = tree.with([{ type: 'deleted', object: one }]);
    assert.ok(!rows(without).some((row) => row.includes('Pod')));
    const two = deployment('two', 'apps', { namespace: 'other' });
    const listed = tree
      .with(put(two))
      .with([{ type: 'listed', group: 'apps', kind: 'Deployment', namespace: 'dev', objects: [] }]);
    assert.ok(rows(listed).includes('    Deployment other/two Ready'));
    assert.ok(!rows(listed).some((row) => row.includes('shop-5d7c')), 'what was below it is not shown either');
    const all = tree.with(put(two)).with([{ type: 'listed', group: 'apps', kind: 'Deployment', objects: [shop] }]);
    assert.ok(rows(all).includes('    Deployment dev/shop Ready') && !rows(all).some((row) => row.includes('two')));
    assert.equal(tree.with([{ type: 'deleted', object: two }]), tree);
  });

  it('shows a source that something needs and that is not there, and takes it away again', () => {
    const waiting = ClusterTree.empty.with(put(apps));
    assert.deepEqual(names(waiting.roots()), ['GitRepository flux-system/fleet']);
    assert.equal(waiting.roots()[0]?.status?.state, 'Failed');
    assert.deepEqual(names(waiting.children(waiting.roots()[0]!)), ['Kustomization flux-system/apps']);
    assert.ok(waiting.isFailing(waiting.roots()[0]!));
    assert.equal(
      waiting.parent(
        waiting.node({ group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'flux-system', name: 'apps' })!,
      )?.id,
      waiting.roots()[0]?.id,
    );
    assert.equal(waiting.with(put(fleet)).roots()[0]?.status?.state, 'Ready');
    assert.deepEqual(
      ClusterTree.empty
        .with(put(apps))
        .with([{ type: 'deleted', object: apps }])
        .roots(),
      [],
    );
  });

  it('knows which branches fail', () => {
    const bad = deployment('bad', 'apps', { failing: true });
    const next = tree.with(put(bad, source('calm')));
    const failing = treeRows(next, (node) => next.isFailing(node)).map(({ name }) => name);
    assert.deepEqual(failing, ['GitRepository flux-system/fleet', 'Kustomization flux-system/apps', 'Deployment dev/bad']);
  });

  it('knows no failure in a pod that was evicted from a workload that has all of its pods', () => {
    const evicted = pod('shop-1-z', 'shop', '1', { phase: 'Failed' });
    const well = tree.with(put(deployment('shop', 'apps', { resourceVersion: '7' }), evicted));
    assert.equal(well.isFailing(well.node(referenceTo(fleet))!), false);
    const ill = tree.with(put(deployment('shop', 'apps', { failing: true, resourceVersion: '8' }), evicted));
    assert.ok(ill.isFailing(ill.node(referenceTo(fleet))!));
  });

  it('puts Helm releases below their sources, and charts only where they say more', () => {
    const repository = source('charts', 'HelmRepository');
    const chart = (ready: boolean): LiveObject => ({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmChart',
      metadata: { name: 'dev-db', namespace: 'flux-system', resourceVersion: ready ? '1' : '2' },
      spec: { sourceRef: { kind: 'HelmRepository', name: 'charts' } },
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', reason: 'X', message: '' }] },
    });
    const release = helmRelease('db', 'charts');
    const next = ClusterTree.empty.with(put(repository, release, chart(true)));
    assert.deepEqual(rows(next), ['HelmRepository flux-system/charts Ready', '  HelmRelease flux-system/db Ready']);
    assert.ok(rows(next.with(put(chart(false)))).includes('  HelmChart flux-system/dev-db Failed'));
  });

  it('leaves alone what Flux did not apply', () => {
    const { labels: _labels, ...metadata } = shop.metadata;
    const next = ClusterTree.empty.with(put({ ...shop, metadata }, one));
    assert.deepEqual(rows(next), []);
    assert.equal(next.size, 2);
  });

  it('survives names with odd characters', () => {
    const odd = kustomization('a.b-c', 'fleet');
    assert.ok(rows(ClusterTree.empty.with(put(fleet, odd))).includes('  Kustomization flux-system/a.b-c Ready'));
  });
});
