import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BuildRequest, BuildResult } from '../../../src/clients/engine/messages.ts';
import { createResultCache } from '../../../src/clients/engine/resultCache.ts';

const request = (directory: string): BuildRequest => ({ mode: 'kustomize', root: '/repo', directory });
const using = (...used: string[]): BuildResult => ({
  ok: true,
  yaml: '',
  used,
  missing: [],
  copiesSecrets: false,
  milliseconds: 1,
});

async function cacheWith(result: BuildResult) {
  const cache = createResultCache();
  await cache.keep(request('app'), () => Promise.resolve(result));
  return cache;
}

describe('a result is dropped', () => {
  const cases: [used: string, changed: string, dropped: boolean][] = [
    ['app/a.yaml', '/repo/app/a.yaml', true],
    ['app/a.yaml', '/repo/app/b.yaml', false],
    ['app/a.yaml', '/repo/app', true],
    ['app/a.yaml', '/repo', true],
    ['app/a.yaml', '/', true],
    ['app/a.yaml', '/repo/ap', false],
    ['app/a.yaml', '/work2/app/a.yaml', false],
    ['app/a.yaml', '/repo/app/a.yaml/x', false],
    ['app/', '/repo/app/new.yaml', true],
    ['app/', '/repo/app/deeper/new.yaml', false],
    ['/', '/repo/new.yaml', true],
  ];
  for (const [used, changed, dropped] of cases) {
    test(`${dropped ? 'when' : 'not when'} it used ${used} and ${changed} changes`, async () => {
      const cache = await cacheWith(using(used));
      cache.changed([changed]);
      assert.equal(cache.get(request('app')) === undefined, dropped);
      assert.deepEqual(cache.requestsUsing(changed), dropped ? [request('app')] : []);
    });
  }

  test('by any change when the build was stopped and cannot say what it used', async () => {
    const error = { stage: 'time-out', message: '', cause: '' } as const;
    const cache = await cacheWith({ ok: false, error, used: [], milliseconds: 1 });
    assert.notEqual(cache.get(request('app')), undefined);
    cache.changed(['/repo/anything']);
    assert.equal(cache.get(request('app')), undefined);
  });

  test('when what it used changed while it was built', async () => {
    const cache = createResultCache();
    await cache.keep(request('app'), () => {
      cache.changed(['/repo/app/a.yaml']);
      return Promise.resolve(using('app/a.yaml'));
    });
    assert.equal(cache.get(request('app')), undefined);
  });

  test('when 200 others came after it', async () => {
    const cache = await cacheWith(using());
    for (let i = 0; i < 200; i++) await cache.keep(request(`other/${i}`), () => Promise.resolve(using()));
    assert.equal(cache.get(request('app')), undefined);
    assert.notEqual(cache.get(request('other/0')), undefined);
  });
});

test('a build that throws leaves nothing behind', async () => {
  const cache = createResultCache();
  await assert.rejects(cache.keep(request('app'), () => Promise.reject(new Error('aborted'))));
  assert.equal(cache.get(request('app')), undefined);
  assert.deepEqual(cache.requestsUsing('/repo/app'), []);
});

test('requests with another overlay have another result, and are not among those that use a file', async () => {
  const cache = await cacheWith(using('app/a.yaml'));
  const planned = { ...request('app'), overlay: { '/repo/app/a.yaml': 'x' } };
  assert.equal(cache.get(planned), undefined);
  await cache.keep(planned, () => Promise.resolve(using('app/a.yaml')));
  assert.deepEqual(cache.requestsUsing('/repo/app/a.yaml'), [request('app')]);
});
