import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { writeFolder } from '../../support/writeFolder.ts';
import type { Tree } from './harness/tree.ts';
import { scenes } from './harness/scenes.ts';
import { until, untilEqual } from './harness/until.ts';
import { withVsCode, type Theme } from './harness/withVsCode.ts';

const backend = ['backend  prod behind dev', '  dev  backend-v0.0.6', '  prod  backend-v0.0.5   1 patch behind dev'].join('\n');
/** The text that stands in a view without rows. */
function welcome(tree: Tree): Promise<string> {
  return until(
    () => tree.pane.locator('.welcome-view-content').innerText(),
    (text) => text !== '',
  );
}

const settings = { 'files.autoSave': 'off' };

await test('the Applications view of the sample', (context) =>
  withVsCode({ settings }, async (vscode) => {
    await vscode.openSideBar();
    const tree = vscode.tree('Applications');
    const scene = scenes(context, vscode);

    await scene('shows every application, environment and tag, and what is odd in words', async () => {
      const text = await tree.until((shown) => shown.includes(backend));
      assert.match(text, /^frontend\n {2}dev {2}frontend-v0\.2\.0\n {2}prod {2}frontend-v0\.2\.0$/m);
      const labels = (await tree.rows()).map(({ accessible }) => accessible);
      assert.ok(labels.includes('backend in prod, tag backend-v0.0.5, 1 patch behind dev'), labels.join('\n'));
      await vscode.screenshot('applications-dark');
    });

    await scene('has no badge, as nothing is an error', async () => {
      // While a view loads, VS Code shows a clock in the place of a badge.
      await untilEqual(() => vscode.badges('GitOps'), []);
    });

    await scene('opens the deciding line in a preview tab with the tag selected', async () => {
      await tree.click('backend', 'prod');
      await vscode.editor.tab('kustomization.yaml').waitFor();
      await untilEqual(() => vscode.editor.position(), 'Ln 28, Col 27 (14 selected)');
      await until(
        () => vscode.editor.group.locator('.breadcrumbs-control').innerText(),
        (text) => /apps.*prod/s.test(text),
      );
    });

    await scene('tells in the tooltip which lines decide and who deploys', async () => {
      const tooltip = await tree.tooltip('backend', 'prod');
      for (const part of [
        'ghcr.io/acme/study-app-api:backend-v0.0.5',
        'apps/prod/kustomization.yaml:28',
        'apps/base/backend/deployment.yaml:',
        'flux-system/apps-prod',
        'backend-v0.0.6 (newer by 1 patch)',
        'Bump',
      ])
        assert.ok(tooltip.includes(part), `${part} is not in\n${tooltip}`);
      await vscode.screenshot('applications-tooltip');
    });

    await scene('groups by environment and back, without losing what is selected or open', async () => {
      await vscode.runCommand('GitOps: Group by Environment');
      try {
        await tree.until((shown) => /^dev.*^prod.*\n {2}backend {2}backend-v0\.0\.5/ms.test(shown));
      } finally {
        await vscode.runCommand('GitOps: Group by Application');
      }
      await tree.until((shown) => shown.includes(backend));
    });

    await scene('shows only what differs, and says why nothing is left of the problems', async () => {
      await vscode.runCommand('GitOps: Filter Applications: Differs Only');
      try {
        await untilEqual(() => tree.text(), backend);
        await vscode.runCommand('GitOps: Filter Applications: Problems Only');
        await until(
          () => welcome(tree),
          (text) => text.includes('No image has a problem'),
        );
        await vscode.screenshot('applications-filtered');
        await tree.pane.getByRole('button', { name: 'Show All' }).click();
        await tree.until((shown) => shown.includes('frontend'));
      } catch (error) {
        await vscode.runCommand('GitOps: Filter Applications: Show All');
        throw error;
      }
    });

    await scene('follows an edit that is not saved, and keeps its selection', async () => {
      await tree.click('backend', 'prod');
      await untilEqual(() => vscode.editor.position(), 'Ln 28, Col 27 (14 selected)');
      await vscode.editor.type('backend-v0.0.6');
      await tree.until((shown) => shown.includes('  prod  backend-v0.0.6'));
      await untilEqual(() => tree.pane.locator('.monaco-list-row.selected .label-name').allInnerTexts(), ['prod']);
      await vscode.editor.undo();
      await tree.until((shown) => shown.includes(backend));
    });

    await scene('shows the rest when one file is broken', async () => {
      const file = join(vscode.workspace, 'apps/dev/kustomization.yaml');
      const before = readFileSync(file);
      writeFileSync(file, `${before.toString()}\nimages: [{{{\n`);
      await tree.until(
        (shown) =>
          !shown.includes('backend-v0.0.6') &&
          ['prod  backend-v0.0.5', 'prod  frontend-v0.2.0', 'does not build'].every((part) => shown.includes(part)),
      );
      // The row is coloured and marked, and the badge counts it.
      await tree.pane.locator('.monaco-icon-label[class*="monaco-decoration-badge"]', { hasText: 'does not build' }).waitFor();
      await until(
        () => vscode.badges('GitOps'),
        (texts) => texts.length === 1 && /^[1-9]\d*$/.test(texts[0] ?? ''),
      );
      await vscode.screenshot('applications-broken-file');
      writeFileSync(file, before);
      await tree.until((shown) => shown.includes(backend));
    });

    await scene('offers in the palette only what makes sense there', async () => {
      // Only about twenty rows are drawn at a time.
      const titles: string[] = [];
      for (const start of ['Bump', 'Preview', 'Copy', 'Open', 'Reveal', 'Group by'])
        titles.push(...(await vscode.commands(`GitOps: ${start}`)));
      for (const title of [
        'Bump Image Tag...',
        'Preview Rendered Manifests',
        'Preview Change',
        'Copy Image Reference',
        'Open Log',
      ])
        assert.ok(titles.includes(`GitOps: ${title}`), title);
      for (const title of ['Open the Deciding Line', 'Reveal Secret Values', 'Group by Application'])
        assert.ok(!titles.includes(`GitOps: ${title}`), title);
    });
  }));

for (const theme of ['light', 'dark high contrast', 'light high contrast'] satisfies Theme[]) {
  await test(`the Applications view is drawn in the theme ${theme}`, () =>
    withVsCode({ settings, theme }, async (vscode) => {
      await vscode.openSideBar();
      await vscode.tree('Applications').until((shown) => shown.includes(backend));
      await vscode.tree('Applications').click('backend', 'prod');
      await vscode.editor.tab('kustomization.yaml').waitFor();
      await vscode.screenshot(`applications-${theme.replaceAll(' ', '-')}`);
    }));
}

test('names in files that look like HTML, links or icons are shown as they are', async () => {
  const workspace = writeFolder({
    'apps/dev/kustomization.yaml': 'resources: [pod.yaml]\nimages:\n  - name: acme/app\n    newTag: v1\n',
    'apps/dev/pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: "[x](command:workbench.action.quit) <img src=x> $(zap)"
spec:
  containers:
    - name: "<b>c</b>|\`d\`"
      image: acme/app
`,
  });
  try {
    await withVsCode({ workspace, settings }, async (vscode) => {
      await vscode.openSideBar();
      const tree = vscode.tree('Applications');
      await tree.until((shown) => shown.includes('v1'));
      const path = (await tree.rows()).slice(0, (await tree.rows()).findIndex(({ expanded }) => expanded === undefined) + 1);
      // Away from the activity bar, whose own tooltip would be in the way.
      await vscode.page.mouse.move(800, 600);
      const tooltip = await tree.tooltip(...path.map(({ label }) => label));
      assert.ok(tooltip.includes('[x](command:workbench.action.quit) <img src=x> $(zap), <b>c</b>|`d`'), tooltip);
      const hover = vscode.page.locator('.workbench-hover-container .hover-contents, .workbench-hover .hover-contents').first();
      assert.equal(await hover.locator('img, b, .codicon-zap').count(), 0);
      const links = await hover.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('data-href') ?? ''));
      assert.deepEqual(
        links.filter((link) => !link.startsWith('command:gitopsCockpit.')),
        [],
      );
      await vscode.screenshot('hostile-names');
    });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
});

test('an image that only the chart knows is unknown everywhere, and there is nothing to copy', async () => {
  const workspace = writeFolder({
    'apps/dev/kustomization.yaml': 'resources: [release.yaml]\n',
    'apps/dev/release.yaml':
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: podinfo}\nspec:\n  chart: {spec: {chart: podinfo, version: 6.9.0}}\n',
  });
  try {
    await withVsCode({ workspace, settings }, async (vscode) => {
      await vscode.openSideBar();
      const tree = vscode.tree('Applications');
      await untilEqual(
        () => tree.text(),
        'podinfo  unknown: the chart decides its images\n  dev  unknown: the chart decides its images',
      );
      const tooltip = await tree.tooltip('podinfo', 'dev');
      assert.match(tooltip, /^HelmRelease podinfo\s+unknown: the chart decides its images/);
      assert.doesNotMatch(tooltip, /latest|Copy|Bump/);
      await vscode.screenshot('applications-unknown');
      await tree.menu('Copy Image Reference', 'podinfo', 'dev');
      await vscode.notification('There is no reference to copy: the chart decides its images.');
    });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
});

test('a folder without kustomization files gets one sentence and one button, only when somebody looks', async () => {
  const workspace = writeFolder({ 'README.md': '# Nothing to see\n', 'values.yaml': 'image: nginx\n' });
  try {
    await withVsCode({ workspace, settings }, async (vscode) => {
      await vscode.openSideBar();
      await vscode.screenshot('applications-loading');
      await until(
        () => welcome(vscode.tree('Applications')),
        (text) => text.startsWith('No kustomization file was found'),
      );
      assert.equal(await vscode.tree('Applications').pane.getByRole('button').filter({ hasText: 'Open Folder' }).count(), 1);
      await vscode.screenshot('applications-empty');
    });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
});

test('a folder in Restricted Mode shows its images and says what waits for trust', () =>
  withVsCode({ settings, trust: false }, async (vscode) => {
    await vscode.openSideBar();
    const tree = vscode.tree('Applications');
    await tree.until((shown) => shown.includes(backend));
    await until(
      () => tree.pane.innerText(),
      (text) => text.includes('Restricted Mode: the history of tags'),
    );
    await vscode.screenshot('applications-restricted');
  }));
