import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bumpTargetsRequest } from '../../../src/protocol.ts';
import { ServerProcess } from '../../support/serverProcess.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

const deployment = (name: string, image: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n      containers:\n        - name: ${name}\n          image: ${image}\n`;
const overlay = (tag: string) => `resources:\n  - ../../base\nimages:\n  - name: ghcr.io/acme/backend\n    newTag: ${tag}\n`;

const files = {
  'apps/base/kustomization.yaml': 'resources:\n  - deployment.yaml\n',
  'apps/base/deployment.yaml': deployment('backend', 'ghcr.io/acme/backend'),
  'apps/overlays/dev/kustomization.yaml': overlay('v1.0.2'),
  'apps/overlays/prod/kustomization.yaml': overlay('v1.0.1'),
};
const rows = ['backend: prod behind dev', '  dev: v1.0.2', '  prod: v1.0.1   1 patch behind dev'];

test('an unsaved edit changes the rows, and closing the document brings the saved ones back', async () => {
  using repository = temporaryRepository(files);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const file = join(repository.root, 'apps/overlays/prod/kustomization.yaml');
  assert.deepEqual(await server.tree(), rows);
  await server.openDocument(file, overlay('v1.0.1'));
  const start = { line: 4, character: 12 };
  await server.editDocument(file, 'v1.0.2', { start, end: { line: 4, character: 18 } });
  assert.deepEqual(await server.tree(), ['backend', '  dev: v1.0.2', '  prod: v1.0.2']);
  const before = server.changes;
  await server.closeDocument(file);
  assert.deepEqual(await server.tree(), rows);
  assert.ok(server.changes > before);
  assert.equal(await server.stop(), 0);
});

test('edits that come close together make one new snapshot', async () => {
  using repository = temporaryRepository(files);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const file = join(repository.root, 'apps/overlays/prod/kustomization.yaml');
  await server.openDocument(file, overlay('v1.0.1'));
  await server.status();
  const before = server.changes;
  for (let patch = 2; patch < 12; patch++) await server.editDocument(file, overlay(`v1.0.${String(patch)}`));
  await server.until(() => server.changes > before);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(server.changes - before <= 2, `${String(server.changes - before)} notifications`);
  assert.equal((await server.tree()).at(-1), '  prod: v1.0.11   9 patches ahead of dev');
});

test('broken YAML in one file leaves the rows of all others', async () => {
  using repository = temporaryRepository(files);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const file = join(repository.root, 'apps/overlays/prod/kustomization.yaml');
  await server.openDocument(file, `${overlay('v1.0.1')}  broken: [`);
  const tree = await server.tree();
  assert.ok(
    tree.some((line) => line.includes('v1.0.2')),
    tree.join('\n'),
  );
  assert.match(tree.join('\n'), /does not build: apps\/overlays\/prod\/kustomization.yaml is not valid YAML/);
  assert.equal((await server.status()).errors, 1);
});

test('files and folders that change on disk are read again', async () => {
  using repository = temporaryRepository(files);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  repository.write({ 'apps/overlays/test/kustomization.yaml': overlay('v1.0.3') });
  await server.filesChanged(join(repository.root, 'apps/overlays/test'));
  await server.until(({ emptiness, images }) => emptiness === undefined && images === 3);
  rmSync(join(repository.root, 'apps/overlays/test'), { recursive: true });
  await server.filesChanged(join(repository.root, 'apps/overlays/test'));
  await server.until(({ images }) => images === 2);
  repository.write({ 'apps/overlays/prod/kustomization.yaml': overlay('v1.0.2') });
  await server.filesChanged(join(repository.root, 'apps/overlays/prod/kustomization.yaml'));
  assert.deepEqual(await server.tree(), ['backend', '  dev: v1.0.2', '  prod: v1.0.2']);
});

test('two workspace folders, one of them with two repositories, are three repositories', async () => {
  using one = temporaryRepository(files);
  using two = temporaryRepository(
    Object.fromEntries(['a', 'b'].flatMap((name) => Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]))),
  );
  for (const name of ['a', 'b']) mkdirSync(join(two.root, name, '.git'));
  await using server = await ServerProcess.indexed({ folders: [one.root, two.root] });
  const top = await server.children();
  assert.deepEqual([...new Set(top.map(({ kind }) => kind))], ['repository']);
  assert.equal(top.length, 3);
  assert.deepEqual(await server.tree({ parent: top[1]?.id }), rows);
  assert.deepEqual(
    top.slice(1).map(({ label }) => label),
    ['a', 'b'],
  );
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  assert.deepEqual(
    targets
      .filter(({ environment }) => environment === 'prod')
      .map(({ repository }) => repository)
      .slice(1),
    ['a', 'b'],
  );
  assert.equal(
    new Set((await Promise.all(top.map(({ id }) => server.children({ parent: id })))).flat().map(({ id }) => id)).size,
    3,
  );
});

test('every cause for an empty view has its own name', async () => {
  await using none = await ServerProcess.indexed({ folders: [] });
  assert.equal((await none.status()).emptiness, 'no-folder');
  using notes = temporaryRepository({ 'README.md': '# notes\n', 'values.yaml': 'a: 1\n' });
  await using nothing = await ServerProcess.indexed({ folders: [notes.root] });
  assert.equal((await nothing.status()).emptiness, 'no-kustomization');
  using bare = temporaryRepository({
    'kustomization.yaml': 'resources:\n  - namespace.yaml\n',
    'namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n',
  });
  await using imageless = await ServerProcess.indexed({ folders: [bare.root] });
  assert.equal((await imageless.status()).emptiness, 'no-images');
});

test('links in a circle, binary files and a file of 50 MB do not stop the rest', async () => {
  using repository = temporaryRepository({ ...files, 'apps/binary.yaml': new Uint8Array([0x61, 0, 0xff, 0xfe]) });
  symlinkSync('..', join(repository.root, 'apps/loop'));
  symlinkSync('apps', join(repository.root, 'again'));
  symlinkSync('missing', join(repository.root, 'apps/broken.yaml'));
  writeFileSync(join(repository.root, 'apps/large.yaml'), 'a: b\n');
  truncateSync(join(repository.root, 'apps/large.yaml'), 50_000_000);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  assert.deepEqual(await server.tree(), rows);
  const { notices } = await server.status();
  assert.deepEqual(notices, ['apps/large.yaml has 50 MB and is not read: files of more than 20 MB are left out.']);
});

test('a link that a kustomization names is followed, and its images count once', async () => {
  using repository = temporaryRepository({
    ...files,
    'apps/overlays/prod/kustomization.yaml': overlay('v1.0.1').replace('../../base', '../../link'),
  });
  symlinkSync('base', join(repository.root, 'apps/link'));
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  assert.deepEqual(await server.tree(), rows);
  assert.equal((await server.status()).images, 2);
});

test('bases in a circle are a failure of their roots alone', async () => {
  using repository = temporaryRepository({
    ...files,
    'circle/a/kustomization.yaml': 'resources:\n  - ../b\n',
    'circle/b/kustomization.yaml': 'resources:\n  - ../a\n',
    'circle/top/kustomization.yaml': 'resources:\n  - ../a\n',
  });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const tree = await server.tree();
  assert.deepEqual(tree.slice(0, 3), rows);
  assert.match(tree.slice(3).join('\n'), /cycle detected/);
});

test('CRLF, a byte order mark and a missing final newline lead to the right place', async () => {
  const text = `\uFEFF${overlay('v1.0.1').replaceAll('\n', '\r\n')}`.trimEnd();
  using repository = temporaryRepository({ ...files, 'apps/overlays/prod/kustomization.yaml': text });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const [application] = await server.children();
  const prod = (await server.children({ parent: application?.id })).find(({ label }) => label === 'prod');
  assert.deepEqual(prod?.location?.range, { start: { line: 4, character: 12 }, end: { line: 4, character: 18 } });
});

test('settings of the repository name environments, and those of the editor win', async () => {
  using repository = temporaryRepository({
    ...files,
    '.gitops-cockpit.yaml': 'environments:\n  names:\n    apps/overlays/dev: sandbox\n  order: [sandbox, prod]\n',
  });
  await using shared = await ServerProcess.indexed({ folders: [repository.root] });
  assert.deepEqual((await shared.tree()).slice(1), ['  sandbox: v1.0.2', '  prod: v1.0.1   1 patch behind sandbox']);
  const settings = {
    environments: { order: [], names: { 'apps/overlays/dev': 'lab' } },
    applications: { names: {} },
    preview: { maskSecrets: true },
    exclude: [],
  };
  await shared.connection.sendNotification('workspace/didChangeConfiguration', { settings });
  assert.ok((await shared.tree()).some((line) => line.startsWith('  lab: v1.0.2')));
  await shared.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { ...settings, exclude: ['apps/overlays/dev'] },
  });
  await shared.until(({ emptiness, images }) => emptiness === undefined && images === 1);
});
