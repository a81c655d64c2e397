import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { GitServer } from '../../support/cluster/gitServer.ts';
import { startGitServer } from '../../support/cluster/gitServer.ts';
import { IMAGE, overlay, scene } from '../../support/cluster/scene.ts';
import type { Scene } from '../../support/cluster/scene.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import type { ObjectStatus, State } from '../../../src/core/kubernetes/objectStatus.ts';
import type { ObjectReference } from '../../../src/core/kubernetes/liveObject.ts';
import { reconcile } from '../../../src/workflows/reconcile.ts';
import { resume, suspend } from '../../../src/workflows/suspend.ts';
import type { Verification } from '../../../src/workflows/verifyRollout.ts';
import { verifyRollout } from '../../../src/workflows/verifyRollout.ts';
import type { LiveCluster } from '../../../src/workflows/watchCluster.ts';
import { watchCluster } from '../../../src/workflows/watchCluster.ts';

let cluster: SharedCluster;
let git: GitServer;
let closedGit: GitServer;
let live: LiveCluster;
before(async () => {
  const credentials = { username: 'flux', password: 'secret' };
  [cluster, git, closedGit] = await Promise.all([sharedCluster(), startGitServer(), startGitServer(credentials)]);
  live = await watchCluster(cluster.client);
});
after(async () => {
  live[Symbol.dispose]();
  await Promise.all([git[Symbol.asyncDispose](), closedGit[Symbol.asyncDispose]()]);
  await cluster[Symbol.asyncDispose]();
});
const signal = AbortSignal.timeout(600_000);

function becomes(reference: ObjectReference, state: State): Promise<ObjectStatus> {
  return live.until((tree) => {
    const status = tree.node(reference)?.status;
    return status?.state === state ? status : undefined;
  }, signal);
}

/** The verdict on the newest commit. Whoever expects that it fails has little patience. */
function verify(play: Scene, tag: string, branches = ['main'], patienceMilliseconds = 1000): Promise<Verification> {
  const commit = play.repository.git('rev-parse', 'HEAD');
  const target = { kustomization: play.kustomization, commit, branches, image: `${IMAGE}:${tag}`, workloads: [] };
  const { folder } = play.repository;
  return verifyRollout(live, target, { signal, folder, place: 'dev', patienceMilliseconds, timeoutMilliseconds: 120_000 });
}

async function runs(play: Scene, tag: string): Promise<void> {
  const verification = await verify(play, tag, ['main'], 60_000);
  assert.equal(verification.outcome, 'running', verification.sentence);
}

describe('what goes wrong on the way', () => {
  it('a path that is not there', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization({ path: './nowhere' });
    const status = await becomes(play.kustomization, 'Failed');
    assert.equal(status.reason, 'ArtifactFailed');
    assert.equal(status.message, 'kustomization path not found: stat nowhere: no such file or directory');
    const outcome = await reconcile(live, play.kustomization, { withSource: true, signal });
    assert.ok(!outcome.ok);
    assert.match(outcome.sentence, /^Kustomization flux-system\/\w+ fails: kustomization path not found/);
    const verification = await verify(play, '1.0.0');
    assert.equal(verification.outcome, 'failing');
    assert.match(
      verification.sentence,
      /^dev does not run 1\.0\.0: Kustomization flux-system\/\w+: kustomization path not found: stat nowhere/,
    );
  });

  it('a manifest that the cluster refuses', async () => {
    await using play = scene(cluster.client, git);
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndata: { number: 1 }\n';
    play.repository.push({
      ...overlay(play.name, '1.0.0', 'transformers: []\n'),
      'base/bad.yaml': map,
      'base/kustomization.yaml': 'resources: [deployment.yaml, bad.yaml]\n',
    });
    await play.applySource();
    await play.applyKustomization();
    const status = await becomes(play.kustomization, 'Failed');
    assert.equal(status.reason, 'ReconciliationFailed');
    assert.match(status.message, /^ConfigMap\/\w+\/bad dry-run failed/);
    assert.equal((await verify(play, '1.0.0')).outcome, 'failing');
  });

  it('a health check that fails, and names what is not healthy', async () => {
    await using play = scene(cluster.client, git, 'unready-1');
    await play.applySource();
    await play.applyKustomization({ wait: true });
    const status = await becomes(play.kustomization, 'Failed');
    assert.equal(status.reason, 'HealthCheckFailed');
    assert.deepEqual(status.waitsFor, { what: 'health check', name: `Deployment ${play.name}/shop` });
    // While Flux tries again by itself, the failure stays in view.
    const states = new Set<string>();
    const changes = live.onChange(() => states.add(live.tree.node(play.kustomization)?.status?.state ?? ''));
    const version = () => live.tree.node(play.kustomization)?.object?.metadata.resourceVersion;
    const before = version();
    await live.until(
      () => (version() !== before && status.message !== live.tree.node(play.kustomization)?.status?.message) || undefined,
      signal,
    );
    changes[Symbol.dispose]();
    assert.deepEqual([...states], ['Failed']);
    const verification = await verify(play, 'unready-1');
    assert.equal(verification.outcome, 'failing');
    assert.match(verification.sentence, /^dev does not run unready-1: /);
  });

  it('an image that cannot be pulled, where Flux says Ready', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await runs(play, '1.0.0');
    play.repository.push(overlay(play.name, 'missing-2'));
    await reconcile(live, play.kustomization, { withSource: true, signal });
    assert.equal(live.tree.node(play.kustomization)?.status?.state, 'Ready');
    const verification = await verify(play, 'missing-2');
    assert.equal(verification.outcome, 'failing');
    assert.match(
      verification.sentence,
      /^dev still runs 1\.0\.0: Deployment \w+\/shop waits for its image \(ImagePullBackOff: not found\)\.$/,
    );
    assert.equal(verification.steps[3]?.about?.kind, 'Pod');
    assert.ok(live.tree.isFailing(live.tree.node(play.source)!));
  });

  it('a container that crashes, with its last lines', async () => {
    await using play = scene(cluster.client, git, 'crash-1');
    await play.applySource();
    await play.applyKustomization();
    const verification = await verify(play, 'crash-1');
    assert.equal(verification.outcome, 'failing');
    assert.match(verification.sentence, /Deployment \w+\/shop crashes: shop was restarted 5 times \(CrashLoopBackOff\)\.$/);
    assert.deepEqual(verification.lastLines, ['starting', 'panic: DATABASE_URL is not set']);
  });

  it('a quota that lets no pod in', async () => {
    await using play = scene(cluster.client, git);
    const quota = `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: none }\nspec: { hard: { pods: "0" } }\n`;
    play.repository.push({ 'base/quota.yaml': quota, 'base/kustomization.yaml': 'resources: [quota.yaml]\n' });
    await play.applySource();
    await play.applyKustomization();
    await becomes(play.kustomization, 'Ready');
    play.repository.push({ 'base/kustomization.yaml': 'resources: [quota.yaml, deployment.yaml]\n' });
    await reconcile(live, play.kustomization, { withSource: true, signal });
    const verification = await verify(play, '1.0.0');
    assert.equal(verification.outcome, 'failing');
    assert.match(verification.sentence, /Deployment \w+\/shop: pods "shop-\w+-\w+" is forbidden: exceeded quota: none/);
  });

  it('a dependency that is not ready, absent, or suspended', async () => {
    await using play = scene(cluster.client, git);
    const base = `${play.name}-base`;
    await play.applySource();
    await play.applyKustomization({ dependsOn: [{ name: base }] });
    assert.equal((await becomes(play.kustomization, 'Failed')).reason, 'DependencyNotReady');
    await play.applyKustomization({ path: './nowhere' }, base);
    const status = await becomes(play.kustomization, 'Progressing');
    assert.deepEqual(status.waitsFor, { what: 'dependency', name: `flux-system/${base}` });
    const failing = await verify(play, '1.0.0');
    assert.equal(failing.outcome, 'failing');
    assert.match(failing.sentence, /waits for flux-system\/\w+-base, which fails: kustomization path not found/);
    const outcome = await reconcile(live, play.kustomization, { withSource: false, signal });
    assert.match(outcome.sentence, /^It depends on flux-system\/\w+-base, which fails: kustomization path not found/);
    await suspend(cluster.client, { ...play.kustomization, name: base });
    await becomes({ ...play.kustomization, name: base }, 'Suspended');
    assert.match((await verify(play, '1.0.0')).sentence, /waits for flux-system\/\w+-base, which is suspended\.$/);
  });

  it('a suspended object, which answers requests without doing anything', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await becomes(play.kustomization, 'Ready');
    await runs(play, '1.0.0');
    assert.ok(await suspend(cluster.client, play.kustomization));
    assert.ok(!(await suspend(cluster.client, play.kustomization)));
    await becomes(play.kustomization, 'Suspended');
    const outcome = await reconcile(live, play.kustomization, { withSource: true, signal });
    assert.ok(!outcome.ok);
    assert.match(outcome.sentence, /is suspended, so Flux would not do anything\. Resume it first\.$/);
    play.repository.push(overlay(play.name, '1.5.0'));
    assert.ok((await reconcile(live, play.source, { withSource: true, signal })).ok);
    const verification = await verify(play, '1.5.0');
    assert.equal(verification.outcome, 'blocked');
    assert.match(verification.sentence, /^dev still runs 1\.0\.0: Kustomization flux-system\/\w+ is suspended\.$/);
    const resumed = await resume(live, play.kustomization, { signal });
    assert.ok(resumed.ok, resumed.sentence);
    await runs(play, '1.5.0');
  });

  it('a branch that does not exist, and one that never gets the commit', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource({ ref: { branch: 'nowhere' } });
    await play.applyKustomization();
    assert.equal((await becomes(play.source, 'Failed')).reason, 'GitOperationFailed');
    const absent = await verify(play, '1.0.0', ['nowhere']);
    assert.equal(absent.outcome, 'failing');
    assert.match(absent.sentence, /GitRepository flux-system\/\w+ cannot be fetched: the branch "nowhere" does not exist\.$/);
    play.repository.push({ 'README.md': 'x\n' }, { branch: 'release' });
    await play.applySource({ ref: { branch: 'release' } });
    await becomes(play.source, 'Ready');
    play.repository.push(overlay(play.name, '1.1.0'));
    const other = await verify(play, '1.1.0');
    assert.equal(other.outcome, 'blocked');
    assert.match(other.sentence, /follows the branch "release", and the commit is on "main"\.$/);
  });

  it('credentials that the Git server does not accept', async () => {
    await using play = scene(cluster.client, git);
    const secret = `${play.name}-git`;
    await play.applySource({ url: closedGit.url(play.name), secretRef: { name: secret } });
    await play.applyKustomization();
    assert.equal((await becomes(play.source, 'Failed')).reason, 'AuthenticationFailed');
    assert.match((await verify(play, '1.0.0')).sentence, /the Secret "\w+-git" that it signs in with does not exist\.$/);
    const data = (password: string) => ({ username: 'flux', password });
    const metadata = { name: secret, namespace: 'flux-system' };
    await play.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: data('wrong') } as never);
    await live.until((tree) => tree.node(play.source)?.status?.reason === 'GitOperationFailed' || undefined, signal);
    const outcome = await reconcile(live, play.kustomization, { withSource: true, signal });
    assert.match(outcome.sentence, /^GitRepository flux-system\/\w+ fails: failed to checkout/);
    const verification = await verify(play, '1.0.0');
    assert.match(verification.sentence, /cannot be fetched: the server does not accept its credentials\.$/);
  });

  it('a source that is not there', async () => {
    await using play = scene(cluster.client, git);
    await play.applyKustomization();
    await becomes(play.kustomization, 'Failed');
    const root = live.tree.roots().find(({ reference }) => reference.name === play.name);
    assert.equal(root?.status?.reason, 'NotFound');
    assert.deepEqual(
      live.tree.children(root).map(({ reference }) => reference.kind),
      ['Kustomization'],
    );
    assert.match((await verify(play, '1.0.0')).sentence, /GitRepository flux-system\/\w+ does not exist\.$/);
  });
});
