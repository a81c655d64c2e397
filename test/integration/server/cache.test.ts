import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { test } from 'node:test';
import { findRepositories } from '../../../src/clients/files.ts';
import { readIndexCache } from '../../../src/clients/indexCache.ts';
import { encodeRoots } from '../../../src/core/repository/rootsCodec.ts';
import { openRepositories } from '../../../src/workflows/openRepository.ts';
import { detailsRequest } from '../../../src/protocol.ts';
import { createSampleRepository, sampleRemote } from '../../support/sampleRepository.ts';
import { ServerProcess } from '../../support/serverProcess.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

/** Everything that a client can see of the images. */
async function everything(server: ServerProcess): Promise<unknown> {
  const trees = [await server.tree(), await server.tree({ groupBy: 'environment' }), await server.tree({ filter: 'differs' })];
  const [first] = await server.children();
  const rows = await server.children({ parent: first?.id });
  const details = await Promise.all(
    rows.flatMap(({ usage }) => (usage === undefined ? [] : [server.connection.sendRequest(detailsRequest, { usage })])),
  );
  return { trees, rows, details, status: await server.status() };
}

async function opened(folder: string, storagePath: string): Promise<unknown> {
  await using server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { storagePath } });
  const seen = await everything(server);
  // The cache is written a moment after the index is there.
  await wait(600);
  assert.deepEqual(await everything(server), seen);
  return seen;
}

test('a second opening from the cache shows what a cold index shows, and a changed or damaged cache is passed over', async () => {
  const folder = createSampleRepository();
  using storage = temporaryRepository({});
  await wait(1200); // younger files are not trusted to keep their time stamps
  const cold = await opened(folder, storage.root);
  const [name = ''] = readdirSync(storage.root);
  assert.match(name, /^index-[0-9a-f]{16}\.json$/);
  if (process.platform !== 'win32') assert.equal(statSync(join(storage.root, name)).mode & 0o077, 0, 'others cannot read it');

  const [listing] = await findRepositories(folder);
  assert.ok(listing);
  const cached = await readIndexCache(storage.root, listing, [sampleRemote]);
  const [direct] = await openRepositories(folder);
  assert.ok(cached && direct);
  assert.deepEqual(encodeRoots(cached.roots), encodeRoots(direct.repository.roots));
  assert.ok(cached.placement !== undefined);
  assert.deepEqual(await opened(folder, storage.root), cold);

  assert.equal(await readIndexCache(storage.root, listing, []), undefined, 'another remote is another repository');
  const text = readFileSync(join(storage.root, name), 'utf8');
  writeFileSync(join(storage.root, name), text.replace('backend-v0.0.6', 'backend-v9.9.9'));
  assert.equal(await readIndexCache(storage.root, listing, [sampleRemote]), undefined);
  assert.deepEqual(await opened(folder, storage.root), cold);

  const file = join(folder, 'apps/prod/kustomization.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('backend-v0.0.5', 'backend-v0.0.6'));
  await using server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { storagePath: storage.root } });
  assert.ok((await server.tree()).includes('  prod: backend-v0.0.6'));
});
