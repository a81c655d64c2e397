import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareControlPlane } from '../../support/cluster/controlPlane.ts';

it('programs of the control plane end when the test run is killed', async () => {
  const { programs } = await prepareControlPlane();
  // A runner that has started one, and is killed.
  const script = `
    const child = require('child_process').spawn(${JSON.stringify(join(programs, 'guard'))}, ['sh', '-c', 'echo $$; exec sleep 60'], { stdio: ['pipe', 'inherit', 'inherit'] });
    setInterval(() => child, 1000);`;
  const runner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(runner.stdout, 'data')) as [Buffer];
  const pid = line.toString().trim();
  const isRunning = () => (process.platform === 'linux' ? existsSync(`/proc/${pid}`) : process.kill(Number(pid), 0));
  assert.ok(isRunning());
  runner.kill('SIGKILL');
  for (let tries = 0; tries < 100 && isRunning(); tries += 1) await sleep(50);
  assert.ok(!isRunning());
});
