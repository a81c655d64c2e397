// Proposes a change in a process of its own that ends itself, as by kill -9, at the given step: node proposeUntil.ts FOLDER STEP
import type { Run } from '../../src/clients/gitCommand.ts';
import { propose, pushed } from './proposals.ts';

const [, , folder = '', last = ''] = process.argv;
let step = 0;
const run: Run = {
  log: (line) => {
    if (!line.startsWith('git ')) return;
    if (step === Number(last)) process.kill(process.pid, 'SIGKILL');
    step += 1;
  },
};
pushed(await propose(folder, 'backend-v0.0.6', {}, run));
process.stdout.write(`${String(step)}\n`);
