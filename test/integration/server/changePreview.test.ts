import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { previewChangeRequest, rootsRequest } from '../../../src/protocol.ts';
import { createSampleRepository, git } from '../../support/sampleRepository.ts';
import { ServerProcess } from '../../support/serverProcess.ts';

const folder = createSampleRepository();
const file = join(folder, 'apps/prod/kustomization.yaml');
const text = readFileSync(file, 'utf8');
const withSecret = text.replace('resources:\n', 'resources:\n  - secret.yaml\n');
const secret = join(folder, 'apps/prod/secret.yaml');
const secretText = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter22}\n';

async function change(server: ServerProcess) {
  const roots = await server.connection.sendRequest(rootsRequest, { uri: null });
  const root = roots.find(({ label }) => label === 'apps/prod')?.root ?? '';
  return await server.connection.sendRequest(previewChangeRequest, { root, baseline: 'HEAD', reveal: false });
}

test('a change of a root that does not build has no sides that differ, and says why', async () => {
  await using server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true } });
  await server.openDocument(file, withSecret);
  const broken = await change(server);
  assert.equal(broken.failure, '`apps/prod/kustomization.yaml` refers to `apps/prod/secret.yaml`, which does not exist.');
  assert.equal(broken.before, broken.after);
  assert.deepEqual(broken.images, []);

  writeFileSync(file, withSecret);
  git(folder, ['commit', '--quiet', '--all', '--message', 'broken']);
  await server.editDocument(file, text);
  const mended = await change(server);
  assert.equal(
    mended.failure,
    'Before the change: `apps/prod/kustomization.yaml` refers to `apps/prod/secret.yaml`, which does not exist.',
  );
  assert.equal(mended.before, mended.after);
  assert.match(mended.after, /kind: Deployment/);
});

test('a change of a hidden value is told', async () => {
  writeFileSync(file, withSecret);
  writeFileSync(secret, secretText);
  git(folder, ['add', '--all']);
  git(folder, ['commit', '--quiet', '--message', 'secret']);
  await using server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true } });
  const same = await change(server);
  assert.equal(same.before, same.after);
  await server.openDocument(secret, secretText.replace('hunter22', 'hunter33'));
  const other = await change(server);
  assert.equal(other.after, `# Values of Secrets change.\n${other.before}`);
  assert.doesNotMatch(other.after, /hunter/);
});
