// A pull request that is merged in VS Code, and followed into two real clusters.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { resourcePath } from '../../../src/core/kubernetes/resource.ts';
import { kubeconfigFor, userWith } from '../../support/cluster/identities.ts';
import { apply } from '../../support/cluster/installFlux.ts';
import type { TestCluster } from '../../support/cluster/startCluster.ts';
import { startCluster } from '../../support/cluster/startCluster.ts';
import type { LocalEnterprise } from '../../support/enterprise.ts';
import { startEnterprise } from '../../support/enterprise.ts';
import { GitHubDescription } from '../../support/github/description.ts';
import { remoteToken } from '../../support/localRemote.ts';
import { scenes } from './harness/scenes.ts';
import { until, untilEqual } from './harness/until.ts';
import { withVsCode } from './harness/withVsCode.ts';
import type { Workbench } from './harness/workbench.ts';

const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
const contexts = ['eu', 'us'];
const group = 'Merged and Waiting for Flux';
const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };
const flux = (name: string) => ({ name, namespace: 'flux-system' });

async function put({ client }: TestCluster, object: LiveObject): Promise<void> {
  const resource = await client.discovery.resource(object.apiVersion, object.kind);
  assert.ok(resource);
  await apply(client, resourcePath(resource, object.metadata.namespace), object);
}

/** What the repository says of prod, which Flux looks at only when it is asked to. */
async function deploy(cluster: TestCluster, { remote }: LocalEnterprise): Promise<void> {
  await put(cluster, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: flux('flux-system'),
    stringData: { username: 'mira', password: remoteToken },
  } as LiveObject);
  await put(cluster, {
    ...source,
    metadata: flux('flux-system'),
    spec: {
      interval: '1h',
      url: `${remote.origin}/acme/study-app-gitops.git`,
      ref: { branch: 'main' },
      secretRef: { name: 'flux-system' },
    },
  });
  await put(cluster, {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: flux('apps-prod'),
    spec: {
      interval: '1h',
      path: './apps/prod',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'flux-system' },
      postBuild: { substitute: { environment: 'prod', host: 'shop.example' } },
    },
  });
}

/** Flux gets the repository from where the clone has it, so that both know that it is the same one. */
async function deployFrom({ remote }: LocalEnterprise, folder: string): Promise<void> {
  const file = join(folder, 'clusters/dev/flux-system/gotk-sync.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('https://github.com/', `${remote.origin}/`));
  remote.git(folder, 'commit', '--quiet', '--all', '--message=chore: local remote');
  await remote.online(folder, 'push', '--quiet');
}

async function lookNow({ client }: TestCluster): Promise<void> {
  await client.connection.json({
    method: 'PATCH',
    path: '/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/flux-system',
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() } } },
  });
}

async function notified(vscode: Workbench, pattern: RegExp): Promise<string> {
  const texts = await until(
    () => vscode.notifications(),
    (all) => all.some((text) => pattern.test(text)),
    90_000,
  );
  return texts.find((text) => pattern.test(text)) ?? '';
}

/** Waits for a dialog that asks this. */
async function asked(vscode: Workbench, pattern: RegExp): Promise<void> {
  const text = () => vscode.dialog.innerText({ timeout: 5000 }).catch(() => '');
  await until(text, (shown) => pattern.test(shown));
}

/** Opens a pull request for a tag of the backend in prod. */
async function propose(vscode: Workbench, tag: string): Promise<void> {
  await vscode.tree('Applications').action('Bump Image Tag', 'backend', 'prod');
  await untilEqual(() => vscode.quickInput.title(), 'Bump backend in prod: choose a tag (1/2)');
  await vscode.quickInput.type(tag);
  await vscode.quickInput.choose(tag);
  await vscode.quickInput.choose('Open a pull request');
}

test('a merge is followed into all clusters of its environment', async (context) => {
  const enterprise = await startEnterprise(await GitHubDescription.load());
  const workspace = await enterprise.clone('two-clusters');
  await deployFrom(enterprise, workspace);
  const clusters = await Promise.all([startCluster(), startCluster()]);
  const [eu, us] = clusters;
  const kubeconfigs = await Promise.all(
    clusters.map(async (cluster, index) => {
      await deploy(cluster, enterprise);
      const token = await userWith(cluster.client, 'editor', everything);
      return kubeconfigFor(cluster.folder, cluster.server, `{ token: "${token}" }`, contexts[index]);
    }),
  );
  process.env['KUBECONFIG'] = kubeconfigs.join(delimiter);
  const settings = {
    ...enterprise.settings,
    'files.autoSave': 'off',
    'gitopsCockpit.flux.contexts': { prod: ['eu', { context: 'us', namespace: 'flux-system' }] },
  };
  const { secrets } = enterprise;
  await withVsCode({ workspace, settings, secrets, viewport: { width: 1400, height: 1080 } }, async (vscode) => {
    const scene = scenes(context, vscode);
    const changes = vscode.tree('Changes');
    const tree = vscode.tree('Flux');
    await vscode.openSideBar();
    await vscode.tree('Applications').until((text) => text.includes('1 patch behind dev'));
    const header = changes.pane.locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();

    await scene('a merge without a cluster leads to the connection', async () => {
      await propose(vscode, 'backend-v0.0.6');
      await vscode.dialog.waitFor();
      await vscode.dialog.getByRole('button', { name: 'Allow' }).click();
      await vscode.quickInput.choose('mira');
      await vscode.notification('Opened pull request #12.');
      await changes.until((text) => text.includes('#12'));
      await changes.action('Merge Pull Request', 'Pull Requests', 'backend in prod');
      await vscode.dialog.getByRole('button', { name: 'Squash and Merge' }).click();
      await vscode.notification('Merged pull request #12 into main.');
      await changes.until((text) => text.includes(group) && text.includes('Connect to a cluster to see what has arrived'));
      await vscode.screenshot('changes-merged-not-connected');
    });

    await scene('two clusters are connected at once, each with what waits there', async () => {
      for (const name of contexts) {
        await vscode.runCommand('GitOps: Connect to Cluster...');
        await vscode.quickInput.choose(name);
        await tree.until((text) => text.includes(`${name}  prod`), 60_000);
        // So that the next one is in view.
        if (name === 'eu') await (await tree.row(name)).locator('.monaco-tl-twistie').click();
      }
      const text = await changes.until((shown) => /backend in prod {2}#12 · waits at \w+/.test(shown), 60_000);
      assert.ok(!text.includes('Connect to a cluster'));
      await vscode.screenshot('changes-waiting-for-flux');
      await Promise.all(clusters.map(lookNow));
      await changes.until((shown) => !shown.includes(group), 90_000);
    });

    await scene('a merge is followed by itself, in both clusters, until it runs', async () => {
      await enterprise.remote.online(workspace, 'pull', '--quiet');
      await vscode.tree('Applications').until((text) => /prod {2}backend-v0\.0\.6/.test(text));
      await propose(vscode, 'backend-v0.0.7');
      await vscode.notification('Opened pull request #13.');
      await vscode.runCommand('GitOps: Refresh Changes');
      await changes.until((text) => text.includes('#13'));
      await changes.action('Merge Pull Request', 'Pull Requests', 'backend in prod');
      await vscode.dialog.getByRole('button', { name: 'Squash and Merge' }).click();
      const item = vscode.page.locator('[id="gitops-cockpit.gitops-cockpit.gitopsCockpit.rollout"]');
      await until(
        () => item.innerText({ timeout: 30_000 }),
        (text) => /backend-v0\.0\.7 in prod: eu fetched, us fetched/.test(text),
        60_000,
      );
      assert.equal(await vscode.dialog.count(), 0);
      await changes.until((text) => /backend in prod {2}#13 · waits at fetched in eu and others/.test(text), 60_000);
      const why = /looks for changes every 1h/;
      assert.match(await (await changes.row(group, 'backend in prod', 'us')).innerText(), why);
      await vscode.screenshot('flux-merge-followed');
      await lookNow(us);
      await changes.until((text) => /#13 · waits at fetched: /.test(text), 60_000);
      await lookNow(eu);
      const sentence = await notified(vscode, /^prod in eu runs backend-v0\.0\.7/);
      const after = String.raw`\d+ s after the merge\.`;
      assert.match(sentence, new RegExp(`${after} prod in us runs backend-v0\\.0\\.7 \\(.*\\) ${after}$`));
      await item.waitFor({ state: 'detached' });
      await changes.until((text) => !text.includes(group), 60_000);
      await tree.until((text) => text.includes('Rollout of backend-v0.0.7 in prod in us  runs'));
      await vscode.screenshot('flux-two-clusters');
    });

    await scene('a cluster that is not connected is never replaced by another one', async () => {
      const disconnect = async (name: string) => {
        await vscode.runCommand('GitOps: Disconnect from Cluster');
        await vscode.quickInput.choose(name);
        await tree.until((text) => !text.includes(`${name}  prod`));
      };
      await enterprise.remote.online(workspace, 'pull', '--quiet');
      await vscode.tree('Applications').until((text) => /prod {2}backend-v0\.0\.7/.test(text));
      await disconnect('us');
      await vscode.tree('Applications').menu('Verify Rollout', 'backend', 'prod');
      await asked(vscode, /prod runs in context "us", which is not connected\./);
      await vscode.dialog.getByRole('button', { name: 'Only eu' }).click();
      await asked(vscode, /Verify that backend-v0\.0\.7 runs in prod, context "eu"\?/);
      await vscode.dialog.getByRole('button', { name: 'Only Wait' }).click();
      const sentence = await notified(vscode, /Context "us" is not connected/);
      assert.match(
        sentence,
        /^prod in eu runs backend-v0\.0\.7 .* Context "us" is not connected, so it is not known what runs there\.$/,
      );

      // What it is asked about is connected, and the one that is connected has nothing to do with it.
      await vscode.tree('Applications').menu('Verify Rollout', 'backend', 'prod');
      await vscode.dialog.getByRole('button', { name: 'Connect', exact: true }).click();
      await asked(vscode, /runs in prod, contexts "eu", "us"\?/);
      await vscode.page.keyboard.press('Escape');
      await vscode.dialog.waitFor({ state: 'hidden' });
      await tree.until((text) => /us {2}prod/.test(text));
    });

    await scene('a merge that changes several images ends with one notification', async () => {
      await propose(vscode, 'backend-v0.0.8');
      await vscode.notification('Opened pull request #14.');
      // Somebody adds the frontend to it.
      const clone = await enterprise.clone('another-clone');
      await enterprise.remote.online(clone, 'checkout', '--quiet', enterprise.hub.pulls.at(-1)?.head.ref ?? '');
      const file = join(clone, 'apps/prod/kustomization.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('newTag: frontend-v0.2.0', 'newTag: frontend-v0.2.1'));
      enterprise.remote.git(clone, 'commit', '--quiet', '--all', '--message=feat: frontend, too');
      await enterprise.remote.online(clone, 'push', '--quiet');
      await vscode.runCommand('GitOps: Refresh Changes');
      await changes.until((text) => text.includes('#14'));
      await changes.action('Merge Pull Request', 'Pull Requests', 'backend in prod');
      await vscode.dialog.getByRole('button', { name: 'Squash and Merge' }).click();
      const item = vscode.page.locator('[id="gitops-cockpit.gitops-cockpit.gitopsCockpit.rollout"]');
      await until(
        () => item.innerText({ timeout: 30_000 }),
        (text) => text.includes('2 rollouts: 0 of 4 running'),
        60_000,
      );
      await vscode.notification('Waiting for 2 rollouts');
      await vscode.screenshot('flux-merge-of-several');
      await Promise.all(clusters.map(lookNow));
      await notified(vscode, /^prod in eu runs /);
      await item.waitFor({ state: 'detached' });
      const told = (await vscode.notifications()).filter((text) => text.includes('v0.0.8') || text.includes('v0.2.1'));
      const [sentence = '', ...others] = told.filter((text) => text.includes('after the merge'));
      assert.deepEqual(others, []);
      assert.equal(sentence.split(' after the merge.').length - 1, 3);
      assert.match(sentence, / One more is in the Flux view\.$/);
    });
  });
  delete process.env['KUBECONFIG'];
  await Promise.all(clusters.map((cluster) => cluster[Symbol.asyncDispose]()));
  await enterprise[Symbol.asyncDispose]();
  assert.deepEqual(enterprise.hub.violations, []);
});
