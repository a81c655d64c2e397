import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BuildRequest, KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { temporaryRepository, type TemporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const aliasBomb = () => {
  const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const lines = letters.map(
    (letter, i) =>
      `  ${letter}: &${letter} [${Array(9)
        .fill(i === 0 ? 'lol' : `*${letters[i - 1]}`)
        .join(', ')}]`,
  );
  return `${configMap('bomb')}x:\n${lines.join('\n')}\n`;
};

let repository: TemporaryRepository;
let engine: KustomizeEngine;
before(() => {
  repository = temporaryRepository({
    'good/kustomization.yaml': 'resources: [a.yaml]\n',
    'good/a.yaml': configMap('a'),
    'bomb/kustomization.yaml': 'resources: [a.yaml]\n',
    'bomb/a.yaml': aliasBomb(),
  });
  engine = createTestEngine({ timeoutMilliseconds: 2000 });
});
after(async () => {
  await engine.dispose();
  repository[Symbol.dispose]();
});

const request = (directory: string): BuildRequest => ({ mode: 'kustomize', root: repository.root, directory });

async function assertStillBuilds(): Promise<void> {
  engine.changed([join(repository.root, 'good/a.yaml')]);
  const result = await engine.build(request('good'));
  assert.ok(result.ok);
  assert.equal(result.yaml, configMap('a'));
}

describe('a build that does not end well leaves the engine usable', () => {
  test('a YAML alias bomb is stopped after the time-out', async () => {
    const result = await engine.build(request('bomb'));
    assert.ok(!result.ok);
    assert.equal(result.error.stage, 'time-out');
    assert.equal(
      result.error.message,
      '`bomb` was not rendered after 2 s, in which 2 files (2 KB) were read. That is little for so long: look for YAML aliases that multiply.',
    );
    await assertStillBuilds();
  });
});

describe('cancellation', () => {
  test('a request that waits is dropped', async () => {
    engine.changed([repository.root]);
    const controller = new AbortController();
    const running = engine.build(request('bomb'));
    const waiting = engine.build(request('good'), { signal: controller.signal });
    controller.abort(new Error('no longer wanted'));
    await assert.rejects(waiting, /no longer wanted/);
    assert.equal((await running).ok, false);
  });

  test('a request that runs is given up at once, and the next one does not wait for its time-out', async () => {
    const patient = createTestEngine({ timeoutMilliseconds: 60_000 });
    await patient.start();
    const controller = new AbortController();
    const running = patient.build(request('bomb'), { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    const aborted = performance.now();
    await assert.rejects(running, { name: 'AbortError' });
    assert.ok(performance.now() - aborted < 1000);
    const result = await patient.build(request('good'));
    assert.ok(result.ok);
    assert.ok(performance.now() - aborted < 15_000);
    await patient.dispose();
  });

  test('a request whose signal is already aborted is not started', async () => {
    await assert.rejects(engine.build(request('good'), { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  test('an engine that is closed refuses with a reason', async () => {
    const closed = createTestEngine();
    const waiting = closed.build(request('good'));
    await closed.dispose();
    await assert.rejects(waiting, /closed/);
    await assert.rejects(closed.build(request('good')), /closed/);
  });
});

test('many requests at once are all answered', async () => {
  const directories = Array.from({ length: 30 }, (_, i) => `many/${i}`);
  repository.write(
    Object.fromEntries(
      directories.flatMap((directory, i) => [
        [`${directory}/kustomization.yaml`, 'resources: [a.yaml]\n'],
        [`${directory}/a.yaml`, configMap(`n${i}`)],
      ]),
    ),
  );
  const results = await Promise.all(directories.map((directory) => engine.build(request(directory))));
  assert.deepEqual(
    results.map((result) => result.ok && result.yaml),
    directories.map((_, i) => configMap(`n${i}`)),
  );
});
