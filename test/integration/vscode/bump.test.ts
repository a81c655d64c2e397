import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { kustomization } from '../../support/generatedRepository.ts';
import { writeFolder } from '../../support/writeFolder.ts';
import { scenes } from './harness/scenes.ts';
import { until, untilEqual } from './harness/until.ts';
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

    const scene = scenes(context, vscode);
    const untilTitle = (title: string) => untilEqual(() => vscode.quickInput.title(), title);
    /** Starts from a row, so that the image is known, and chooses a tag that was seen. */
    const chooseTag = async (tag: string): Promise<void> => {
      await tree.until((shown) => shown.includes('1 patch behind dev'));
      await tree.action('Bump Image Tag', 'backend', 'prod');
      await untilTitle('Bump backend in prod: choose a tag (1/2)');
      await vscode.quickInput.choose(tag);
      await until(
        () => labels(vscode),
        (shown) => shown.includes('Edit the file'),
      );
    };

    await scene('asks for image and tag from the palette, and shows what would change before it does', async () => {
      await vscode.runCommand('GitOps: Bump Image Tag...');
      await untilTitle('Bump Image Tag (1/3)');
      await vscode.quickInput.choose('backend in prod');
      await untilTitle('Bump backend in prod: choose a tag (2/3)');
      await untilEqual(async () => (await labels(vscode)).slice(0, 3), ['backend-v0.0.6', 'backend-v0.0.5', 'backend-v0.0.4']);
      await vscode.screenshot('bump-tags');
      await vscode.quickInput.choose('backend-v0.0.6');
      await untilTitle('Bump backend in prod to backend-v0.0.6 (3/3)');
      await untilEqual(
        () => labels(vscode),
        [
          ...['Open a pull request', 'Edit the file', 'Commit on main'],
          ...['newTag: backend-v0.0.5', 'newTag: backend-v0.0.6', 'backend in prod', 'apps/prod'],
        ],
      );
      await vscode.screenshot('bump-confirm');
      // And goes back a step.
      await vscode.quickInput.widget.locator('.quick-input-titlebar [aria-label^="Back"]').click();
      await untilTitle('Bump backend in prod: choose a tag (2/3)');
    });

    await scene('says while typing that a text is no tag, and does not take it', async () => {
      await tree.action('Bump Image Tag', 'backend', 'prod');
      await untilTitle('Bump backend in prod: choose a tag (1/2)');
      await vscode.quickInput.type('not a tag');
      await until(
        () => labels(vscode),
        (shown) => shown.some((label) => label.includes('"not a tag" is no tag.')),
      );
      await vscode.quickInput.accept();
      assert.equal(await vscode.quickInput.title(), 'Bump backend in prod: choose a tag (1/2)');
      await vscode.screenshot('bump-no-tag');
    });

    await scene('changes exactly one line, and one undo restores every byte', async () => {
      await tree.action('Bump Image Tag', 'backend', 'prod');
      await untilTitle('Bump backend in prod: choose a tag (1/2)');
      await vscode.quickInput.type('backend-v0.1.0');
      await vscode.quickInput.choose('backend-v0.1.0');
      await chooseApply(vscode);
      await vscode.editor.until((text) => text.includes('newTag: backend-v0.1.0'));
      await untilEqual(() => vscode.editor.position(), 'Ln 28, Col 27 (14 selected)');
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
      await untilEqual(() => Promise.resolve(readFileSync(path, 'utf8')), before);
      await tree.until((shown) => shown.includes('1 patch behind dev'));
    });

    await scene('changes nothing on Escape', async () => {
      await chooseTag('backend-v0.0.6');
      await vscode.quickInput.cancel();
      assert.equal(readFileSync(path, 'utf8'), before);
      assert.deepEqual(await vscode.notifications(), []);
    });

    await scene('takes the image at the cursor', async () => {
      await tree.click('frontend', 'dev');
      await until(
        () => vscode.editor.position(),
        (shown) => shown.includes('(15 selected)'),
      );
      await vscode.runCommand('GitOps: Bump Image Tag...');
      await untilTitle('Bump frontend in dev: choose a tag (1/2)');
      await vscode.quickInput.cancel();
    });

    await scene('refuses when the file has changed meanwhile, says so, and plans again', async () => {
      await chooseTag('backend-v0.0.6');
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

for (const [name, settingsOf, makeReadOnly, sentence] of [
  [
    'a setting makes read-only',
    { 'files.readonlyInclude': { 'apps/prod/**': true } },
    () => undefined,
    `${file} is read-only by the setting files.readonlyInclude. Nothing was changed.`,
  ],
  [
    'nobody may write',
    {},
    (path: string) => chmodSync(path, 0o444),
    `${file} is read-only on disk. Allow writing it first. Nothing was changed.`,
  ],
] as const) {
  test(`a file that ${name} is not edited, and that is said`, () =>
    withVsCode({ settings: { ...settings, ...settingsOf } }, async (vscode) => {
      const path = join(vscode.workspace, file);
      const before = readFileSync(path, 'utf8');
      makeReadOnly(path);
      await vscode.openSideBar();
      const tree = vscode.tree('Applications');
      await tree.until((shown) => shown.includes('1 patch behind dev'));
      await tree.action('Bump Image Tag', 'backend', 'prod');
      await vscode.quickInput.choose('backend-v0.0.6');
      await chooseApply(vscode);
      await vscode.notification(sentence);
      assert.deepEqual(await vscode.editor.tabs(), []);
      assert.ok((await tree.text()).includes('1 patch behind dev'));
      assert.equal(readFileSync(path, 'utf8'), before);
    }));
}

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
