import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { conditionOf, listIn, textIn } from '../../../src/core/kubernetes/liveObject.ts';
import { startGitServer } from '../../support/cluster/gitServer.ts';
import type { Tunnel } from '../../support/cluster/identities.ts';
import { kubeconfigFor, tunnelTo, userWith } from '../../support/cluster/identities.ts';
import type { Scene as ClusterScene } from '../../support/cluster/scene.ts';
import { overlay, scene as clusterScene } from '../../support/cluster/scene.ts';
import { startCluster } from '../../support/cluster/startCluster.ts';
import { scenes } from './harness/scenes.ts';
import { until, untilEqual } from './harness/until.ts';
import { withVsCode, type VsCodeOptions } from './harness/withVsCode.ts';
import type { Workbench } from './harness/workbench.ts';

const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
const reading = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
/** A context's name can hold what means something elsewhere. */
const context = 'dev $(rocket) [x](command:y)';

const [cluster, git] = await Promise.all([startCluster(), startGitServer()]);

/** The repository says of itself how it is deployed. */
function describeItself({ name, repository }: ClusterScene): void {
  repository.push({
    'clusters/dev/flux.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: ${name}, namespace: flux-system }
spec: { interval: 10m, url: ${git.url(name)}, ref: { branch: main } }
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: ${name}, namespace: flux-system }
spec: { interval: 10m, prune: true, path: ./overlay, sourceRef: { kind: GitRepository, name: ${name} } }
`,
  });
}

interface Stage {
  readonly play: ClusterScene;
  readonly tunnel: Tunnel;
}

/** A repository, what Flux does with it, and a user who sees the cluster through a tunnel. */
async function onStage(name: string, rules: readonly object[], run: (stage: Stage) => Promise<void>): Promise<void> {
  await using tunnel = await tunnelTo(cluster.server);
  await using play = clusterScene(cluster.client, git);
  describeItself(play);
  await play.applySource();
  await play.applyKustomization({ interval: '1h' });
  const token = await userWith(cluster.client, name, rules);
  process.env['KUBECONFIG'] = kubeconfigFor(cluster.folder, tunnel.server, `{ token: "${token}" }`, context);
  try {
    await run({ play, tunnel });
  } finally {
    delete process.env['KUBECONFIG'];
    rmSync(play.repository.folder, { recursive: true, force: true });
  }
}

const options: VsCodeOptions = {
  settings: { 'files.autoSave': 'off', 'gitopsCockpit.flux.contexts': { dev: context } },
  viewport: { width: 1400, height: 1080 },
};

async function connect(vscode: Workbench): Promise<void> {
  await vscode.runCommand('GitOps: Connect to Cluster...');
  await vscode.quickInput.choose(context);
}

/** So that whole rows can be read. */
async function widenSideBar({ page }: Workbench): Promise<void> {
  await page.mouse.move(348, 300);
  await page.mouse.down();
  await page.mouse.move(740, 300, { steps: 5 });
  await page.mouse.up();
}

/** Answers the dialog with a button, and returns what it asked. */
async function answer(vscode: Workbench, button: string): Promise<string> {
  await vscode.dialog.waitFor();
  const text = await vscode.dialog.innerText();
  await vscode.dialog.getByRole('button', { name: button, exact: true }).click();
  await vscode.dialog.waitFor({ state: 'hidden' });
  return text;
}

/** Waits for a notification that matches. */
async function notified(vscode: Workbench, pattern: RegExp): Promise<string> {
  const texts = await until(
    () => vscode.notifications(),
    (all) => all.some((text) => pattern.test(text)),
    90_000,
  );
  return texts.find((text) => pattern.test(text)) ?? '';
}

/** The API server remembers for some seconds whom it knew. */
async function untilRefused(): Promise<void> {
  using client = new Cluster(loadKubeconfig(), context);
  await until(
    () =>
      client.connection.json({ path: '/apis' }).then(
        () => '',
        (error: unknown) => String(error),
      ),
    (text) => text.includes('no longer accepts'),
  );
}

/** Applies an object for each of the states that is not there yet; the Helm controller is away, so that one is never looked at. */
async function inFiveStates(play: ClusterScene): Promise<void> {
  const { name } = play;
  await cluster.stop('helm-controller');
  await play.applyKustomization({ path: './nowhere' }, `${name}-failed`);
  await play.applyKustomization({ suspend: true }, `${name}-suspended`);
  await play.applyKustomization({ dependsOn: [{ name: `${name}-failed` }] }, `${name}-waits`);
  await play.apply({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: `${name}-unknown`, namespace: 'flux-system' },
    spec: {
      interval: '10m',
      chart: { spec: { chart: 'charts/shop', sourceRef: { kind: 'GitRepository', name, namespace: 'flux-system' } } },
    },
  });
}

async function showsFiveStates(vscode: Workbench, { name }: ClusterScene): Promise<void> {
  const patterns = [
    new RegExp(`Kustomization ${name} {2}main@`),
    /-failed {2}failed: ArtifactFailed: /,
    /-suspended {2}suspended: /,
    /-waits {2}progressing: dependency '[^']+' is not ready/,
    /-unknown {2}unknown: /,
  ];
  await vscode.tree('Flux').until((shown) => patterns.every((pattern) => pattern.test(shown)), 60_000);
}

const statusBar = (vscode: Workbench): Locator =>
  vscode.page.locator('[id="gitops-cockpit.gitops-cockpit.gitopsCockpit.rollout"]');

await test('a cluster in the Flux view', (testContext) =>
  onStage('editor-admin', everything, async ({ play, tunnel }) =>
    withVsCode({ ...options, workspace: play.repository.folder }, async (vscode) => {
      const scene = scenes(testContext, vscode);
      const { name } = play;
      const tree = vscode.tree('Flux');
      const source = `GitRepository ${name}`;
      const kustomization = `Kustomization ${name}`;
      await vscode.openSideBar();
      await widenSideBar(vscode);

      await scene('contacts nothing before somebody connects', async () => {
        await vscode.tree('Applications').until((text) => text.includes('shop'));
        const welcome = tree.pane.locator('.welcome-view-content');
        await until(
          () => welcome.innerText(),
          (text) => text.includes('No cluster is connected'),
        );
        await vscode.screenshot('flux-not-connected');
        const offered = await vscode.commands('GitOps: ');
        assert.ok(offered.includes('GitOps: Connect to Cluster...'));
        for (const title of ['Reconcile', 'Suspend', 'Check Flux', 'Verify Rollout', 'Disconnect from Cluster'])
          assert.ok(!offered.includes(`GitOps: ${title}`), title);
        // The kubeconfig is read to choose from, and nothing else is done.
        await tree.pane.getByRole('button', { name: 'Connect to Cluster...' }).click();
        const [row] = await vscode.quickInput.rows();
        assert.equal(row?.label, context);
        assert.match(row.accessible, /current context of kubectl/);
        await vscode.screenshot('flux-connect');
        await vscode.quickInput.cancel();
        assert.equal(tunnel.connections(), 0);
      });

      await scene('connects, and shows what Flux applied down to the pods', async () => {
        await connect(vscode);
        await tree.until((text) => text.includes(source));
        assert.ok(tunnel.connections() > 0);
        await tree.row(context, source, kustomization, 'Deployment shop');
        const text = await tree.until((shown) => /Deployment shop {2}2\/2 ready {3}1\.0\.0/.test(shown));
        assert.match(text, new RegExp(`${source} {2}main@[0-9a-f]{7} {3}fetched `));
        assert.match(text, new RegExp(`${kustomization} {2}main@[0-9a-f]{7} {3}applied `));
        await tree.row(context, source, kustomization, 'Namespace ' + name);
        const row = (await tree.rows()).find(({ label }) => label === kustomization);
        assert.match(row?.accessible ?? '', /^Kustomization flux-system\/\w+, Ready, main@/);
        await vscode.screenshot('flux-ready');
      });

      await scene('opens the line in Git that defines an object, and live YAML of what Git does not have', async () => {
        await tree.click(context, source, kustomization);
        await vscode.editor.tab('flux.yaml').waitFor();
        await untilEqual(() => vscode.editor.position(), `Ln 8, Col ${19 + name.length} (${name.length} selected)`);
        await tree.click(context, source, kustomization, 'Deployment shop');
        await vscode.editor.tab('deployment.yaml').waitFor();
        await untilEqual(() => vscode.editor.position(), 'Ln 3, Col 23 (4 selected)');
        await tree.menu('Show Live Manifest', context, source, kustomization, 'Deployment shop');
        const live = await vscode.editor.until(
          (text) => text.includes('kind: Deployment') && text.includes('as the cluster has it'),
        );
        assert.doesNotMatch(live, /managedFields/);
        assert.match(live, /in context ".*" at 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ, as the cluster has it/);
        await vscode.screenshot('flux-live-manifest');
        // What was shown before is read again, whether its tab is still there or not.
        const deployment = await cluster.client.get(play.deployment);
        assert.ok(deployment);
        for (const note of ['looked at again', 'and once more']) {
          await cluster.client.patch(deployment, { metadata: { annotations: { note } } });
          await tree.menu('Show Live Manifest', context, source, kustomization, 'Deployment shop');
          await vscode.editor.until((text) => text.includes(`note: ${note}`));
          if (note === 'looked at again') await vscode.runCommand('View: Close Editor');
        }
      });

      await scene('suspends and resumes after a question that names the context', async () => {
        await tree.action('Suspend', context, source, kustomization);
        await vscode.dialog.waitFor();
        await vscode.screenshot('flux-suspend-question');
        await vscode.page.keyboard.press('Escape');
        await vscode.dialog.waitFor({ state: 'hidden' });
        assert.equal((await cluster.client.get(play.kustomization))?.spec?.['suspend'], undefined);
        await tree.action('Suspend', context, source, kustomization);
        assert.ok(
          (await answer(vscode, 'Suspend')).includes(`Suspend Kustomization flux-system/${name} in context "${context}"?`),
        );
        await tree.until((text) => text.includes(`${kustomization}  suspended, last at main@`));
        assert.equal((await cluster.client.get(play.kustomization))?.spec?.['suspend'], true);
        await vscode.screenshot('flux-suspended');
        await tree.action('Resume', context, source, kustomization);
        await answer(vscode, 'Resume');
        await tree.until((text) => new RegExp(`${kustomization} {2}main@\\w+ {3}applied`).test(text));
        await notified(vscode, /is resumed and ready\.$/);
      });

      await scene('reconciles with the source, and ends with what is so', async () => {
        const commit = play.repository.push(overlay(name, '1.1.0'));
        await tree.action('Reconcile with Source', context, source, kustomization);
        assert.ok((await answer(vscode, 'Reconcile')).includes(`with its source in context "${context}"?`));
        await notified(vscode, new RegExp(`^Kustomization flux-system/${name} is ready at main@${commit.slice(0, 7)}\\.$`));
        await tree.until((text) => /Deployment shop {2}2\/2 ready {3}1\.1\.0/.test(text));
      });

      await scene('verifies that a commit runs, with the status bar and one notification', async () => {
        play.repository.push(overlay(name, '1.2.0'));
        const applications = vscode.tree('Applications');
        await applications.until((text) => text.includes('1.2.0'));
        // A commit before it can be asked for, too.
        await vscode.runCommand('GitOps: Verify Rollout');
        await answer(vscode, 'Other Commit...');
        await untilEqual(() => vscode.quickInput.title(), 'Verify Rollout: Commit');
        await vscode.quickInput.type('HEAD~1');
        await vscode.page.keyboard.press('Enter');
        assert.match(await answer(vscode, 'Cancel'), /Verify that 1\.1\.0 runs in dev/);
        await vscode.runCommand('GitOps: Verify Rollout');
        const asked = await answer(vscode, 'Only Wait');
        assert.ok(asked.includes(`Verify that 1.2.0 runs in dev, context "${context}"?`), asked);
        await statusBar(vscode).waitFor();
        await tree.until((text) => /fetched {2}GitRepository .* is at main@\w+ and looks for changes every 10m/.test(text));
        const progress = await vscode.notification('Waiting for 1.2.0 in dev');
        const shown = await until(
          () => progress.innerText(),
          (text) => text.includes('fetched'),
        );
        assert.match(shown, /Waiting for 1\.2\.0 in dev: pushed ✓ 0 s · fetched … · applied – · rolling out – · running –/);
        await vscode.screenshot('flux-verifying');
        await vscode.page.keyboard.press('Escape');
        const waiting = await cluster.client.get(play.source);
        assert.ok(waiting);
        const requestedAt = { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() };
        await cluster.client.patch(waiting, { metadata: { annotations: requestedAt } });
        const sentence = await notified(vscode, /^dev runs 1\.2\.0/);
        assert.match(sentence, /^dev runs 1\.2\.0 \(2 pods.*\) after \d+ s\.$/);
        await statusBar(vscode).waitFor({ state: 'detached' });
        await tree.until((text) => text.includes('Rollout of 1.2.0 in dev  runs'));
        await (await tree.row(context, 'Rollout of 1.2.0 in dev')).locator('.monaco-tl-twistie').click();
        const times = ['fetched', 'applied', 'rolling out', 'running'].map((step) => new RegExp(`^\\s*${step} {2}\\d+ s$`, 'm'));
        await tree.until((text) => times.every((time) => time.test(text)));
        await applications.until((text) => text.includes('1.2.0') && !text.includes('running'));
        await vscode.screenshot('flux-verified');
        // So that everything below is in view.
        await (await tree.row(context, 'Rollout of 1.2.0 in dev')).locator('.monaco-tl-twistie').click();
      });

      await scene('says why a commit does not run', async () => {
        play.repository.push(overlay(name, 'missing-1'));
        await vscode.tree('Applications').until((text) => text.includes('missing-1'));
        await vscode.runCommand('GitOps: Verify Rollout');
        await answer(vscode, 'Reconcile and Wait');
        await tree.until((text) => /Deployment shop {2}progressing: .*ImagePullBackOff/.test(text), 60_000);
        await vscode.tree('Applications').until((text) => /dev {2}missing-1 {3}running 1\.2\.0 \(ImagePullBackOff: /.test(text));
        await vscode.screenshot('flux-image-missing');
        const steps = await vscode.notification('Waiting for missing-1 in dev');
        await until(
          () => steps.innerText(),
          (text) => /fetched ✓ \d+ s · applied ✓ \d+ s · rolling out \d\/2 · running –/.test(text),
        );
        await tree.until((text) => /rolling out {2}\d\/2 {3}Deployment \w+\/shop waits for its image/.test(text));
        await vscode.screenshot('flux-verifying-steps');
        await vscode.page.keyboard.press('Escape');
        const sentence = await notified(vscode, /^dev still runs 1\.2\.0: .*ImagePullBackOff/);
        assert.match(sentence, /waits for its image/);
        await vscode.page.keyboard.press('Escape');
        const told = await vscode.notification('dev still runs');
        await vscode.screenshot('flux-verify-failed');
        await told.getByRole('button', { name: 'Roll Back...' }).click();
        await until(
          () => vscode.quickInput.title(),
          (title) => title.startsWith('Roll back shop in dev'),
        );
        // The first Escape is for the centre of notifications.
        await vscode.page.keyboard.press('Escape');
        await vscode.quickInput.cancel();
        await tree.menu('Show Events', context, source, kustomization, 'Deployment shop');
        await vscode.editor.until((text) => /events/.test(text));
        await vscode.screenshot('flux-events');
        play.repository.push(overlay(name, '1.2.0'));
      });

      await scene('shows what a pod writes', async () => {
        await play.applySource({ interval: '5s' });
        await tree.until((text) => /Deployment shop {2}2\/2 ready/.test(text), 60_000);
        const { client } = cluster;
        const pods = await client.connection.json({ path: `/api/v1/namespaces/${name}/pods` });
        const pod = listIn(pods, 'items').find((one) => conditionOf(one as LiveObject, 'Ready')?.status === 'True');
        const podName = textIn(pod, 'metadata', 'name');
        await (await tree.row(context, source, kustomization, 'Deployment shop')).locator('.monaco-tl-twistie').click();
        await tree.menu('Show Logs', context, source, kustomization, 'Deployment shop', `Pod ${podName}`);
        const text = await vscode.editor.until((shown) => shown.includes('container shop'));
        assert.match(text, /panic: DATABASE_URL is not set/);
        await vscode.screenshot('flux-pod-logs');
      });

      await scene('cancels a reconciliation that goes on', async () => {
        await play.applySource({ interval: '10m' });
        // So that the cluster is quiet before something is done in it.
        await play.applyKustomization({ interval: '1h', wait: true, timeout: '5m' });
        await until(
          () => cluster.client.get(play.kustomization),
          (object) => object?.status?.['observedGeneration'] === object?.metadata.generation,
          60_000,
        );
        await tree.until((text) => new RegExp(`${kustomization} {2}main@\\w+ {3}applied`).test(text), 60_000);
        play.repository.push(overlay(name, 'unready-1'));
        const before = await vscode.notifications();
        await tree.action('Reconcile with Source', context, source, kustomization);
        await answer(vscode, 'Reconcile');
        const progress = await vscode.notification(`Reconciling Kustomization flux-system/${name}`);
        await progress.getByRole('button', { name: 'Cancel' }).click();
        await until(
          () => vscode.notifications(),
          (texts) => !texts.some((text) => text.includes('Reconciling')),
        );
        // Who cancels is told nothing.
        assert.deepEqual(await vscode.notifications(), before);
        play.repository.push(overlay(name, '1.2.0'));
        await play.applyKustomization({ interval: '1h', wait: false });
        await play.applySource({ interval: '5s' });
        await tree.until((text) => /Deployment shop {2}2\/2 ready {3}1\.2\.0/.test(text), 60_000);
      });

      await scene('shows the five states in words and icons, and only what fails', async () => {
        await inFiveStates(play);
        await showsFiveStates(vscode, play);
        await vscode.screenshot('flux-states-dark');
        const tooltip = await tree.tooltip(context, source, `Kustomization ${name}-failed`);
        assert.match(tooltip, /kustomization path not found/);
        assert.doesNotMatch(tooltip, /\/tmp\//);
        await vscode.screenshot('flux-tooltip');
        await vscode.runCommand('GitOps: Filter Flux: Failing Only');
        await tree.until((shown) => shown.includes('-failed') && !shown.includes('-suspended'));
        await vscode.screenshot('flux-failing-only');
        await vscode.runCommand('GitOps: Filter Flux: Show All');
        await tree.until((shown) => shown.includes('-suspended'));
        await cluster.start('helm-controller');
      });

      await scene('checks Flux, traces a manifest, and compares a build with the cluster', async () => {
        await vscode.runCommand('GitOps: Check Flux');
        await vscode.editor.until((text) => text.includes('findings:') && text.includes('kubernetes: v'));
        await vscode.screenshot('flux-check');
        await vscode.openFile('base/deployment.yaml');
        await vscode.editor.goTo(3, 5);
        await vscode.runCommand('GitOps: Trace');
        // The palette goes before the answer comes.
        await until(
          () => vscode.quickInput.widget.innerText().catch(() => ''),
          (text) => text.includes(`Deployment ${name}/shop in context`),
        );
        const rows = (await vscode.quickInput.rows()).map(({ label }) => label.replace(/^\W+/, ''));
        assert.deepEqual(rows, [
          `Deployment ${name}/shop`,
          `Kustomization flux-system/${name}`,
          `GitRepository flux-system/${name}`,
        ]);
        await vscode.screenshot('flux-trace');
        await vscode.quickInput.cancel();
        await vscode.openFile('overlay/kustomization.yaml');
        await vscode.editor.goTo(7, 13);
        await vscode.page.keyboard.press('Shift+End');
        await vscode.editor.type('9.9.9');
        await vscode.runCommand('GitOps: Compare with Cluster');
        await until(
          () => vscode.editor.title(),
          (shown) => shown.startsWith('Deployment '),
        );
        await until(
          () => vscode.page.locator('.editor-group-container.active').innerText(),
          (text) => text.includes('9.9.9'),
        );
        await vscode.screenshot('flux-compare');
      });

      await scene('tells once that the credentials were refused, and disconnects', async () => {
        await cluster.client.connection.json({
          method: 'DELETE',
          path: '/api/v1/namespaces/default/serviceaccounts/editor-admin',
        });
        await untilRefused();
        tunnel.cut();
        await notified(vscode, /no longer accepts your credentials\. Sign in again, then connect\.$/);
        const refused = (await vscode.notifications()).filter((text) => text.includes('no longer accepts'));
        assert.equal(refused.length, 1);
        await tree.until((text) => text.startsWith(`${context}  dev   not connected`));
        await vscode.screenshot('flux-credentials-refused');
        await vscode.runCommand('GitOps: Disconnect from Cluster');
        await tree.pane.locator('.welcome-view-content').waitFor();
      });
    }),
  ));

await test('a cluster that may only be read, in the light theme', () =>
  onStage('editor-reader', reading, async ({ play }) => {
    await inFiveStates(play);
    await withVsCode({ ...options, workspace: play.repository.folder, theme: 'light' }, async (vscode) => {
      await vscode.openSideBar();
      await widenSideBar(vscode);
      await vscode.tree('Applications').until((text) => text.includes('shop'));
      const tree = vscode.tree('Flux');
      await connect(vscode);
      const text = await tree.until((shown) => shown.includes(`Kustomization ${play.name}`));
      assert.match(text, /You may read what Flux does here, and not change it/);
      await showsFiveStates(vscode, play);
      const row = await tree.row(context, `GitRepository ${play.name}`, `Kustomization ${play.name}`);
      await row.hover();
      assert.equal(await row.locator('.action-label[aria-label^="Suspend"]').count(), 0);
      await vscode.screenshot('flux-light');
      await vscode.runCommand('GitOps: Suspend');
      await notified(vscode, /your rights may not allow it/);
    });
    for (const theme of ['dark high contrast', 'light high contrast'] as const)
      await withVsCode({ ...options, workspace: play.repository.folder, theme }, async (vscode) => {
        await vscode.openSideBar();
        await widenSideBar(vscode);
        // The palette has the command once the extension runs.
        await vscode.tree('Applications').until((text) => text.includes('shop'));
        await connect(vscode);
        await showsFiveStates(vscode, play);
        await vscode.screenshot(`flux-${theme.replaceAll(' ', '-')}`);
      });
    await cluster.start('helm-controller');
  }));

await test('a folder that is not trusted says so in the Flux view', () =>
  withVsCode({ ...options, trust: false }, async (vscode) => {
    await vscode.openSideBar();
    const welcome = vscode.tree('Flux').pane.locator('.welcome-view-content');
    await until(
      () => welcome.innerText(),
      (text) => text.includes('once you trust this folder'),
    );
    await vscode.screenshot('flux-not-trusted');
  }));

await Promise.all([cluster[Symbol.asyncDispose](), git[Symbol.asyncDispose]()]);
