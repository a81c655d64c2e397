import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { application, entry, imagePolicy, imageUpdateAutomation, kustomization } from '../../support/environments.ts';
import { GitHistory } from '../../support/gitHistory.ts';
import { git } from '../../support/sampleRepository.ts';
import type { QuickPickRow } from './harness/quickInput.ts';
import { scenes } from './harness/scenes.ts';
import { retry, until, untilEqual } from './harness/until.ts';
import { withVsCode } from './harness/withVsCode.ts';

const settings = { 'files.autoSave': 'off' };
const file = 'apps/prod/kustomization.yaml';

await test('promotions, rollbacks and comparisons of the sample', (context) =>
  withVsCode({ settings }, async (vscode) => {
    const path = join(vscode.workspace, file);
    const before = readFileSync(path, 'utf8');
    const tree = vscode.tree('Applications');
    const { quickInput, editor } = vscode;
    await vscode.openSideBar();
    await tree.until((shown) => shown.includes('1 patch behind dev'));

    const scene = scenes(context, vscode);
    const untilTitle = (title: string) => untilEqual(() => quickInput.title(), title);
    const rowsUntil = (accept: (rows: readonly QuickPickRow[]) => boolean) => until(() => quickInput.rows(), accept);
    const hasLabel = (label: string) => (rows: readonly QuickPickRow[]) => rows.some((row) => row.label.trim() === label);
    const onDisk = () => Promise.resolve(readFileSync(path, 'utf8'));
    const chooseEdit = async () => {
      await rowsUntil(hasLabel('Edit the file'));
      await quickInput.choose('Edit the file');
    };
    /** Saves the edit, checks that it is all that changed, and takes it back. */
    const expectOneEdit = async (after: string) => {
      await editor.until((text) => text.includes(`newTag: ${after}`));
      await editor.save();
      await untilEqual(onDisk, before.replace('backend-v0.0.5', after));
      await editor.undo();
      await editor.save();
      await untilEqual(onDisk, before);
    };
    const tabLabel = async () => (await editor.group.locator('.tab.active').getAttribute('aria-label')) ?? '';
    /** The texts of one side of what is compared. */
    const side = async (name: 'original' | 'modified') =>
      (await vscode.page.locator(`.monaco-diff-editor .${name} .view-line`).allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');

    await scene('promotes all that differs, ticked from the start, as one change that one undo takes back', async () => {
      await vscode.runCommand('GitOps: Promote...');
      await untilTitle('Promote dev to prod: choose what moves (1/2)');
      const rows = await rowsUntil((shown) => shown.length > 1);
      assert.deepEqual(
        rows.slice(0, 2).map(({ label, checked }) => [label, checked]),
        [
          ['backend', true],
          ['frontend', false],
        ],
      );
      assert.match(rows[0]?.accessible ?? '', /prod {3}backend-v0\.0\.5 → backend-v0\.0\.6 {3}1 patch newer/);
      // What runs already cannot be ticked.
      await quickInput.widget.locator('.monaco-list-row', { hasText: 'frontend' }).first().click();
      await untilEqual(
        async () => (await quickInput.rows()).filter(({ checked }) => checked).map(({ label }) => label),
        ['backend'],
      );
      await vscode.screenshot('promote-choose');
      await quickInput.accept();
      await untilTitle('Promote backend to prod (2/2)');
      await rowsUntil(hasLabel('Edit the file'));
      await vscode.screenshot('promote-confirm');
      // And goes back a step.
      await quickInput.widget.locator('.quick-input-titlebar [aria-label^="Back"]').click();
      await untilTitle('Promote dev to prod: choose what moves (1/2)');
      await quickInput.accept();
      await chooseEdit();
      await expectOneEdit('backend-v0.0.6');
    });

    await scene('skips what a row says, and previews first', async () => {
      await tree.action('Promote', 'backend', 'prod');
      await untilTitle('Promote backend to prod');
      await quickInput.widget.locator('.quick-input-titlebar [aria-label^="Preview First"]').click();
      await until(
        () => side('modified'),
        (text) => text.includes('study-app-api:backend-v0.0.6'),
      );
      await vscode.screenshot('promote-preview');
      await quickInput.cancel();
      assert.equal(await onDisk(), before);
    });

    await scene('says that there is nothing to promote', async () => {
      await tree.action('Promote', 'frontend', 'prod');
      await vscode.notification('frontend in prod: It runs that already.');
    });

    await scene('takes what dev ran in a commit', async () => {
      await vscode.runCommand('GitOps: Promote...');
      await untilTitle('Promote dev to prod: choose what moves (1/2)');
      await quickInput.widget.locator('.quick-input-titlebar [aria-label^="Take What dev Ran in a Commit"]').click();
      await untilTitle('Promote what dev ran in a commit (1/2)');
      await vscode.screenshot('promote-commits');
      await quickInput.choose('chore(dev): bump backend to backend-v0.0.4');
      const title = await until(
        () => quickInput.title(),
        (shown) => shown.includes(' at '),
      );
      assert.match(title, /^Promote dev at [0-9a-f]{7} to prod: choose what moves \(1\/2\)$/);
      const rows = await rowsUntil((shown) => shown.some(({ accessible }) => accessible.includes('1 patch older')));
      // A downgrade is for a person to tick.
      assert.equal(rows[0]?.checked, false);
      assert.match(rows[0].accessible, /This is a downgrade: backend-v0\.0\.4 is 1 patch older than backend-v0\.0\.5\./);
      await vscode.screenshot('promote-commit');
      await quickInput.cancel();
    });

    await scene('rolls back to what ran before', async () => {
      await tree.menu('Roll Back...', 'backend', 'prod');
      await untilTitle('Roll back backend in prod: choose what ran before (1/2)');
      await rowsUntil(hasLabel('backend-v0.0.4'));
      await vscode.screenshot('rollback-choose');
      await quickInput.choose('backend-v0.0.4');
      await untilTitle('Roll back backend in prod to backend-v0.0.4 (2/2)');
      await vscode.screenshot('rollback-confirm');
      await chooseEdit();
      await expectOneEdit('backend-v0.0.4');
    });

    await scene('shows the history of a tag, with what a commit changed', async () => {
      await tree.menu('Show Tag History', 'backend', 'prod');
      await untilTitle('Tags of backend in prod');
      const rows = await rowsUntil((shown) => shown.some(({ accessible }) => accessible.includes('after dev')));
      assert.deepEqual(
        rows.map(({ label }) => label),
        ['backend-v0.0.5', 'backend-v0.0.4', 'backend-v0.0.3', 'backend-v0.0.2'],
      );
      assert.match(
        rows[1]?.accessible ?? '',
        /for 12 days {3}2 days after dev.*study-app-workflow\[bot\] · [0-9a-f]{7} · Merge pull request #6 /,
      );
      await vscode.screenshot('tag-history');
      await quickInput.choose('backend-v0.0.4');
      await until(
        () => side('modified'),
        (text) => text.includes('newTag: backend-v0.0.4'),
      );
      assert.match(await side('original'), /newTag: backend-v0\.0\.3/);
      await vscode.screenshot('tag-history-commit');
    });

    await scene('rolls back from the history', async () => {
      await tree.menu('Show Tag History', 'backend', 'prod');
      await untilTitle('Tags of backend in prod');
      const row = quickInput.widget.locator('.monaco-list-row', { hasText: 'backend-v0.0.3' }).first();
      await row.hover();
      await row.locator('[aria-label^="Roll Back to This Tag"]').click();
      await untilTitle('Roll back backend in prod to backend-v0.0.3');
      await quickInput.cancel();
    });

    await scene('compares two environments in one editor, without what always differs', async () => {
      await vscode.runCommand('GitOps: Compare Environments');
      await until(
        () => side('modified'),
        (text) => text.includes('backend-v0.0.5'),
      );
      assert.match(await tabLabel(), /^dev ↔ prod/);
      assert.match(await side('original'), /backend · study-app-api: backend-v0\.0\.6/);
      await vscode.screenshot('compare-environments');
      const folded = (await side('original')).split('\n').length;
      await vscode.page.locator('[aria-label^="Show or Hide What Always Differs"]').first().click();
      await until(
        async () => (await side('original')).split('\n').length,
        (lines) => lines !== folded,
      );
      await vscode.screenshot('compare-environments-whole');
    });

    await scene('compares the files as they are with a branch', async () => {
      writeFileSync(path, before.replace('backend-v0.0.5', 'backend-v0.0.9'));
      await tree.until((shown) => shown.includes('backend-v0.0.9'));
      await tree.menu('Compare with Branch', 'backend', 'prod');
      await untilTitle('Compare with Branch');
      await rowsUntil(hasLabel('origin/main'));
      await vscode.screenshot('compare-branch-choose');
      await quickInput.choose('main');
      await until(
        () => side('modified'),
        (text) => text.includes('backend-v0.0.9'),
      );
      assert.match(await tabLabel(), /^backend in prod: main ↔ working tree/);
      assert.match(await side('original'), /backend-v0\.0\.5/);
      await vscode.screenshot('compare-branch');
      git(vscode.workspace, ['checkout', '--quiet', '--', '.']);
    });
  }));

test('several environments, several images and image automation', async () => {
  using history = new GitHistory();
  const app = (name: string, tags: Readonly<Record<string, string>>, marker = '') =>
    application(
      name,
      `acme/${name}`,
      Object.fromEntries(Object.entries(tags).map(([place, tag]) => [place, entry(`acme/${name}`, `newTag: ${tag}${marker}`)])),
    );
  const files = (tag: string) => ({
    ...app('api', { dev: '1.3.0', staging: '1.2.0', prod: '1.1.0' }),
    ...app('web', { dev: '2.1.0', staging: '2.0.0', prod: '2.0.0' }),
    ...app('job', { prod: tag }, ' # {"$imagepolicy": "flux-system:job:tag"}'),
    'flux/policy.yaml': imagePolicy('job', 'acme/job', 'policy:', '  semver:', "    range: '>=0.0.0'"),
    'flux/automation.yaml': imageUpdateAutomation(
      'prod',
      './apps/job/prod',
      'sourceRef:',
      '  kind: GitRepository',
      '  name: flux-system',
    ),
    'flux/kustomization.yaml': kustomization('resources: [policy.yaml, automation.yaml]'),
  });
  history.write(files('1.0.0')).commit('first').write(files('1.1.0')).commit('second');
  const read = (path: string) => readFileSync(join(history.folder, path), 'utf8');
  await withVsCode({ workspace: history.folder, settings }, async (vscode) => {
    const { quickInput } = vscode;
    const tree = vscode.tree('Applications');
    await vscode.openSideBar();
    await tree.until((shown) => shown.includes('1.3.0'));
    const untilTitle = (title: string) => untilEqual(() => quickInput.title(), title);
    const checked = async () => (await quickInput.rows()).filter((row) => row.checked).map(({ label }) => label);

    // The next environment is ticked, and several can be.
    await vscode.runCommand('GitOps: Promote...');
    await untilTitle('Promote: choose where from (1/4)');
    await vscode.screenshot('promote-from');
    await quickInput.choose('dev');
    await untilTitle('Promote dev: choose where to (2/4)');
    await untilEqual(checked, ['staging']);
    await quickInput.widget.locator('.monaco-list-row', { hasText: 'prod' }).first().click();
    await vscode.screenshot('promote-to');
    await quickInput.accept();
    await untilTitle('Promote dev to staging, prod: choose what moves (3/4)');
    await untilEqual(checked, ['api', 'api', 'web', 'web']);
    await vscode.screenshot('promote-several');
    await quickInput.accept();
    await untilTitle('Promote 4 images to staging and prod (4/4)');
    await quickInput.widget.locator('.quick-input-titlebar [aria-label^="Preview First"]').click();
    await vscode.page.locator('.monaco-diff-editor .modified .view-line', { hasText: '1.3.0' }).first().waitFor();
    await vscode.screenshot('promote-several-preview');
    await quickInput.choose('Edit 4 files');
    await tree.until((shown) => !/1\.[12]\.0|2\.0\.0/.test(shown.replace(/^job[^]*?^web/m, '')));
    // One undo takes back all of it.
    await vscode.editor.until((text) => text.includes('newTag: 1.3.0'));
    await vscode.editor.undo();
    await tree.until((shown) => shown.includes('1.1.0') && shown.includes('2.0.0'));

    // What automation would undo is stopped by the same change.
    await tree.menu('Roll Back...', 'job', 'prod');
    await untilTitle('Roll back job in prod: choose what ran before (1/3)');
    await quickInput.choose('1.0.0');
    await untilTitle('Roll back job in prod to 1.0.0: image automation (2/3)');
    await vscode.screenshot('rollback-automation');
    await quickInput.choose('Suspend image automation');
    await untilTitle('Roll back job in prod to 1.0.0 (3/3)');
    await vscode.screenshot('rollback-suspend');
    await quickInput.choose('Edit 2 files');
    await vscode.editor.until((text) => text.includes('1.0.0') || text.includes('suspend: true'));
    // VS Code saves what it knows to be changed, and hears of files without a tab a moment later.
    await retry(async () => {
      await vscode.runCommand('File: Save All Files');
      assert.match(read('flux/automation.yaml'), /suspend: true/);
    });
    await until(
      () => Promise.resolve(read('apps/job/prod/kustomization.yaml')),
      (text) => text.includes('newTag: 1.0.0 # {"$imagepolicy"'),
    );
  });
});
