import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { kustomization } from '../../support/generatedRepository.ts';
import { writeFolder } from '../../support/writeFolder.ts';
import { until } from './harness/until.ts';
import { withVsCode } from './harness/withVsCode.ts';
import type { Workbench } from './harness/workbench.ts';

const settings = { 'files.autoSave': 'off' };
const file = 'apps/prod/kustomization.yaml';

/** Lines of the second text that are not in the first at their place, with their numbers. */
function changedLines(before: string, after: string): string[] {
  const old = before.split('\n');
  return after.split('\n').flatMap((line, index) => (line === old[index] ? [] : [`${String(index + 1)}: ${line}`]));
}

async function labels(vscode: Workbench): Promise<string[]> {
  // An icon in front of a label leaves a space.
  return (await vscode.quickInput.rows()).map(({ label }) => label.trim());
}

async function chooseApply(vscode: Workbench, label = 'Edit the file'): Promise<void> {
  await vscode.quickInput.widget.locator('.monaco-list-row', { hasText: label }).first().click();
}

await test('bumping an image of the sample', (context) =>
  withVsCode({ settings }, async (vscode) => {
    const path = join(vscode.workspace, file);
    const before = readFileSync(path, 'utf8');
    const tree = vscode.tree('Applications');
    await vscode.openSideBar();
    await tree.until((shown) => shown.includes('1 patch behind dev'));

    await context.test('asks for image and tag from the palette, and shows what would change before it does', async () => {
      await vscode.runCommand('GitOps: Bump Image Tag...');
      await until(
        () => vscode.quickInput.title(),
        (title) => title === 'Bump Image Tag (1/3)',
      );
      await vscode.quickInput.choose('backend in prod');
      await until(
        () => vscode.quickInput.title(),
        (title) => title === 'Bump backend in prod: choose a tag (2/3)',
      );
      assert.deepEqual((await labels(vscode)).slice(0, 3), ['backend-v0.0.6', 'backend-v0.0.5', 'backend-v0.0.4']);
      await vscode.screenshot('bump-tags');
      await vscode.quickInput.choose('backend-v0.0.6');
      await until(
        () => vscode.quickInput.title(),
        (title) => title === 'Bump backend in prod to backend-v0.0.6 (3/3)',
      );
      const rows = await labels(vscode);
      assert.deepEqual(rows, [
        'Edit the file',
        'newTag: backend-v0.0.5',
        'newTag: backend-v0.0.6',
        'backend in prod',
        'apps/prod',
      ]);
      await vscode.screenshot('bump-confirm');
    });

    await context.test('goes back a step and forth again', async () => {
      await vscode.quickInput.widget.locator('.quick-input-titlebar [aria-label^="Back"]').click();
      await until(
        () => vscode.quickInput.title(),
        (title) => title === 'Bump backend in prod: choose a tag (2/3)',
      );
    });

    await context.test('says while typing that a text is no tag, and does not take it', async () => {
      await vscode.quickInput.type('not a tag');
      await until(
        () => labels(vscode),
        (shown) => shown.some((label) => label.includes('"not a tag" is no tag.')),
      );
      await vscode.quickInput.accept();
      assert.equal(await vscode.quickInput.title(), 'Bump backend in prod: choose a tag (2/3)');
      await vscode.screenshot('bump-no-tag');
      await vscode.quickInput.type('backend-v0.1.0');
      await vscode.quickInput.choose('backend-v0.1.0');
    });

    await context.test('changes exactly one line, and one undo restores every byte', async () => {
      await chooseApply(vscode);
      await vscode.editor.until((text) => text.includes('newTag: backend-v0.1.0'));
      await until(
        () => vscode.editor.position(),
        (shown) => shown === 'Ln 28, Col 27 (14 selected)',
      );
      await vscode.editor.save();
      const after = await until(
        () => Promise.resolve(readFileSync(path, 'utf8')),
        (text) => text.includes('newTag: backend-v0.1.0') && text.length === before.length,
      );
      assert.deepEqual(changedLines(before, after), ['28:     newTag: backend-v0.1.0']);
      await tree.until((shown) => shown.includes('prod  backend-v0.1.0'));
      await vscode.screenshot('bump-done');
      await vscode.editor.undo();
      await vscode.editor.save();
      await until(
        () => Promise.resolve(readFileSync(path, 'utf8')),
        (text) => text === before,
      );
      await tree.until((shown) => shown.includes('1 patch behind dev'));
    });

    await context.test('changes nothing on Escape', async () => {
      await tree.action('Bump Image Tag', 'backend', 'prod');
      await vscode.quickInput.choose('backend-v0.0.6');
      await until(
        () => labels(vscode),
        (shown) => shown.includes('Edit the file'),
      );
      await vscode.quickInput.cancel();
      assert.equal(readFileSync(path, 'utf8'), before);
      assert.deepEqual(await vscode.notifications(), []);
    });

    await context.test('takes the image at the cursor', async () => {
      await tree.click('frontend', 'dev');
      await until(
        () => vscode.editor.position(),
        (shown) => shown.includes('(15 selected)'),
      );
      await vscode.runCommand('GitOps: Bump Image Tag...');
      await until(
        () => vscode.quickInput.title(),
        (title) => title === 'Bump frontend in dev: choose a tag (1/2)',
      );
      await vscode.quickInput.cancel();
    });

    await context.test('refuses when the file has changed meanwhile, says so, and plans again', async () => {
      await tree.action('Bump Image Tag', 'backend', 'prod');
      await vscode.quickInput.choose('backend-v0.0.6');
      await until(
        () => labels(vscode),
        (shown) => shown.includes('Edit the file'),
      );
      const changed = before.replace('count: 2', 'count: 3');
      writeFileSync(path, changed);
      // The editor's own copy follows the disk; the plan does not.
      await vscode.page.waitForTimeout(1500);
      await chooseApply(vscode);
      const notification = await vscode.notification(`${file} changed after this was planned. Nothing was changed.`);
      assert.equal(readFileSync(path, 'utf8'), changed);
      await vscode.screenshot('bump-refused');
      await notification.getByRole('button', { name: 'Plan Again' }).click();
      await chooseApply(vscode);
      await vscode.editor.until((text) => text.includes('count: 3') && text.includes('newTag: backend-v0.0.6'));
      await vscode.editor.save();
      await until(
        () => Promise.resolve(readFileSync(path, 'utf8')),
        (text) => text === changed.replace('backend-v0.0.5', 'backend-v0.0.6'),
      );
    });
  }));

test('a line that two environments share offers an override in one of them', async () => {
  const workspace = writeFolder({
    'apps/base/kustomization.yaml': kustomization('resources: [pod.yaml]\nimages:\n  - name: acme/app\n    newTag: v1.0.0\n'),
    'apps/base/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n    - name: app\n      image: acme/app\n',
    'apps/dev/kustomization.yaml': kustomization('resources: [../base]\n'),
    'apps/prod/kustomization.yaml': kustomization('resources: [../base]\n'),
  });
  try {
    await withVsCode({ workspace, settings }, async (vscode) => {
      await vscode.openSideBar();
      await vscode.tree('Applications').until((shown) => shown.includes('v1.0.0'));
      await vscode.runCommand('GitOps: Bump Image Tag...');
      await vscode.quickInput.widget.locator('.monaco-list-row', { hasText: 'in prod' }).first().click();
      await until(
        () => vscode.quickInput.title(),
        (title) => title.includes('choose a tag'),
      );
      await vscode.quickInput.type('v1.1.0');
      await vscode.quickInput.choose('v1.1.0');
      const shown = await until(
        () => labels(vscode),
        (rows) => rows.includes('Override in prod only'),
      );
      assert.ok(shown.includes('Edit the file'), shown.join('\n'));
      await vscode.screenshot('bump-shared');
      await chooseApply(vscode, 'Override in prod only');
      await until(
        () => labels(vscode),
        (rows) => rows.includes('Add the override'),
      );
      await vscode.screenshot('bump-override');
      await chooseApply(vscode, 'Add the override');
      await vscode.tree('Applications').until((text) => /prod {2}v1\.1\.0/.test(text) && /dev {2}v1\.0\.0/.test(text));
      await vscode.editor.save();
      const path = join(workspace, 'apps/prod/kustomization.yaml');
      await until(
        () => Promise.resolve(readFileSync(path, 'utf8')),
        (text) => text.includes('newTag: v1.1.0'),
      );
    });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
});
