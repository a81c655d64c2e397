import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HostTests } from './harness/extensionHost.ts';

const longestBlock = 50;
const period = 10;

/** How long the event loop was kept from its timers in one go, in milliseconds, counting only time in which this process worked. */
function watchEventLoop(): () => number {
  let longest = 0;
  let last = performance.now();
  let used = process.cpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(used);
    longest = Math.max(longest, Math.min(now - last - period, (user + system) / 1000));
    last = now;
    used = process.cpuUsage();
  }, period);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

export const tests: HostTests = {
  async 'the extension host is not blocked while a large repository is read'() {
    const stop = watchEventLoop();
    const status = await vscode.commands.executeCommand<{ images: number }>('gitopsCockpit.refresh');
    const longest = stop();
    assert.equal(status.images, 1500);
    assert.ok(longest <= longestBlock, `The event loop was blocked for ${longest.toFixed(0)} ms.`);
  },
};
