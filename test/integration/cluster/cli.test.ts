import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { GitServer } from '../../support/cluster/gitServer.ts';
import { startGitServer } from '../../support/cluster/gitServer.ts';
import type { Scene } from '../../support/cluster/scene.ts';
import { IMAGE, overlay, scene } from '../../support/cluster/scene.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import type { TestCluster } from '../../support/cluster/startCluster.ts';
import { startCluster } from '../../support/cluster/startCluster.ts';
import { spoilingProxyTo } from '../../support/cluster/spoilingProxy.ts';
import { kubeconfigFor, userWith } from '../../support/cluster/identities.ts';
import { runCli } from '../../support/runCli.ts';

let west: SharedCluster;
let east: TestCluster;
let git: GitServer;
before(async () => {
  [west, east, git] = await Promise.all([sharedCluster(), startCluster(), startGitServer()]);
  // Two files, as people have one for each cluster; nothing may be changed in them.
  process.env['KUBECONFIG'] = [west, east]
    .map(({ kubeconfig }, index) => renamed(kubeconfig, index === 0 ? 'west' : 'east'))
    .join(delimiter);
});
after(async () => {
  delete process.env['KUBECONFIG'];
  await Promise.all([git[Symbol.asyncDispose](), east[Symbol.asyncDispose]()]);
  await west[Symbol.asyncDispose]();
});

function renamed(kubeconfig: string, name: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'gitops-cockpit-kubeconfig-')), 'config');
  const pki = join(kubeconfig, '../pki/apiserver.crt');
  const text = readFileSync(kubeconfig, 'utf8')
    .replaceAll('test', name)
    .replaceAll('admin', `admin-${name}`)
    .replace('pki/apiserver.crt', pki);
  writeFileSync(file, text);
  return file;
}

/** The repository says of itself how it is deployed. */
function describeItself(play: Scene): void {
  play.repository.push({
    'clusters/dev/flux.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: ${play.name}, namespace: flux-system }
spec: { interval: 10m, url: ${git.url(play.name)}, ref: { branch: main } }
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: ${play.name}, namespace: flux-system }
spec: { interval: 10m, prune: true, path: ./overlay, sourceRef: { kind: GitRepository, name: ${play.name} } }
`,
  });
}

interface Status {
  readonly context: string;
  readonly complete: boolean;
  readonly notices: readonly string[];
  readonly objects: readonly Record<string, unknown>[];
}

/** Runs it with another kubeconfig. */
async function runWith(kubeconfig: string, ...args: readonly string[]) {
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = kubeconfig;
  try {
    return await runCli(...args);
  } finally {
    process.env['KUBECONFIG'] = before;
  }
}

/** A kubeconfig with a context `faulty`, of which some paths have an error instead of an answer. */
async function faultyCluster(cluster: SharedCluster, token: string, fault: (path: string) => 404 | 500 | undefined) {
  const proxy = await spoilingProxyTo(cluster, ({ pathname }, answer) => {
    const status = fault(pathname);
    if (status === undefined) return false;
    answer.writeHead(status, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ kind: 'Status', message: status === 404 ? 'not found' : 'conversion webhook failed' }));
    return true;
  });
  const kubeconfig = kubeconfigFor(cluster.folder, proxy.server, `{ token: "${token}" }`, 'faulty');
  return { kubeconfig, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

describe('flux on the command line', () => {
  it('verifies the HEAD of a folder in two clusters at once', async () => {
    await using play = scene(west.client, git);
    await using other = scene(east.client, git);
    describeItself(play);
    await play.applySource();
    await play.applyKustomization();
    // The second cluster reads the same repository, as a cluster in another region does.
    await other.apply({ ...(await play.applySource()), metadata: { name: play.name, namespace: 'flux-system' }, status: {} });
    await other.apply({
      ...(await play.applyKustomization()),
      metadata: { name: play.name, namespace: 'flux-system' },
      status: {},
    });
    const commit = play.repository.push(overlay(play.name, '3.0.0'));
    const verify = ['flux', 'verify', play.repository.folder, '--image', 'shop', '--environment', 'dev', '--reconcile'];
    const both = await runCli(...verify, '--context', 'west', '--context', 'east', '--json');
    assert.equal(both.code, 0, both.stderr);
    const results = JSON.parse(both.stdout) as {
      context: string;
      outcome: string;
      commit: string;
      image: string;
      sentence: string;
    }[];
    assert.deepEqual(results.map(({ context, outcome }) => `${context} ${outcome}`).sort(), ['east running', 'west running']);
    for (const result of results) {
      assert.equal(result.commit, commit);
      assert.equal(result.image, `${IMAGE}:3.0.0`);
      assert.match(result.sentence, /^(west|east) runs 3\.0\.0 \(2 pods/);
    }
    assert.match(both.stderr, /west: pushed ✓ \d s · fetched/);
    // What is not committed, nobody can have applied.
    writeFileSync(
      join(play.repository.folder, 'overlay/kustomization.yaml'),
      overlay(play.name, '9.9.9')['overlay/kustomization.yaml'] ?? '',
    );
    const one = await runCli(...verify, '--context', 'east');
    assert.match(one.stdout, /^dev runs 3\.0\.0 \(2 pods.*\) after \d+ s\.\n$/);
    const older = await runCli(...verify, '--context', 'east', '--commit', 'HEAD~1', '--timeout', '1', '--json');
    assert.deepEqual(
      (JSON.parse(older.stdout) as { image: string }[]).map(({ image }) => image),
      [`${IMAGE}:1.0.0`],
    );
  });

  it('tells of each cluster by itself', async () => {
    await using play = scene(west.client, git);
    await play.applySource();
    await play.applyKustomization();
    await using broken = await faultyCluster(east, 'nobody', () => 500);
    const kubeconfigs = [process.env['KUBECONFIG'] ?? '', broken.kubeconfig].join(delimiter);
    const commit = play.repository.git('rev-parse', 'HEAD');
    const verify = ['flux', 'verify', '--kustomization', play.name, '--commit', commit, '--timeout', '20', '--context', 'west'];
    const both = await runWith(kubeconfigs, ...verify, '--context', 'faulty', '--json');
    assert.equal(both.code, 2, both.stderr);
    const results = JSON.parse(both.stdout) as { context: string; outcome: string; sentence: string }[];
    assert.deepEqual(
      results.map(({ context, outcome }) => `${context} ${outcome}`),
      ['west running', 'faulty unknown'],
    );
    assert.match(results[1]?.sentence ?? '', /^faulty: The cluster refuses: conversion webhook failed\.$/);
    const misspelt = await runWith(kubeconfigs, ...verify, '--context', 'north');
    assert.deepEqual([misspelt.code, misspelt.stdout], [2, '']);
    assert.equal(misspelt.stderr, 'There is no context "north". Choose one of west, east, faulty.\n');
  });

  it('ends with exit code 1 and the reason where a commit does not arrive', async () => {
    await using play = scene(west.client, git, 'crash-9');
    await play.applySource();
    await play.applyKustomization();
    const commit = play.repository.git('rev-parse', 'HEAD');
    const wanted = ['--kustomization', `flux-system/${play.name}`, '--commit', commit, '--image', `${IMAGE}:crash-9`];
    const { code, stdout } = await runCli('flux', 'verify', '--context', 'west', ...wanted, '--timeout', '5');
    assert.equal(code, 1);
    assert.match(stdout, /^west does not run crash-9: Deployment \w+\/shop crashes: shop was restarted 5 times/);
    assert.match(stdout, /\n {2}panic: DATABASE_URL is not set\n$/);
  });

  it('shows the tree, and what fails in it', async () => {
    await using play = scene(east.client, git);
    await play.applySource();
    await play.applyKustomization({ path: './nowhere' });
    await play.applyKustomization({}, `${play.name}-good`);
    const wait = ['flux', 'reconcile', 'ks', `${play.name}-good`, '--with-source', '--context', 'east'];
    const reconciled = await runCli(...wait);
    assert.equal(reconciled.code, 0, reconciled.stderr);
    assert.match(reconciled.stdout, /^Kustomization flux-system\/\w+-good is ready at main@[0-9a-f]{7}\.\n$/);
    assert.match(reconciled.stderr, /was asked to reconcile\n/);
    const failing = await runCli('flux', 'status', '--context', 'east', '--failing');
    assert.equal(failing.code, 1);
    assert.match(failing.stdout, new RegExp(`^GitRepository flux-system/${play.name} +Ready +main@[0-9a-f]{7}$`, 'm'));
    assert.match(
      failing.stdout,
      new RegExp(`^ {2}Kustomization flux-system/${play.name} +Failed +ArtifactFailed: kustomization path`, 'm'),
    );
    assert.doesNotMatch(failing.stdout, /-good/);
    const status = JSON.parse((await runCli('flux', 'status', '--context', 'east', '--json')).stdout) as Status;
    assert.deepEqual([status.context, status.complete, status.notices], ['east', true, []]);
    const rows = status.objects;
    const deployment = rows.find(({ kind, namespace }) => kind === 'Deployment' && namespace === play.name);
    assert.deepEqual(
      { state: deployment?.['state'], parent: deployment?.['parent'] },
      { state: 'Ready', parent: `Kustomization.kustomize.toolkit.fluxcd.io/flux-system/${play.name}-good` },
    );
    assert.ok(rows.some(({ kind, namespace }) => kind === 'Pod' && namespace === play.name));
    const bad = await runCli('flux', 'reconcile', 'kustomization', play.name, '--context', 'east', '--json');
    assert.equal(bad.code, 1);
    assert.match((JSON.parse(bad.stdout) as { sentence: string }).sentence, /fails: kustomization path not found/);
  });

  it('tells a cluster that cannot be read from one in which nothing fails', async () => {
    const everything = await userWith(west.client, 'cli-all', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
    await using broken = await faultyCluster(west, everything, (path) => (path.includes('/kustomizations') ? 500 : undefined));
    for (const more of [[], ['--json']]) {
      const { code, stdout, stderr } = await runWith(broken.kubeconfig, 'flux', 'status', '--context', 'faulty', ...more);
      assert.deepEqual([code, stdout, stderr], [2, '', 'The cluster refuses: conversion webhook failed.\n']);
    }
    await using bare = await faultyCluster(west, everything, (path) => (path.includes('.fluxcd.io') ? 404 : undefined));
    const without = await runWith(bare.kubeconfig, 'flux', 'status', '--context', 'faulty');
    assert.deepEqual([without.code, without.stdout], [2, '']);
    assert.match(
      without.stderr,
      /^Flux is not installed in the cluster of context "faulty"\. Name another one with --context\.$/m,
    );
    const fluxOnly = await userWith(west.client, 'cli-flux', [
      {
        apiGroups: ['source.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io'],
        resources: ['*'],
        verbs: ['get', 'list', 'watch'],
      },
    ]);
    await using play = scene(west.client, git);
    await play.applySource();
    await play.applyKustomization();
    const some = kubeconfigFor(west.folder, west.server, `{ token: "${fluxOnly}" }`, 'some');
    const read = await runWith(some, 'flux', 'status', '--context', 'some');
    assert.match(read.stdout, /Kustomization flux-system[^]*\nIncomplete: not everything could be read\.\n$/);
    assert.match(read.stderr, /You may not list pods in this cluster\./);
    const json = JSON.parse((await runWith(some, 'flux', 'status', '--context', 'some', '--json')).stdout) as Status;
    assert.equal(json.complete, false);
    assert.ok(json.notices.includes('You may not list pods in this cluster.'));
    const nobody = kubeconfigFor(
      west.folder,
      west.server,
      `{ token: "${await userWith(west.client, 'cli-nothing', [])}" }`,
      'nothing',
    );
    const unread = await runWith(nobody, 'flux', 'status', '--context', 'nothing');
    assert.equal(unread.code, 2);
    assert.match(unread.stderr, /It is not known what Flux does in this cluster\. You may not list /);
  });

  it('says in one sentence what is wrong with a call', async () => {
    for (const [args, sentence] of [
      [['status'], /^--context is missing/],
      [['status', '--context', 'north'], /^There is no context "north"\. Choose one of west, east\.$/],
      [['nonsense'], /nonsense is missing or no verb of flux/],
      [['reconcile', 'pod', 'x', '--context', 'east'], /^pod is no kind that Flux reconciles/],
      [['reconcile', 'ks', 'x', '--context', 'east', '--timeout', 'soon'], /^soon is no number of seconds/],
      [['reconcile', 'ks', 'x', '--context', 'east', '--timeout', '5000000'], /^5000000 seconds are more than a day\. /],
      [['verify', '--context', 'east'], /^FOLDER, or --kustomization/],
    ] as const) {
      const { code, stderr, stdout } = await runCli('flux', ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr.trim(), sentence);
      assert.equal(stdout, '');
    }
    assert.match(
      (await runCli('flux', 'reconcile', 'ks', 'nobody', '--context', 'east')).stdout,
      /^There is no Kustomization flux-system\/nobody/,
    );
  });
});
