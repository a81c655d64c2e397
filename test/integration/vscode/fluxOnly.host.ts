import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HostTests } from './harness/extensionHost.ts';

export const tests: HostTests = {
  async 'a cluster of Flux without kustomization files activates the extension'() {
    const extension = vscode.extensions.getExtension('gitops-cockpit.gitops-cockpit');
    assert.ok(extension);
    for (const end = Date.now() + 30_000; !extension.isActive && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(extension.isActive);
    const status = await vscode.commands.executeCommand<{ images: number }>('gitopsCockpit.refresh');
    assert.equal(status.images, 1);
  },
};
