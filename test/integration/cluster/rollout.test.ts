import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GitServer } from '../../support/cluster/gitServer.ts';
import { startGitServer } from '../../support/cluster/gitServer.ts';
import type { Scene } from '../../support/cluster/scene.ts';
import { IMAGE, overlay, scene } from '../../support/cluster/scene.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import type { RolloutTarget } from '../../../src/core/flux/rollout/step.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { conditionOf, listIn, textIn } from '../../../src/core/kubernetes/liveObject.ts';
import { reconcile } from '../../../src/workflows/reconcile.ts';
import type { ControllerProgress } from '../../../src/workflows/askController.ts';
import type { VerifyProgress } from '../../../src/workflows/verifyRollout.ts';
import { verifyRollout } from '../../../src/workflows/verifyRollout.ts';
import type { LiveCluster } from '../../../src/workflows/watchCluster.ts';
import { watchCluster } from '../../../src/workflows/watchCluster.ts';

let cluster: SharedCluster;
let git: GitServer;
let live: LiveCluster;
before(async () => {
  [cluster, git] = await Promise.all([sharedCluster(), startGitServer()]);
  live = await watchCluster(cluster.client);
});
after(async () => {
  live[Symbol.dispose]();
  await git[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});
const signal = AbortSignal.timeout(600_000);

function target(kustomization: RolloutTarget['kustomization'], commit: string, tag: string): RolloutTarget {
  return { kustomization, commit, branches: ['main'], image: `${IMAGE}:${tag}`, workloads: [] };
}

/** When the cluster itself, asked every 20 ms, says that only this tag runs. */
async function runsInCluster(play: Scene, tag: string): Promise<number> {
  for (;;) {
    const pods = await cluster.client.connection.json({ path: `/api/v1/namespaces/${play.name}/pods`, signal });
    const images = listIn(pods, 'items').map((pod) => {
      const isReady = conditionOf(pod as LiveObject, 'Ready')?.status === 'True';
      return isReady ? textIn(listIn(pod, 'spec', 'containers')[0], 'image') : '';
    });
    if (images.length === 2 && images.every((image) => image === `${IMAGE}:${tag}`)) return performance.now();
    await sleep(20, undefined, { signal });
  }
}

describe('a commit on its way into a cluster', () => {
  it('is verified from the push to the running pods', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    const first = play.repository.git('rev-parse', 'HEAD');
    const before = await verifyRollout(live, target(play.kustomization, first, '1.0.0'), { signal, place: 'dev' });
    assert.equal(before.outcome, 'running', before.sentence);

    const commit = play.repository.push(overlay(play.name, '1.1.0'));
    const seen: VerifyProgress[] = [];
    const truth = runsInCluster(play, '1.1.0');
    const verification = await verifyRollout(live, target(play.kustomization, commit, '1.1.0'), {
      signal,
      folder: play.repository.folder,
      place: 'dev',
      reconcile: true,
      report: (progress) => seen.push(progress),
    });
    assert.equal(verification.outcome, 'running', verification.sentence);
    assert.match(verification.sentence, /^dev runs 1\.1\.0 \(2 pods.*\) after \d+ s\.$/);
    const late = performance.now() - (await truth);
    assert.ok(late < 2000, `it was told ${late.toFixed(0)} ms after it was so`);
    assert.equal(verification.pods, 2);
    assert.deepEqual(
      verification.steps.map(({ name, state }) => `${name} ${state}`),
      ['pushed done', 'fetched done', 'applied done', 'rolling out done', 'running done'],
    );
    const times = verification.steps.map(({ milliseconds }) => milliseconds ?? -1);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.match(
      seen[0]?.steps[1]?.why ?? '',
      /^GitRepository flux-system\/\w+ is at main@[0-9a-f]{7} and looks for changes every 10m$/,
    );
  });

  it('is recognised in a later revision by its history', async () => {
    await using play = scene(cluster.client, git);
    const commit = play.repository.git('rev-parse', 'HEAD');
    play.repository.push({ 'README.md': 'later\n' });
    await play.applySource();
    await play.applyKustomization();
    const { kustomization } = play;
    const verification = await verifyRollout(live, target(kustomization, commit, '1.0.0'), {
      signal,
      folder: play.repository.folder,
      place: 'dev',
    });
    assert.equal(verification.outcome, 'running', verification.sentence);
    // Without a clone, nobody knows whether a later revision has it.
    const blind = await verifyRollout(live, target(kustomization, commit, '1.0.0'), {
      signal,
      place: 'dev',
      timeoutMilliseconds: 300,
    });
    assert.equal(blind.outcome, 'late');
    assert.match(blind.sentence, /which is not in this clone: git fetch tells whether it has the commit\.$/);
  });

  it('reaches the pods through health checks, too', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization({ wait: true });
    const commit = play.repository.git('rev-parse', 'HEAD');
    const waits: string[] = [];
    const verification = await verifyRollout(live, target(play.kustomization, commit, '1.0.0'), {
      signal,
      place: 'dev',
      report: ({ steps }) => waits.push(steps.find(({ state }) => state !== 'done')?.why ?? ''),
    });
    assert.equal(verification.outcome, 'running', verification.sentence);
    assert.ok(
      waits.some((why) => why.endsWith('still checks the health of what it applied')),
      waits.join('\n'),
    );
  });
});

describe('reconcile', () => {
  it('ends when the new commit is applied, and tells states and events on the way', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await live.until((tree) => tree.node(play.kustomization)?.status?.state === 'Ready' || undefined, signal);
    const commit = play.repository.push(overlay(play.name, '1.2.0'));
    const seen: ControllerProgress[] = [];
    const outcome = await reconcile(live, play.kustomization, {
      withSource: true,
      signal,
      report: (progress) => seen.push(progress),
    });
    assert.equal(outcome.sentence, `Kustomization flux-system/${play.name} is ready at main@${commit.slice(0, 7)}.`);
    assert.ok(outcome.ok);
    const object = await cluster.client.get(play.kustomization);
    assert.equal(object?.status?.['lastAppliedRevision'], `main@sha1:${commit}`);
    assert.deepEqual(
      seen.filter(({ type }) => type === 'requested').map(({ reference }) => reference.kind),
      ['GitRepository', 'Kustomization'],
    );
    assert.ok(seen.some((progress) => progress.type === 'status' && progress.status.state === 'Progressing'));
    assert.ok(
      seen.some((progress) => progress.type === 'event' && progress.event.message.includes('configured')),
      JSON.stringify(seen),
    );
  });

  it('can be cancelled', async () => {
    await using play = scene(cluster.client, git, 'unready-1');
    await play.applySource();
    await play.applyKustomization({ wait: true });
    const cancel = new AbortController();
    const running = reconcile(live, play.kustomization, {
      withSource: false,
      signal: cancel.signal,
      report: ({ type }) => type === 'status' && cancel.abort(),
    });
    await assert.rejects(running, { name: 'AbortError' });
  });
});
