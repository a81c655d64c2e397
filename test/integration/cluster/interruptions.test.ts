// A real cluster behind a proxy that spoils some of its answers, and rights that change while it is followed.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { faultyProxyTo } from '../../support/cluster/faultyProxy.ts';
import { kubeconfigFor, userWith } from '../../support/cluster/identities.ts';
import { apply } from '../../support/cluster/installFlux.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
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
const put = async (name: string, namespace: string) => {
  const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
  made.push(`${path}/${name}`);
  await apply(cluster.client, path, {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: { interval: '10m', prune: true, suspend: true, path: './', sourceRef: { kind: 'GitRepository', name: 'none' } },
  });
};
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
