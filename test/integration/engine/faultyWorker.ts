/** Stands in for the engine's worker: what it does with a build is what the request's directory says. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerStart } from '../../../src/clients/engine/messages.ts';

const buffers = new Map((workerData as WorkerStart).buffers);
const post = (message: FromWorker) => parentPort?.postMessage(message);
if (buffers.has('/never-ready')) process.exit(1);
post({ type: 'ready' });

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'buffer') {
    if (message.text === null) buffers.delete(message.path);
    else buffers.set(message.path, message.text);
    return;
  }
  const { id, request } = message;
  switch (request.directory) {
    case 'exit':
      return process.exit(1);
    case 'throw':
      throw new Error('a defect');
    case 'dead':
      return post({ type: 'dead', id, reason: 'RuntimeError: unreachable', used: ['app/a.yaml'] });
    case 'hang':
      for (;;);
    default:
      post({
        type: 'result',
        id,
        result: { ok: true, yaml: [...buffers.values()].join(), used: [], missing: [], copiesSecrets: false, milliseconds: 1 },
      });
      post({ type: 'idle', memoryMegabytes: request.directory === 'large' ? 500 : 100 });
  }
});
