import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { branch, tagOf } from '../../support/proposals.ts';
import type { LocalEnterprise } from '../../support/enterprise.ts';
import { startEnterprise } from '../../support/enterprise.ts';
import { GitHubDescription } from '../../support/github/description.ts';
import { remoteToken, userState } from '../../support/localRemote.ts';
import { outputFolder, projectRoot } from '../../support/paths.ts';
import { scenes } from './harness/scenes.ts';
import { until, untilEqual } from './harness/until.ts';
import { withVsCode } from './harness/withVsCode.ts';
import type { Workbench } from './harness/workbench.ts';

const file = 'apps/prod/kustomization.yaml';
let description: GitHubDescription;
let enterprise: LocalEnterprise;

before(async () => {
  description = await GitHubDescription.load();
  enterprise = await startEnterprise(description);
});
after(async () => {
  await enterprise[Symbol.asyncDispose]();
  assert.deepEqual(enterprise.hub.violations, []);
});

/** What is the user's. VS Code's own Git writes its notes into the configuration whenever it likes. */
function stateOf(workspace: string): ReturnType<typeof userState> {
  return { ...userState(workspace), config: '' };
}

async function labels(vscode: Workbench): Promise<string[]> {
  return (await vscode.quickInput.rows()).map(({ label }) => label.trim());
}

/** Bumps from the row of an image, up to the last step. */
async function bump(vscode: Workbench, application: string, environment: string, tag: string): Promise<void> {
  await vscode.tree('Applications').action('Bump Image Tag', application, environment);
  await untilEqual(() => vscode.quickInput.title(), `Bump ${application} in ${environment}: choose a tag (1/2)`);
  await vscode.quickInput.type(tag);
  await vscode.quickInput.choose(tag);
  await until(
    () => labels(vscode),
    (shown) => shown.includes('Edit the file'),
  );
}

async function openChanges(vscode: Workbench): Promise<void> {
  const { pane } = vscode.tree('Changes');
  const header = pane.locator('.pane-header');
  if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
}

test('a change becomes a pull request, is looked at, and merged', async (context) => {
  const workspace = await enterprise.clone('signed-in');
  const { hub, remote, settings, secrets } = enterprise;
  await withVsCode({ workspace, settings: { ...settings, 'files.autoSave': 'off' }, secrets }, async (vscode) => {
    await vscode.openSideBar();
    const applications = vscode.tree('Applications');
    const changes = vscode.tree('Changes');
    await applications.until((shown) => shown.includes('1 patch behind dev'));
    const scene = scenes(context, vscode);

    await scene('an environment like production offers a pull request first, and nothing of the folder changes', async () => {
      const state = stateOf(workspace);
      await bump(vscode, 'backend', 'prod', 'backend-v0.0.6');
      const shown = await labels(vscode);
      assert.deepEqual(
        shown.filter((label) => /^(?:Open|Edit|Commit)/.test(label)),
        ['Open a pull request', 'Edit the file', 'Commit on main'],
      );
      await vscode.screenshot('landing-dark');
      await vscode.quickInput.choose('Open a pull request');
      // VS Code asks whether we may use its sign-in.
      await vscode.dialog.waitFor();
      assert.match(await vscode.dialog.innerText(), /GitOps Cockpit/);
      await vscode.screenshot('landing-sign-in');
      await vscode.dialog.getByRole('button', { name: 'Allow' }).click();
      await vscode.quickInput.choose('mira');
      await vscode.notification('Opened pull request #12.');
      await vscode.screenshot('landing-opened');
      assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.6');
      assert.equal(hub.pulls[0]?.title, 'chore(prod): bump backend to backend-v0.0.6');
      assert.deepEqual(stateOf(workspace), state);
    });

    await scene('the Changes view says how far it is', async () => {
      hub.checkRuns.push({ name: 'build', status: 'in_progress', conclusion: null });
      await openChanges(vscode);
      await changes.until((shown) => shown.includes('#12 · 0 of 1 check passed'));
      hub.checkRuns[0] = { name: 'build', status: 'completed', conclusion: 'success' };
      hub.pulls[0]?.reviews.push({ login: 'tom', state: 'APPROVED' });
      await vscode.runCommand('GitOps: Refresh Changes');
      await changes.until((shown) => shown.includes('#12 · ready to merge'));
      await changes.row('Pull Requests', 'backend in prod', 'can be merged into main');
      await vscode.screenshot('changes-dark');
    });

    await scene('a tag that is edited stands there too, and goes back with one click', async () => {
      const path = join(workspace, file);
      const text = readFileSync(path, 'utf8');
      await bump(vscode, 'backend', 'prod', 'backend-v0.0.7');
      await vscode.quickInput.choose('Edit the file');
      await changes.until((shown) => /backend in prod {2}backend-v0\.0\.5 → backend-v0\.0\.7/.test(shown));
      await vscode.screenshot('changes-edit');
      await changes.action('Revert Tag Edit', 'Not Committed', 'backend in prod');
      await changes.until((shown) => !shown.includes('Not Committed'));
      await vscode.editor.until((shown) => shown.includes('newTag: backend-v0.0.5'));
      await vscode.editor.save();
      await untilEqual(() => Promise.resolve(readFileSync(path, 'utf8')), text);
    });

    await scene('an edit becomes part of the pull request that is open', async () => {
      const path = join(workspace, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace('backend-v0.0.5', 'backend-v0.0.7'));
      await changes.until((shown) => shown.includes('backend-v0.0.5 → backend-v0.0.7'));
      const state = stateOf(workspace);
      await changes.action('Open Pull Request', 'Not Committed', 'backend in prod');
      await vscode.notification('Updated pull request #12.');
      assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.7');
      assert.deepEqual(stateOf(workspace), state);
    });

    await scene('a merge is asked for with its environment by name, and the branch can go', async () => {
      await changes.action('Merge Pull Request', 'Pull Requests', 'backend in prod');
      await vscode.dialog.waitFor();
      const question = await vscode.dialog.innerText();
      assert.match(question, /Merge pull request #12 into main\? It changes prod\./);
      await vscode.screenshot('merge-question');
      await vscode.dialog.getByRole('button', { name: 'Squash and Merge' }).click();
      const notification = await vscode.notification('Merged pull request #12 into main.');
      assert.equal(tagOf(remote.bare, 'main'), 'backend-v0.0.7');
      await notification.getByRole('button', { name: 'Delete Branch' }).click();
      await until(
        () => Promise.resolve(remote.git(remote.bare, 'for-each-ref', `refs/heads/${branch}`)),
        (refs) => refs === '',
      );
      await changes.until((shown) => !shown.includes('#12'));
      await vscode.screenshot('changes-empty');
    });

    await scene('a commit takes the line alone, and asks by name for an environment like production', async () => {
      await bump(vscode, 'backend', 'prod', 'backend-v0.0.6');
      await vscode.quickInput.choose('Commit on main');
      await vscode.dialog.waitFor();
      assert.match(await vscode.dialog.innerText(), /Commit this change of prod on main, without a pull request\?/);
      await vscode.dialog.getByRole('button', { name: 'Commit' }).click();
      await vscode.notification('on main. Push it when you are ready.');
      assert.equal(remote.git(workspace, 'log', '-1', '--format=%s'), 'chore(prod): bump backend to backend-v0.0.6');
      assert.equal(remote.git(workspace, 'status', '--porcelain'), '');
    });
  });
  const log = readFileSync(join(outputFolder, 'vscode.log'), 'utf8');
  assert.ok(!log.includes(remoteToken), 'the log has the token');
});

test('without a sign-in the compare page takes the place of the pull request', async () => {
  const workspace = await enterprise.clone('signed-out');
  const options = { workspace, settings: enterprise.settings, theme: 'light' as const };
  await withVsCode(options, async (vscode) => {
    await vscode.openSideBar();
    await openChanges(vscode);
    const { pane } = vscode.tree('Changes');
    await pane.getByText('Sign in to GitHub to see the pull requests').waitFor();
    await vscode.screenshot('changes-signed-out-light');
    await vscode.tree('Applications').until((shown) => shown.includes('frontend'));
    await bump(vscode, 'frontend', 'prod', 'frontend-v0.3.0');
    await vscode.screenshot('landing-light');
    await vscode.quickInput.choose('Open a pull request');
    await vscode.dialog.waitFor();
    await vscode.dialog.getByRole('button', { name: 'Cancel' }).click();
    const notification = await vscode.notification('Open its pull request on the compare page, where everything is filled in.');
    await notification.getByRole('button', { name: 'Copy Link' }).click();
    const address = await until(
      () => vscode.page.evaluate<string>('navigator.clipboard.readText()'),
      (text) => text.startsWith('https://'),
    );
    const page = new URL(address);
    assert.equal(page.searchParams.get('title'), 'chore(prod): bump frontend to frontend-v0.3.0');
    assert.match(page.searchParams.get('body') ?? '', /frontend-v0\.3\.0/);
  });
});

test('a language model of the editor writes the summary of a pull request, and nothing else in it', async (context) => {
  const workspace = await enterprise.clone('summary');
  const { hub, remote, secrets } = enterprise;
  remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${branch}`);
  const settings = { ...enterprise.settings, 'gitopsCockpit.pullRequest.summary': true };
  const propose = async (vscode: Workbench, tag: string): Promise<void> => {
    await vscode.openSideBar();
    await vscode.tree('Applications').until((shown) => shown.includes('backend'));
    await bump(vscode, 'frontend', 'prod', tag);
    await vscode.quickInput.choose('Open a pull request');
    await vscode.dialog.waitFor();
    await vscode.dialog.getByRole('button', { name: 'Allow' }).click();
    await vscode.quickInput.choose('mira');
  };
  await withVsCode({ workspace, settings, secrets }, async (vscode) => {
    await propose(vscode, 'frontend-v0.3.0');
    await vscode.notification(
      'The editor has no language model. Install an extension that has one. The pull request has no summary.',
    );
  });
  const pull = hub.pulls.at(-1);
  assert.match(pull?.body ?? '', /^<!-- .* -->\n\| Application \|/);
  // VS Code writes into it.
  const extensionsFolder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-extensions-'));
  context.after(() => rmSync(extensionsFolder, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(join(projectRoot, 'test/fixtures/language-model'), join(extensionsFolder, 'acme.language-model-0.0.1'), {
    recursive: true,
  });
  await withVsCode({ workspace, settings, secrets, extensionsFolder }, async (vscode) => {
    await propose(vscode, 'frontend-v0.3.1');
    await vscode.notification(`Updated pull request #${String(pull?.number)}.`);
    await vscode.screenshot('pull-request-summary');
  });
  const [, summary, , , , header] = (pull?.body ?? '').split('\n');
  assert.match(
    summary ?? '',
    /^> It moves frontend in prod: ghcr\.io\/acme\/study-app-web frontend-v0\.\d\.\d \\> frontend-v0\.3\.1\./,
  );
  assert.match(summary ?? '', /@\u200bacme\/all, this fixes \\#\u200b1: \\\[look\\\]/);
  assert.match(header ?? '', /^\| Application \|/);
});
