// A control plane of its own, whose parts are stopped and started while the cluster is followed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GitServer } from '../../support/cluster/gitServer.ts';
import { startGitServer } from '../../support/cluster/gitServer.ts';
import { kubeconfigFor, userWith } from '../../support/cluster/identities.ts';
import { overlay, scene } from '../../support/cluster/scene.ts';
import type { TestCluster } from '../../support/cluster/startCluster.ts';
import { startCluster } from '../../support/cluster/startCluster.ts';
import { ApiError } from '../../../src/clients/cluster/errors.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import { reconcile } from '../../../src/workflows/reconcile.ts';
import { reconcileText } from '../../../src/workflows/progressText.ts';
import { resume, suspend } from '../../../src/workflows/suspend.ts';
import type { LiveCluster } from '../../../src/workflows/watchCluster.ts';
import { watchCluster } from '../../../src/workflows/watchCluster.ts';

let cluster: TestCluster;
let git: GitServer;
let live: LiveCluster;
before(async () => {
  [cluster, git] = await Promise.all([startCluster(), startGitServer()]);
  live = await watchCluster(cluster.client);
});
after(async () => {
  live[Symbol.dispose]();
  await git[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});
const signal = AbortSignal.timeout(600_000);

describe('a cluster that is followed', () => {
  it('goes on after its API server was started again', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await live.until((tree) => tree.node(play.deployment)?.status?.state === 'Ready' || undefined, signal);
    const before = live.tree.node(play.deployment);
    const recorded = await record();
    await cluster.stop('kube-apiserver');
    await live.until(() => live.interruption, signal);
    assert.match(
      live.interruption?.message ?? '',
      /^The cluster of context "test" cannot be reached at https:\/\/127\.0\.0\.1:\d+: /,
    );
    assert.equal(live.tree.node(play.deployment), before, 'what was known stays');
    await cluster.start('kube-apiserver');
    await live.until(() => live.interruption === undefined || undefined, signal);
    const commit = play.repository.push(overlay(play.name, '2.0.0'));
    const outcome = await reconcile(live, play.kustomization, { withSource: true, signal });
    recorded.end();
    assert.deepEqual(recorded.types.slice(0, 2), ['listed', 'interrupted']);
    assert.match(outcome.sentence, new RegExp(`is ready at main@${commit.slice(0, 7)}`));
    assert.equal(live.ended, undefined);
  });

  it('goes on for users whose rights the API server does not know for a moment when it has started', async () => {
    const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    const token = await userWith(cluster.client, 'everything', everything);
    const kubeconfig = kubeconfigFor(cluster.folder, cluster.server, `{ token: "${token}" }`);
    using user = new Cluster(loadKubeconfig({ KUBECONFIG: kubeconfig }), 'test');
    using own = await watchCluster(user, { namespaces: ['flux-system'] });
    await using play = scene(cluster.client, git);
    const refusals: string[] = [];
    own.onChange(() => own.interruption instanceof ApiError && refusals.push(own.interruption.message));
    for (let count = 0; count < 4; count += 1) {
      await cluster.stop('kube-apiserver');
      await own.until(() => own.interruption, signal);
      await sleep(300 * count);
      await cluster.start('kube-apiserver');
      await own.until(() => own.interruption === undefined || undefined, signal);
      assert.deepEqual([own.notices, own.ended], [[], undefined]);
      const name = `${play.name}-${String(count)}`;
      await play.applyKustomization({ suspend: true }, name);
      await own.until((tree) => tree.node({ ...play.kustomization, name }), signal);
    }
    assert.ok(refusals.length > 0, 'it was never refused, so this test shows nothing');
  });

  it('is listed again when what it missed is no longer kept (410 Gone)', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await live.until((tree) => tree.node(play.source)?.status?.state === 'Ready' || undefined, signal);
    const recorded = await record();
    await cluster.stop('kube-apiserver');
    await live.until(() => live.interruption, signal);
    await compactEtcd(cluster.etcd);
    await cluster.start('kube-apiserver');
    await live.until(() => live.interruption === undefined || undefined, signal);
    await play.applyKustomization();
    await live.until((tree) => tree.node(play.kustomization)?.status?.state === 'Ready' || undefined, signal);
    recorded.end();
    assert.ok(recorded.types.slice(1).includes('listed'), recorded.types.join());
    assert.equal(live.ended, undefined);
    assert.deepEqual(live.notices, []);
  });

  it('says that a controller does not answer', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await live.until((tree) => tree.node(play.kustomization)?.status?.state === 'Ready' || undefined, signal);
    await cluster.stop('kustomize-controller');
    const outcome = await reconcile(live, play.kustomization, { withSource: true, signal, timeoutMilliseconds: 3000 });
    assert.ok(!outcome.ok);
    assert.match(
      outcome.sentence,
      /^Kustomization flux-system\/\w+ was asked to reconcile, and its controller has not answered after 3 s\. See whether it runs with Check Flux\.$/,
    );
    await suspend(cluster.client, play.kustomization);
    await live.until((tree) => tree.node(play.kustomization)?.status?.state === 'Suspended' || undefined, signal);
    const told: string[] = [];
    const resumed = await resume(live, play.kustomization, {
      signal,
      report: (progress) => told.push(reconcileText(progress)),
      timeoutMilliseconds: 3000,
    });
    assert.ok(!resumed.ok);
    assert.match(
      resumed.sentence,
      /^Kustomization flux-system\/\w+ is resumed, and its controller has not answered after 3 s\. See whether it runs with Check Flux\.$/,
    );
    assert.match(told.join('\n'), /: Progressing: It was changed, and its controller has not looked at that yet\.$/);
    await play.applyKustomization({}, `${play.name}-late`);
    const late = { ...play.kustomization, name: `${play.name}-late` };
    const status = await live.until((tree) => tree.node(late)?.status, signal);
    assert.deepEqual([status.state, status.message], ['Unknown', 'Its controller has not looked at it yet.']);
    await cluster.start('kustomize-controller');
    await live.until((tree) => tree.node(late)?.status?.state === 'Ready' || undefined, signal);
  });
});

/** What a watch of the Kustomizations says, after it has listed them. */
async function record(): Promise<{ readonly types: string[]; end(): void }> {
  const ended = new AbortController();
  const types: string[] = [];
  const resource = await cluster.client.resource('kustomize.toolkit.fluxcd.io', 'Kustomization');
  assert.ok(resource);
  const events = cluster.client.watch(resource, {}, ended.signal);
  types.push((await events.next()).value?.type ?? '');
  const rest = async () => {
    for await (const { type } of events) types.push(type);
  };
  rest().catch(() => undefined);
  return { types, end: () => ended.abort() };
}

/** Throws away the history of the store, so that no watch can be resumed from before. */
async function compactEtcd(url: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
    assert.ok(answer.ok, await answer.clone().text());
    return (await answer.json()) as { header: { revision: string } };
  };
  // Writes of nobody move the history on, so that what the client last saw is before its beginning.
  for (let count = 0; count < 5; count += 1) await post('put', { key: btoa('/test/history'), value: btoa(String(count)) });
  const { header } = await post('range', { key: btoa('/test/history') });
  await post('compaction', { revision: header.revision, physical: true });
}
