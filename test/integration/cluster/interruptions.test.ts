// A real cluster behind a proxy that spoils some of its answers, and rights that change while it is followed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { faultyProxyTo } from '../../support/cluster/faultyProxy.ts';
import { kubeconfigFor, tunnelTo, userWith } from '../../support/cluster/identities.ts';
import { apply } from '../../support/cluster/installFlux.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import type { Json, LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import type { ControllerProgress } from '../../../src/workflows/askController.ts';
import { reconcileText } from '../../../src/workflows/progressText.ts';
import { reconcile } from '../../../src/workflows/reconcile.ts';
import type { VerifyProgress } from '../../../src/workflows/verifyRollout.ts';
import { verifyRollout } from '../../../src/workflows/verifyRollout.ts';
import { watchCluster } from '../../../src/workflows/watchCluster.ts';

let cluster: SharedCluster;
let token: string;
before(async () => {
  cluster = await sharedCluster();
  token = await userWith(cluster.client, 'interrupted', everything);
});
after(async () => {
  for (const path of made) await cluster.client.connection.json({ method: 'DELETE', path });
  await cluster[Symbol.asyncDispose]();
});
const made: string[] = [];
const signal = AbortSignal.timeout(600_000);
const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
const KUSTOMIZATION = { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' };

const open = (server: string, as = token) =>
  new Cluster(loadKubeconfig({ KUBECONFIG: kubeconfigFor(cluster.folder, server, `{ token: "${as}" }`) }), 'test');
const putObject = async (group: string, plural: string, object: Omit<LiveObject, 'apiVersion'>) => {
  const path = `/apis/${group}/v1/namespaces/${object.metadata.namespace ?? ''}/${plural}`;
  made.push(`${path}/${object.metadata.name}`);
  await apply(cluster.client, path, { apiVersion: `${group}/v1`, ...object });
};
const put = (name: string, namespace: string, spec: Json = {}) =>
  putObject(KUSTOMIZATION.group, 'kustomizations', {
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: {
      interval: '10m',
      prune: true,
      suspend: true,
      path: './',
      sourceRef: { kind: 'GitRepository', name: 'none' },
      ...spec,
    },
  });
const names = (live: { readonly tree: { nodes(group: string, kind: string): Iterable<{ reference: { name: string } }> } }) =>
  [...live.tree.nodes(KUSTOMIZATION.group, KUSTOMIZATION.kind)].map(({ reference }) => reference.name);

describe('an answer that is spoiled', () => {
  it('in the middle of a list makes the list be made again', async () => {
    const wanted = ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'];
    for (const name of wanted) await put(name, 'default');
    let failures = 0;
    await using proxy = await faultyProxyTo(cluster, (url, answer) => {
      if (url.searchParams.has('limit')) url.searchParams.set('limit', '2');
      if (!url.searchParams.has('continue') || failures > 0) return false;
      failures += 1;
      return unavailable(answer);
    });
    using live = await watchCluster(open(proxy.server), { kinds: [KUSTOMIZATION] });
    await live.until(() => (live.interruption === undefined ? true : undefined), signal);
    assert.equal(failures, 1);
    assert.deepEqual(
      names(live).filter((name) => wanted.includes(name)),
      wanted,
    );
  });

  it('in the middle of a watch is an interruption', async () => {
    let spoiled = 0;
    await using proxy = await faultyProxyTo(cluster, (url, answer) => {
      if (!url.searchParams.has('watch') || spoiled > 0) return false;
      spoiled += 1;
      answer.writeHead(200).end('this is no JSON\n');
      return true;
    });
    using live = await watchCluster(open(proxy.server), { kinds: [KUSTOMIZATION] });
    const why = await live.until(() => live.interruption, signal);
    assert.equal(why.message, 'The server of context "test" does not answer like a Kubernetes API server.');
    await live.until(() => (live.interruption === undefined ? true : undefined), signal);
    await put('after-spoiled', 'default');
    await live.until(() => names(live).includes('after-spoiled') || undefined, signal);
    assert.equal(live.ended, undefined);
  });
});

describe('a cluster that vanishes', () => {
  const gone = /^The cluster of context "test" cannot be reached at https:\/\/127\.0\.0\.1:\d+: /;

  /** A source whose server accepts connections and says nothing, and a Kustomization that waits for it. */
  async function silentSource(name: string) {
    const silent = createServer((socket) => socket.unref());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const metadata = { name, namespace: 'flux-system' };
    const url = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}/silent.git`;
    const spec = { interval: '10m', timeout: '60s', ref: { branch: 'main' }, url };
    await putObject('source.toolkit.fluxcd.io', 'gitrepositories', { kind: 'GitRepository', metadata, spec });
    await put(name, 'flux-system', { suspend: false, sourceRef: { kind: 'GitRepository', name } });
    return {
      source: { group: 'source.toolkit.fluxcd.io', kind: 'GitRepository', ...metadata },
      kustomization: { ...KUSTOMIZATION, ...metadata },
      [Symbol.dispose]: () => void silent.close(),
    };
  }

  it('is told while a rollout is verified, and is the reason when the time is over', async () => {
    using objects = await silentSource('verified');
    const tunnel = await tunnelTo(cluster.server);
    using live = await watchCluster(open(tunnel.server));
    const { kustomization } = objects;
    await live.until((tree) => tree.node(kustomization)?.status?.waitsFor?.what === 'source' || undefined, signal);
    const target = { kustomization, commit: 'a'.repeat(40), branches: ['main'], image: '', workloads: [] };
    const told: (string | undefined)[] = [];
    const report = ({ interruption }: VerifyProgress) => told.push(interruption);
    const verified = verifyRollout(live, target, { signal, place: 'dev', report, timeoutMilliseconds: 4000, reconcile: true });
    await sleep(500);
    await tunnel[Symbol.asyncDispose]();
    const { outcome, sentence } = await verified;
    assert.equal(outcome, 'late', sentence);
    assert.match(sentence, gone);
    assert.match(sentence, / dev was waiting at the step "fetched" when it last answered\.$/);
    assert.equal(told[0], undefined);
    assert.match(told.at(-1) ?? '', gone);
  });

  it('is told while a reconciliation is waited for', async () => {
    using objects = await silentSource('unheard');
    const tunnel = await tunnelTo(cluster.server);
    using live = await watchCluster(open(tunnel.server));
    const told: string[] = [];
    const report = (progress: ControllerProgress) => {
      if (progress.type === 'requested') void tunnel[Symbol.asyncDispose]();
      if (progress.type === 'interrupted') told.push(reconcileText(progress));
    };
    const outcome = await reconcile(live, objects.source, { withSource: false, signal, report, timeoutMilliseconds: 4000 });
    assert.ok(!outcome.ok);
    assert.match(told[0] ?? '', gone);
    assert.match(outcome.sentence, gone);
  });
});

describe('rights that change', () => {
  const binding = (subjects: readonly object[]) =>
    cluster.client.connection.json({
      method: 'PATCH',
      path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/changing',
      contentType: 'application/merge-patch+json',
      body: { subjects },
    });

  it('leave what may be seen, and bring back the rest', async () => {
    await put('stays', 'flux-system');
    await put('goes', 'default');
    const changing = await userWith(cluster.client, 'changing', everything);
    await using proxy = await faultyProxyTo(cluster, (url) => {
      // A watch that is open is not ended by the server when rights change; it ends after some minutes.
      if (url.searchParams.has('watch')) url.searchParams.set('timeoutSeconds', '1');
      return false;
    });
    const options = { kinds: [KUSTOMIZATION], namespaces: ['flux-system'], patienceMilliseconds: 1500 };
    using live = await watchCluster(open(proxy.server, changing), options);
    assert.ok(names(live).includes('goes'));
    await grantIn('flux-system');
    await binding([]);
    await live.until(() => !names(live).includes('goes') || undefined, signal);
    assert.ok(names(live).includes('stays'));
    assert.deepEqual(live.notices, ['You may no longer list kustomizations in all namespaces, only in flux-system.']);
    await live.until(() => live.interruption === undefined || undefined, signal);
    await put('came', 'flux-system');
    await live.until(() => names(live).includes('came') || undefined, signal);
    await binding([{ kind: 'ServiceAccount', name: 'changing', namespace: 'default' }]);
    await live.until(() => names(live).includes('goes') || undefined, signal);
    assert.deepEqual([live.notices, live.interruption, live.ended], [[], undefined, undefined]);
  });

  async function grantIn(namespace: string): Promise<void> {
    const group = 'rbac.authorization.k8s.io';
    await apply(cluster.client, `/apis/${group}/v1/namespaces/${namespace}/rolebindings`, {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'changing', namespace },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'changing' },
      subjects: [{ kind: 'ServiceAccount', name: 'changing', namespace: 'default' }],
    } as LiveObject);
  }
});

function unavailable(answer: ServerResponse): true {
  answer
    .writeHead(503, { 'content-type': 'application/json' })
    .end(JSON.stringify({ kind: 'Status', reason: 'ServiceUnavailable', message: 'etcd leader changed' }));
  return true;
}
