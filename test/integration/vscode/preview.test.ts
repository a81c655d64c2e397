import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scenes } from './harness/scenes.ts';
import { retry, until } from './harness/until.ts';
import { withVsCode } from './harness/withVsCode.ts';

const settings = {
  'files.autoSave': 'off',
  'editor.minimap.enabled': false,
  'editor.showFoldingControls': 'always',
};
const title = 'apps\u2215prod, as flux-system\u2215apps-prod renders it';

/** What the status bar says when a tag in a file is selected. */
function selectionOf(file: string, tag: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(tag));
  const end = (lines[line]?.indexOf(tag) ?? 0) + tag.length;
  return `Ln ${line + 1}, Col ${end + 1} (${tag.length} selected)`;
}

await test('previews of the sample', (context) =>
  withVsCode({ settings, viewport: { width: 1600, height: 900 } }, async (vscode) => {
    await vscode.openSideBar();
    const tree = vscode.tree('Applications');
    await tree.until((shown) => shown.includes('1 patch behind dev'));
    const preview = vscode.page.locator('.editor-group-container', { has: vscode.editor.tab(title) });
    const scene = scenes(context, vscode);
    /** Opens the line of an image and waits until typing would replace its tag. */
    const selectTag = async (application: string, environment: string, tag: string): Promise<void> => {
      const wanted = selectionOf(join(vscode.workspace, 'apps', environment, 'kustomization.yaml'), tag);
      // The status bar must have something to change to.
      if ((await vscode.editor.tabs()).length > 0 && (await vscode.editor.position()) === wanted) await vscode.editor.goTo(1);
      await tree.click(application, environment);
      await vscode.editor.group.locator('.monaco-editor :focus').waitFor({ state: 'attached' });
      await until(
        () => vscode.editor.position(),
        (shown) => shown === wanted,
      );
    };
    const openPreview = async (): Promise<void> => {
      await tree.until((shown) => shown.includes('prod  backend-v0.0.5   1 patch behind dev'));
      await selectTag('backend', 'prod', 'backend-v0.0.5');
      await tree.action('Preview', 'backend', 'prod');
      await until(previewText, (text) => text.includes('image: ghcr.io/acme/study-app-api:backend-v0.0.5'));
    };
    const firstLine = async (): Promise<number> =>
      Math.min(...(await preview.locator('.margin-view-overlays .line-numbers').allInnerTexts()).map(Number));
    const previewText = async (): Promise<string> =>
      (await preview.locator('.view-lines .view-line').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');

    await scene('show beside the editor, as YAML that can be folded, what Flux would apply', async () => {
      await openPreview();
      assert.equal(await vscode.page.locator('.editor-group-container').count(), 2);
      await until(
        () => preview.locator('.codicon-folding-expanded').count(),
        (count) => count > 0,
      );
      assert.equal(await vscode.editor.title(), 'kustomization.yaml', 'the focus stays in the file');
      await vscode.screenshot('preview');
    });

    await scene('follow an edit that is not saved, where they are scrolled to', async () => {
      await openPreview();
      await vscode.editor.type('backend-v7.7.7');
      await until(previewText, (text) => text.includes('study-app-api:backend-v7.7.7'));
      await preview.locator('.view-lines').click();
      await vscode.page.keyboard.press('ControlOrMeta+End');
      const scrolled = await until(firstLine, (line) => line > 10);
      await selectTag('backend', 'prod', 'backend-v0.0.5');
      await vscode.editor.undo();
      await tree.until((shown) => shown.includes('prod  backend-v0.0.5'));
      await vscode.page.waitForTimeout(1000);
      assert.equal(await firstLine(), scrolled);
      await preview.locator('.view-lines').click();
      await vscode.page.keyboard.press('ControlOrMeta+Home');
      await until(previewText, (text) => text.includes('study-app-api:backend-v0.0.5'));
    });

    await scene('keep the last good result below a sentence when the root does not build', async () => {
      await openPreview();
      await vscode.editor.goTo(7, 21);
      await vscode.editor.type('-gone');
      const text = await until(previewText, (shown) => shown.includes('last result before that'));
      assert.match(text, /^# .*\n/);
      assert.match(text, /kind: Deployment/);
      await vscode.screenshot('preview-failure');
      await vscode.editor.undo();
      await until(previewText, (shown) => !shown.includes('last result before that'));
    });

    await scene('hide the values of Secrets until they are revealed on purpose', async () => {
      await openPreview();
      await preview.locator('.view-lines').click();
      await vscode.page.keyboard.press('ControlOrMeta+F');
      await preview.locator('.find-widget.visible').waitFor();
      await vscode.page.keyboard.insertText('DATABASE_URL');
      await preview.locator('.find-widget .matchesCount', { hasText: '1 of 1' }).waitFor();
      await vscode.page.keyboard.press('Escape');
      const masked = await until(previewText, (text) => text.includes('DATABASE_URL: '));
      assert.match(masked, /DATABASE_URL: .*•••• \(\d+ bytes\)/);
      assert.ok(!masked.includes('local-only'));
      await vscode.runCommand('GitOps: Reveal Secret Values');
      await until(previewText, (text) => /DATABASE_URL: (?!.*••••)/.test(text));
    });

    await scene('of a change show both sides, and say in the title what changes', async () => {
      await selectTag('frontend', 'prod', 'frontend-v0.2.0');
      await vscode.editor.type('frontend-v0.3.0');
      await tree.until((shown) => shown.includes('frontend-v0.3.0'));
      await tree.menu('Preview Change', 'frontend', 'prod');
      await vscode.page.getByRole('tab', { name: 'apps/prod: HEAD ↔ working tree (1 image)' }).waitFor();
      const diff = vscode.page.locator('.monaco-diff-editor');
      const side = async (name: 'original' | 'modified'): Promise<string> =>
        (await diff.locator(`.${name} .view-line`).allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
      await until(
        () => side('modified'),
        (text) => text.includes('study-app-web:frontend-v0.3.0'),
      );
      await until(
        () => side('original'),
        (text) => text.includes('study-app-web:frontend-v0.2.0'),
      );
      await vscode.screenshot('preview-change');
    });

    await scene('of a bump can be seen before it is made', async () => {
      // VS Code gives the command no row where the tree is drawn again under the pointer.
      await retry(async () => {
        await tree.action('Bump Image Tag', 'backend', 'prod');
        const title = await vscode.quickInput.title();
        if (title.startsWith('Bump backend in prod')) return;
        await vscode.quickInput.cancel();
        throw new Error(title);
      });
      await vscode.quickInput.choose('backend-v0.0.6');
      await vscode.quickInput.widget.locator('.quick-input-titlebar [aria-label="Preview First"]').click();
      const diff = vscode.page.locator('.monaco-diff-editor .modified .view-line', { hasText: 'study-app-api:backend-v0.0.6' });
      await diff.first().waitFor();
      await vscode.screenshot('preview-first');
      await vscode.quickInput.cancel();
      await tree.until((shown) => shown.includes('prod  backend-v0.0.5'));
    });
  }));
