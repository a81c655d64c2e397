import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HostTests } from './harness/extensionHost.ts';

export const tests: HostTests = {
  async 'a folder with kustomization files activates the extension'() {
    const extension = vscode.extensions.getExtension('gitops-cockpit.gitops-cockpit');
    assert.ok(extension);
    for (const end = Date.now() + 10_000; !extension.isActive && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(extension.isActive);
  },

  'the sample is the workspace'() {
    assert.equal(vscode.workspace.workspaceFolders?.[0]?.name, 'study-app-gitops');
  },
};
