import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { HostTests } from './harness/extensionHost.ts';

const id = 'gitops-cockpit.gitops-cockpit';

export const tests: HostTests = {
  async 'nothing is activated in a folder without kustomization files'() {
    await sleep(3000);
    assert.equal(vscode.extensions.getExtension(id)?.isActive, false);
  },

  async 'loading and activating take at most 100 ms'() {
    const started = performance.now();
    const used = process.cpuUsage();
    await vscode.extensions.getExtension(id)?.activate();
    const { user, system } = process.cpuUsage(used);
    // On a busy machine most of the time is spent waiting for other programs.
    const elapsed = Math.min(performance.now() - started, (user + system) / 1000);
    assert.ok(vscode.extensions.getExtension(id)?.isActive);
    assert.ok(elapsed <= 100, `It took ${elapsed.toFixed(0)} ms.`);
  },
};
