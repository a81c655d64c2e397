import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import { projectRoot } from '../../support/paths.ts';
import { ServerProcess } from '../../support/serverProcess.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import type { Listing } from '../../../src/core/flux/clusterTree.ts';
import { ClusterTree } from '../../../src/core/flux/clusterTree.ts';
import { treeRows } from '../../../src/core/flux/treeRows.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { groupOf } from '../../../src/core/kubernetes/liveObject.ts';
import { resourcePath } from '../../../src/core/kubernetes/resource.ts';
import { clusterChangedNotification, clusterRowsRequest, connectRequest } from '../../../src/protocol/cluster.ts';
import { idIn } from '../../../src/server/cluster/rowIds.ts';
import { watchCluster } from '../../../src/workflows/watchCluster.ts';

const NAMESPACE = 'large';
const SOURCES = 20;
const KUSTOMIZATIONS = 180;
const WORKLOADS = 1800;
const EVENTS = 10_000;
const ROUNDS = 10;
const SOURCE_GROUP = 'source.toolkit.fluxcd.io';

let cluster: SharedCluster;
before(async () => {
  cluster = await sharedCluster();
  await create([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }]);
  await create(objects());
});
after(async () => {
  await cluster.client.connection.json({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` });
  await cluster[Symbol.asyncDispose]();
});

/** Suspended and without pods, so that nothing works on them. */
function objects(): LiveObject[] {
  const metadata = (name: string, labels = {}) => ({ name, namespace: NAMESPACE, labels });
  const list: LiveObject[] = [];
  for (let i = 0; i < SOURCES; i += 1)
    list.push({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: metadata(`source-${String(i)}`),
      spec: { suspend: true, interval: '1h', url: 'http://127.0.0.1:9/x.git' },
    });
  for (let i = 0; i < KUSTOMIZATIONS; i += 1)
    list.push({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: metadata(`apps-${String(i)}`),
      spec: {
        suspend: true,
        interval: '1h',
        prune: false,
        path: './',
        sourceRef: { kind: 'GitRepository', name: `source-${String(i % SOURCES)}` },
      },
    });
  for (let i = 0; i < WORKLOADS; i += 1) {
    const app = `shop-${String(i)}`;
    const owner = {
      'kustomize.toolkit.fluxcd.io/name': `apps-${String(i % KUSTOMIZATIONS)}`,
      'kustomize.toolkit.fluxcd.io/namespace': NAMESPACE,
    };
    const template = {
      metadata: { labels: { app } },
      spec: { containers: [{ name: 'shop', image: 'registry.example.com/shop:1.0.0' }] },
    };
    list.push({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(app, owner),
      spec: { replicas: 0, paused: true, selector: { matchLabels: { app } }, template },
    });
  }
  return list;
}

async function create(list: readonly LiveObject[]): Promise<void> {
  await atOnce(list, async (object) => {
    const resource = await cluster.client.discovery.resource(object.apiVersion, object.kind);
    assert.ok(resource);
    await cluster.client.connection.json({
      method: 'POST',
      path: resourcePath(resource, object.metadata.namespace),
      body: object,
    });
  });
}

const open = ({ kubeconfig }: SharedCluster) => new Cluster(loadKubeconfig({ KUBECONFIG: kubeconfig }), 'test');

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const run = async () => {
    for (let index = next++; index < items.length; index = next++) await work(items[index]!);
  };
  await Promise.all(Array.from({ length: 16 }, run));
}

describe('2,000 objects', () => {
  it('are a tree within a second after they were listed, and an event costs little', async () => {
    const started = performance.now();
    using live = await watchCluster(open(cluster));
    const watched = performance.now() - started;
    assert.ok(live.tree.size >= SOURCES + KUSTOMIZATIONS + WORKLOADS, String(live.tree.size));

    const listings = new Map<string, Listing & { objects: LiveObject[] }>();
    for (const { node } of treeRows(live.tree, () => true)) {
      if (node.object === undefined) continue;
      const { apiVersion, kind } = node.object;
      const listing = listings.get(kind) ?? { type: 'listed', group: groupOf(apiVersion), kind, objects: [] };
      listing.objects.push(node.object);
      listings.set(kind, listing);
    }
    const begin = performance.now();
    const tree = ClusterTree.empty.with([...listings.values()]);
    const rows = treeRows(tree, () => true);
    const built = performance.now() - begin;
    assert.ok(rows.length >= 2000, String(rows.length));

    const [deployment] = [...tree.nodes('apps', 'Deployment')];
    const each = performance.now();
    let next = tree;
    for (let i = 0; i < 200; i += 1) {
      const metadata = { ...deployment!.object!.metadata, resourceVersion: `x${String(i)}` };
      next = next.with([{ type: 'changed', object: { ...deployment!.object!, metadata } }]);
      assert.deepEqual([...next.changed], [deployment!.id]);
    }
    const event = (performance.now() - each) / 200;
    const figures = `listed and built ${watched.toFixed(0)} ms, built ${built.toFixed(0)} ms, an event ${event.toFixed(2)} ms`;
    console.log(`   2,000 objects: ${figures}`);
    assert.ok(watched < 3000 && built < 1000 && event < 5, figures);
  });

  it('are rows of the cluster server within a second after they were listed', async () => {
    process.env['KUBECONFIG'] = cluster.kubeconfig;
    await using server = await ServerProcess.start({
      folders: [],
      command: [join(projectRoot, 'src/server/cluster/main.ts'), '--stdio'],
    });
    delete process.env['KUBECONFIG'];
    const rows = async (parents: readonly (string | null)[]) =>
      (await server.connection.sendRequest(clusterRowsRequest, { parents, failingOnly: false })).flat();
    const started = performance.now();
    await server.connection.sendRequest(connectRequest, { context: 'test', fluxNamespace: 'flux-system', namespaces: [] });
    const connected = performance.now() - started;
    let shown = 0;
    let level = await rows([null]);
    for (; level.length > 0; level = await rows(level.filter(({ hasChildren }) => hasChildren).map(({ id }) => id)))
      shown += level.length;
    const all = performance.now() - started - connected;
    const figures = `connected in ${connected.toFixed(0)} ms, all ${String(shown)} rows in ${all.toFixed(0)} ms`;
    console.log(`   the cluster server: ${figures}`);
    assert.ok(shown > SOURCES + KUSTOMIZATIONS + WORKLOADS && connected < 5000 && all < 1000, figures);
  });

  it('show what the cluster says within two seconds of its own truth', async () => {
    process.env['KUBECONFIG'] = cluster.kubeconfig;
    await using server = await ServerProcess.start({
      folders: [],
      command: [join(projectRoot, 'src/server/cluster/main.ts'), '--stdio'],
    });
    delete process.env['KUBECONFIG'];
    const { connection } = server;
    await connection.sendRequest(connectRequest, { context: 'test', fluxNamespace: 'flux-system', namespaces: [] });
    const late: number[] = [];
    for (let number = 0; number < ROUNDS; number += 1) {
      const name = `apps-${String(number)}`;
      const told = new Promise<number>((resolve) => {
        const asked = connection.onNotification(clusterChangedNotification, async () => {
          const parents = [
            idIn('test', { group: SOURCE_GROUP, kind: 'GitRepository', namespace: NAMESPACE, name: `source-${String(number)}` }),
          ];
          const [rows = []] = await connection.sendRequest(clusterRowsRequest, { parents, failingOnly: false });
          const row = rows.find(({ reference }) => reference?.name === name);
          if (row?.description.includes(`truth ${String(number)}`) !== true) return;
          asked.dispose();
          resolve(performance.now());
        });
      });
      // What a controller would write; the answer of the API server is the truth of the cluster.
      const message = `truth ${String(number)}`;
      const condition = {
        type: 'Ready',
        status: 'False',
        reason: 'BuildFailed',
        message,
        lastTransitionTime: new Date().toISOString(),
      };
      await cluster.client.connection.json({
        method: 'PATCH',
        path: `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${NAMESPACE}/kustomizations/${name}/status`,
        contentType: 'application/merge-patch+json',
        body: { status: { conditions: [condition] } },
      });
      const truth = performance.now();
      late.push((await told) - truth);
    }
    const worst = Math.max(...late);
    console.log(`   a change is shown ${late.map((each) => each.toFixed(0)).join(', ')} ms after the cluster has it`);
    assert.ok(worst < 2000, `${worst.toFixed(0)} ms`);
  });

  it('are followed through 10,000 events in the same memory', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    using live = await watchCluster(open(cluster));
    const names = Array.from({ length: 100 }, (_, index) => `shop-${String(index)}`);
    const round = async (number: number) => {
      await atOnce(names, (name) =>
        cluster.client.connection.json({
          method: 'PATCH',
          path: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${name}`,
          contentType: 'application/merge-patch+json',
          body: { metadata: { annotations: { round: String(number) } } },
        }),
      );
      const last = { group: 'apps', kind: 'Deployment', namespace: NAMESPACE, name: names[0]! };
      const signal = AbortSignal.timeout(60_000);
      await live.until(
        (tree) => tree.node(last)?.object?.metadata.annotations?.['round'] === String(number) || undefined,
        signal,
      );
      collect();
      return process.memoryUsage().heapUsed / 1e6;
    };
    const rounds = EVENTS / names.length;
    const heap: number[] = [];
    for (let number = 1; number <= rounds; number += 1) heap.push(await round(number));
    const [early, late] = [heap[9]!, heap.at(-1)!];
    console.log(`   10,000 events: heap ${early.toFixed(1)} MB after 1,000 and ${late.toFixed(1)} MB after all`);
    assert.ok(late - early < 3, `${early.toFixed(1)} MB became ${late.toFixed(1)} MB`);
  });
});
