import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testInExtensionHost } from './harness/extensionHost.ts';
import { withVsCode } from './harness/withVsCode.ts';

await testInExtensionHost('the extension host on the sample', import.meta.resolve('./activation.host.ts'));

test('VS Code opens the sample and shows our container in the activity bar', () =>
  withVsCode({}, async (vscode) => {
    await vscode.openSideBar();
    await vscode.tree('Applications').pane.waitFor();
    await vscode.openFile('apps/prod/kustomization.yaml');
    await vscode.editor.goTo(28, 5);
    assert.equal(await vscode.editor.title(), 'kustomization.yaml');
    await vscode.editor.until((text) => text.includes('newTag: backend-v0.0.5'));
    await vscode.screenshot('smoke');
  }));
