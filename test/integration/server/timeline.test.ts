import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancellationTokenSource } from 'vscode-languageserver-protocol';
import { bumpTargetsRequest } from '../../../src/protocol.ts';
import { committedFileRequest, timelinePart, timelineRequest } from '../../../src/protocol/timeline.ts';
import type { Timeline, TimelinePart } from '../../../src/protocol/timeline.ts';
import { writeLongHistory } from '../../support/longHistory.ts';
import { createSampleRepository } from '../../support/sampleRepository.ts';
import { ServerProcess } from '../../support/serverProcess.ts';

const folder = createSampleRepository();
const prodFile = join(folder, 'apps/prod/kustomization.yaml');
const prodText = readFileSync(prodFile, 'utf8');
let server: ServerProcess;
before(async () => {
  server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true } });
});
after(async () => await server[Symbol.asyncDispose]());

async function usageIn(environment: string): Promise<string> {
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  return targets.find((target) => target.environment === environment && target.application === 'backend')?.usage ?? '';
}

async function timeline(limit = 100, lead = false): Promise<Timeline> {
  const answer = await server.connection.sendRequest(timelineRequest, { usage: await usageIn('prod'), limit, lead });
  assert.ok('runs' in answer, JSON.stringify(answer));
  return answer;
}

test('a timeline tells who brought a tag, when, by which commit, and how long it ran', async () => {
  const { runs, end, ...about } = await timeline(100, true);
  assert.deepEqual(about, { repository: folder, application: 'backend', environment: 'prod', image: 'study-app-api' });
  assert.equal(end, 'complete');
  assert.deepEqual(
    runs.map(({ version }) => version),
    ['backend-v0.0.5', 'backend-v0.0.4', 'backend-v0.0.3', 'backend-v0.0.2'],
  );
  const [running, earlier] = runs;
  assert.equal(running?.until, undefined);
  assert.equal(running?.file, 'apps/prod/kustomization.yaml');
  assert.match(running.since?.subject ?? '', /^Merge pull request #\d+ /);
  assert.equal(running.since?.pullRequest !== undefined, true);
  // Not who merged it, but who wrote it.
  assert.notEqual(running.since?.author, 'Mira Keller');
  assert.equal(earlier?.until?.hash, running.since?.hash);
  assert.equal(earlier?.lead?.environment, 'dev');
  assert.ok(Math.abs((earlier?.lead?.milliseconds ?? 0) / 3_600_000 - 48) < 2, JSON.stringify(earlier?.lead));
});

test('as many runs as are asked for, and that there are more', async () => {
  const { runs, end } = await timeline(2);
  assert.deepEqual([runs.length, end], [2, 'more']);
});

test('what is not committed is told', async () => {
  await server.openDocument(prodFile, prodText.replace('backend-v0.0.5', 'backend-v0.0.9'));
  const { uncommitted, runs } = await timeline();
  assert.equal(uncommitted, 'backend-v0.0.9');
  assert.equal(runs[0]?.version, 'backend-v0.0.5');
  await server.closeDocument(prodFile);
});

test('both sides of the commit that brought a tag can be read, and nothing else', async () => {
  const [run] = (await timeline()).runs;
  const read = (before: boolean, commit = run?.since?.hash ?? '', path = run?.file ?? '') =>
    server.connection.sendRequest(committedFileRequest, { repository: folder, commit, path, before });
  assert.match(await read(false), /newTag: backend-v0\.0\.5/);
  assert.match(await read(true), /newTag: backend-v0\.0\.4/);
  assert.equal(await read(false, '--all'), '');
  assert.equal(await read(false, undefined, '../../../etc/passwd'), '');
  assert.equal(await read(false, undefined, 'gone.yaml'), '');
  assert.equal(
    await server.connection.sendRequest(committedFileRequest, {
      repository: '/',
      commit: 'a'.repeat(40),
      path: 'x',
      before: false,
    }),
    '',
  );
});

test('runs are told as soon as they are found, before all of them are, and reading them can be cancelled', async () => {
  const long = writeLongHistory({ commits: 10_000, applications: 20, ofFirst: 40 });
  try {
    await using own = await ServerProcess.indexed({ folders: [long], initializationOptions: { trusted: true } });
    const targets = await own.connection.sendRequest(bumpTargetsRequest);
    const { usage = '' } = targets.find((one) => one.application === 'app-0001' && one.environment === 'prod') ?? {};
    const params = { usage, limit: 1000, lead: true, partialResultToken: 'part' };
    const parts: TimelinePart[] = [];
    let first = 0;
    const start = performance.now();
    own.connection.onProgress(timelinePart, 'part', (part) => {
      first ||= performance.now() - start;
      parts.push(part);
    });
    const answer = await own.connection.sendRequest(timelineRequest, params);
    const whole = performance.now() - start;
    assert.ok('runs' in answer);
    assert.ok(
      answer.runs.length >= 40 && parts.length > 1,
      `${String(answer.runs.length)} runs in ${String(parts.length)} parts`,
    );
    const without = answer.runs.map((run) => ({ ...run, lead: undefined }));
    assert.deepEqual(
      parts.flatMap(({ runs }) => runs).map((run) => ({ ...run, lead: undefined })),
      without,
    );
    assert.ok(first < whole / 2, `the first after ${String(first)} of ${String(whole)} ms`);

    parts.length = 0;
    const source = new CancellationTokenSource();
    own.connection.onProgress(timelinePart, 'cancelled', (part) => {
      parts.push(part);
      source.cancel();
    });
    const asked = own.connection.sendRequest(timelineRequest, { ...params, partialResultToken: 'cancelled' }, source.token);
    await assert.rejects(asked, (error: { code?: number }) => error.code === -32800);
    assert.ok(parts.flatMap(({ runs }) => runs).length < 40);
  } finally {
    rmSync(long, { recursive: true });
  }
});

test('a timeline that nobody waits for is cancelled', async () => {
  const source = new CancellationTokenSource();
  const asked = server.connection.sendRequest(
    timelineRequest,
    { usage: await usageIn('prod'), limit: 100, lead: true },
    source.token,
  );
  source.cancel();
  await assert.rejects(asked, (error: { code?: number }) => error.code === -32800);
  assert.equal((await timeline()).end, 'complete');
});

test('a repository without git says so', async () => {
  writeFileSync(prodFile, prodText);
  await using untrusted = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: false } });
  assert.deepEqual(
    await untrusted.connection.sendRequest(timelineRequest, { usage: await usageIn('prod'), limit: 1, lead: false }),
    { refusal: 'Git is not asked in a folder that is not trusted. Trust the folder first.' },
  );
});
