import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { HostTests } from './harness/extensionHost.ts';

export const tests: HostTests = {
  async 'a folder with kustomization files activates the extension'() {
    const extension = vscode.extensions.getExtension('gitops-cockpit.gitops-cockpit');
    assert.ok(extension);
    for (const end = Date.now() + 30_000; !extension.isActive && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(extension.isActive);
  },

  async 'a file that is called Kustomization is YAML'() {
    const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-'));
    try {
      writeFileSync(join(folder, 'Kustomization'), 'resources: []\n');
      const document = await vscode.workspace.openTextDocument(join(folder, 'Kustomization'));
      assert.equal(document.languageId, 'yaml');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },

  'the sample is the workspace'() {
    assert.equal(vscode.workspace.workspaceFolders?.[0]?.name, 'study-app-gitops');
  },
};
