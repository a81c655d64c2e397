/** The main thread's side of the worker, with workers that fail in every way. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngineWorker, type EngineWorker } from '../../../src/clients/engine/engineWorker.ts';
import type { BuildRequest } from '../../../src/clients/engine/messages.ts';

const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

function createWorker(timeoutMilliseconds = 300) {
  let loads = 0;
  const worker = createEngineWorker({
    workerUrl: new URL('./faultyWorker.ts', import.meta.url),
    loadModule: () => {
      loads++;
      return WebAssembly.compile(emptyModule);
    },
    timeoutMilliseconds,
  });
  return { worker, loads: () => loads };
}

const request = (directory: string): BuildRequest => ({ mode: 'kustomize', root: '/repository', directory });

let worker: EngineWorker;
let loads: () => number;
before(() => {
  ({ worker, loads } = createWorker());
});
after(() => worker.dispose());

describe('a worker that fails is replaced, and its build is a result', () => {
  for (const [directory, cause] of [
    ['exit', /the worker ended/],
    ['throw', /a defect/],
    ['dead', /unreachable/],
  ] as const) {
    test(directory, async () => {
      worker.setBuffer('/repository/a.yaml', 'unsaved');
      const result = await worker.build(request(directory));
      assert.ok(!result.ok);
      assert.equal(result.error.stage, 'crash');
      assert.match(result.error.cause, cause);
      assert.equal(
        result.error.message,
        `\`${directory}\` is too large or too deeply nested to render. The preview of everything else goes on.`,
      );
      const next = await worker.build(request('good'));
      assert.ok(next.ok);
      assert.equal(next.yaml, 'unsaved', 'the new worker does not have the unsaved text');
    });
  }

  test('the build that died says what it used', async () => {
    assert.deepEqual((await worker.build(request('dead'))).used, ['app/a.yaml']);
  });

  test('a worker that hangs is stopped', async () => {
    const result = await worker.build(request('hang'));
    assert.ok(!result.ok);
    assert.equal(result.error.stage, 'time-out');
    assert.ok((await worker.build(request('good'))).ok);
  });

  test('a worker that has grown too large is replaced when it is idle', async () => {
    assert.ok((await worker.build(request('large'))).ok);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok((await worker.build(request('good'))).ok);
  });

  test('the module is loaded once for all of them', () => assert.equal(loads(), 1));
});

test('builds that wait behind one that crashes are answered', async () => {
  const results = await Promise.all(
    ['good', 'exit', 'good', 'dead', 'good'].map((directory) => worker.build(request(directory))),
  );
  assert.deepEqual(
    results.map(({ ok }) => ok),
    [true, false, true, false, true],
  );
});

test('when no worker can be started, builds are refused with the reason, and can be tried again', async () => {
  const { worker: broken } = createWorker();
  broken.setBuffer('/never-ready', '');
  await assert.rejects(broken.build(request('good')), /ended before it was ready/);
  broken.setBuffer('/never-ready', null);
  assert.ok((await broken.build(request('good'))).ok);
  await broken.dispose();
});

test('when the engine cannot be loaded, builds are refused with the reason', async () => {
  const worker = createEngineWorker({
    workerUrl: new URL('./faultyWorker.ts', import.meta.url),
    loadModule: () => Promise.reject(new Error('no such file')),
    timeoutMilliseconds: 300,
  });
  await assert.rejects(worker.build(request('good')), /no such file/);
  await worker.dispose();
});
