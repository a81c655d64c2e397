import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from './harness/until.ts';
import { withVsCode, type Theme } from './harness/withVsCode.ts';
import type { Workbench } from './harness/workbench.ts';

const file = 'apps/prod/kustomization.yaml';
const base = 'apps/base/backend/deployment.yaml';
const settings = { 'files.autoSave': 'off', 'editor.inlayHints.enabled': 'on', 'editor.stickyScroll.enabled': false };

/** What the hover over a tag has when Git has told who set it, which the first one may not have. */
async function hoverWithHistory(vscode: Workbench, word: string): Promise<string> {
  return until(
    () => vscode.editor.hover(word),
    (text) => text.includes('set '),
  );
}

/** The rows of the completion list. */
async function completions(vscode: Workbench): Promise<string[]> {
  const rows = vscode.page.locator('.suggest-widget.visible .monaco-list-row');
  await rows.first().waitFor();
  return rows.evaluateAll((elements) => elements.map((row) => row.getAttribute('aria-label') ?? ''));
}

await test('the editor features on the sample', (context) =>
  withVsCode({ settings }, async (vscode) => {
    await vscode.openFile(file);
    await vscode.editor.until((text) => text.includes('backend-v0.0.5'));

    await context.test('lenses name what an entry reaches and what is behind', async () => {
      // VS Code makes room for lenses before it knows their texts.
      const lenses = await until(
        () => vscode.editor.lenses(),
        (shown) => shown.length === 2 && !shown.includes(''),
      );
      assert.deepEqual(lenses, ['prod: 1 patch behind dev | Bump', 'prod | Bump']);
    });

    await context.test('a hover over a tag tells what runs, which lines decide it, and since when', async () => {
      const text = await hoverWithHistory(vscode, 'backend-v0.0.5');
      for (const part of [
        'ghcr.io/acme/study-app-api:backend-v0.0.5 in prod · 1 patch behind dev',
        'apps/prod/kustomization.yaml:28',
        'set 12 days ago by study-app-workflow[bot] in ',
        'manifest latest › images entry backend-v0.0.5',
        'flux-system/apps-prod',
        'backend-v0.0.6 (newer by 1 patch)',
        'Bump · Preview · Copy',
      ])
        assert.ok(text.includes(part), `${part} is not in:\n${text}`);
      await vscode.screenshot('hover-dark');
    });

    await context.test('a link of the hover opens its line, another runs a command', async () => {
      const hover = vscode.page.locator('.monaco-hover:visible');
      await hover.getByText('apps/base/backend/deployment.yaml:19', { exact: true }).click();
      await until(
        () => vscode.editor.position(),
        (shown) => shown.startsWith('Ln 19, Col 18') || shown.startsWith('Ln 19, Col 51'),
      );
      await vscode.openFile(file);
      await hoverWithHistory(vscode, 'backend-v0.0.5');
      await vscode.page.locator('.monaco-hover:visible').getByText('Bump', { exact: true }).click();
      assert.match(
        await until(
          () => vscode.quickInput.title(),
          (title) => title !== '',
        ),
        /^Bump backend in prod: choose a tag/,
      );
      await vscode.quickInput.cancel();
    });

    await context.test('a lens reveals the image in the Applications view, another bumps it', async () => {
      await vscode.editor.group.locator('.codelens-decoration a', { hasText: 'prod: 1 patch behind dev' }).click();
      const selected = vscode.tree('Applications').pane.locator('.monaco-list-row.selected');
      await selected.waitFor();
      assert.match((await selected.getAttribute('aria-label')) ?? '', /^backend in prod/);
      await vscode.screenshot('lens-reveal');
      await vscode.editor.group.locator('.codelens-decoration a', { hasText: 'Bump' }).first().click();
      assert.match(await vscode.quickInput.title(), /^Bump backend in prod: choose a tag/);
      await vscode.quickInput.cancel();
    });

    await context.test('definition leads from an image to what decides it', async () => {
      await vscode.openFile(base);
      await vscode.editor.goTo(26, 25);
      await vscode.page.keyboard.press('F12');
      const peek = vscode.page.locator('.peekview-widget');
      await peek.waitFor();
      await peek.locator('.ref-tree .monaco-list-row').nth(1).waitFor();
      assert.match(await peek.locator('.ref-tree').innerText(), /kustomization\.yaml[\s\S]*kustomization\.yaml/);
      await vscode.screenshot('definition-dark');
      await vscode.page.keyboard.press('Escape');
      await vscode.openFile(file);
      await vscode.editor.goTo(6, 8);
      await vscode.page.keyboard.press('F12');
      await until(
        () => vscode.editor.visibleText(),
        (text) => text.includes('settings.yaml'),
      );
    });

    await context.test('references of a base are its overlays and what deploys them', async () => {
      await vscode.openFile(file);
      await vscode.editor.goTo(6, 8);
      await vscode.page.keyboard.press('Shift+F12');
      const peek = vscode.page.locator('.peekview-widget');
      await peek.waitFor();
      await until(
        () => peek.locator('.peekview-title').innerText(),
        (title) => title.includes('References (4)'),
      );
      await vscode.screenshot('references-dark');
      await vscode.page.keyboard.press('Escape');
    });

    await context.test('completion offers tags that were seen, newest first, and writes the chosen one', async () => {
      await vscode.openFile(file);
      const before = readFileSync(join(vscode.workspace, file), 'utf8').split('\n')[27] ?? '';
      await vscode.editor.goTo(28, before.length + 1);
      for (const _ of 'backend-v0.0.5') await vscode.page.keyboard.press('Backspace');
      await vscode.page.keyboard.press('Control+Space');
      const rows = await until(
        () => completions(vscode),
        (shown) => shown.some((row) => row.includes('backend-v0.0.4')),
      );
      assert.match(rows[0] ?? '', /^backend-v0\.0\.6.*in dev for 2 days/);
      await vscode.screenshot('completion-dark');
      await vscode.page.keyboard.press('Enter');
      await vscode.editor.until((text) => text.includes('    newTag: backend-v0.0.6\n'));
      await vscode.editor.undo();
      await vscode.runCommand('File: Revert File');
      await vscode.editor.until((text) => text.includes('newTag: backend-v0.0.5'));
    });

    await context.test('rename changes every entry and every manifest', async () => {
      await vscode.openFile(file);
      await vscode.editor.goTo(27, 20);
      await vscode.page.keyboard.press('F2');
      const input = vscode.page.locator('.rename-box input');
      await input.waitFor();
      assert.equal(await input.inputValue(), 'ghcr.io/acme/study-app-api');
      await input.fill('registry.example/api');
      await vscode.page.keyboard.press('Enter');
      await vscode.editor.until((text) => text.includes('- name: registry.example/api'));
      await vscode.runCommand('File: Save All Files');
      await until(
        () => Promise.resolve(readFileSync(join(vscode.workspace, base), 'utf8')),
        (text) => text.split('registry.example/api:latest').length === 3,
      );
      assert.match(
        readFileSync(join(vscode.workspace, 'apps/dev/kustomization.yaml'), 'utf8'),
        /- name: registry\.example\/api\n/,
      );
    });

    await context.test('the file says which roots use it and what deploys them, and goes there', async () => {
      await vscode.openFile(base);
      await vscode.page.locator('.statusbar-item[id="status.languageStatus"]').hover();
      const hover = vscode.page.locator('.monaco-hover:visible', { hasText: 'used by 2 roots' });
      await hover.waitFor();
      assert.match(await hover.innerText(), /used by 2 roots[\s\S]*deployed by apps-dev, apps-prod/);
      await vscode.screenshot('file-status-dark');
      await vscode.runCommand('GitOps: Find Flux Kustomization of This File');
      await vscode.quickInput.choose('flux-system/apps-prod');
      await until(
        () => vscode.editor.position(),
        (shown) => shown.startsWith('Ln 27'),
      );
    });
  }));

for (const theme of ['light', 'dark high contrast', 'light high contrast'] satisfies Theme[]) {
  await test(`hover, lenses and hints in ${theme}`, () =>
    withVsCode({ settings: { ...settings, 'gitopsCockpit.inlayHints.enabled': true }, theme }, async (vscode) => {
      await vscode.openFile(base);
      await vscode.editor.until((text) => text.includes('dev: backend-v0.0.6, prod: backend-v0.0.5'));
      const text = await hoverWithHistory(vscode, 'ghcr.io/acme/study-app-api:latest');
      assert.match(text, /prod/);
      await vscode.screenshot(`hover-base-${theme.replaceAll(' ', '-')}`);
      await vscode.openFile(file);
      await until(
        () => vscode.editor.lenses(),
        (shown) => shown.length === 2,
      );
      await hoverWithHistory(vscode, 'backend-v0.0.5');
      await vscode.screenshot(`hover-${theme.replaceAll(' ', '-')}`);
    }));
}
