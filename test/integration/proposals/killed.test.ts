import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../support/paths.ts';
import { startLocalRemote, userState } from '../../support/localRemote.ts';
import { branch, propose, pushed, tagOf } from '../../support/proposals.ts';

/** Ends at a step; the output, or undefined where it was killed. */
function proposeUntil(folder: string, step: number): Promise<{ readonly steps: number | undefined; readonly pid: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(projectRoot, 'test/support/proposeUntil.ts'), folder, String(step)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (_, signal) => resolve({ steps: signal === 'SIGKILL' ? undefined : Number(output), pid: child.pid ?? 0 }));
  });
}

/** What a killed process had started ends a moment later. */
async function untilEnded(words: string): Promise<void> {
  while (spawnSync('pgrep', ['-f', words]).status === 0) await sleep(50);
}

test('a process that is killed between any two steps changes nothing of the user, and running again completes', async () => {
  await using remote = await startLocalRemote();
  const folder = await remote.clone('clone');
  appendFileSync(join(folder, 'README.md'), 'stashed\n');
  remote.git(folder, 'stash', '--quiet');
  appendFileSync(join(folder, 'apps/prod/kustomization.yaml'), '# mine\n');
  writeFileSync(join(folder, 'staged.txt'), 'staged\n');
  remote.git(folder, 'add', 'staged.txt');
  const before = userState(folder);

  for (let step = 0; ; step++) {
    remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${branch}`);
    const { steps, pid } = await proposeUntil(folder, step);
    await untilEnded(`gitops-cockpit-${String(pid)}-`);
    assert.deepEqual(userState(folder), before, `after step ${String(step)}`);
    const done = pushed(await propose(folder, 'backend-v0.0.6'));
    assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.6');
    assert.equal(remote.git(remote.bare, 'rev-list', '--count', `main..${branch}`), '1');
    assert.equal(remote.git(remote.bare, 'rev-parse', branch), done.commit);
    assert.deepEqual(userState(folder), before, `again after step ${String(step)}`);
    assert.equal(remote.git(folder, 'worktree', 'list').split('\n').length, 1, `leftover of step ${String(step)}`);
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith(`gitops-cockpit-${String(pid)}-`)),
      [],
    );
    if (steps === undefined) continue;
    assert.ok(step >= 15 && steps === step, `${String(steps)} steps`);
    return;
  }
});
