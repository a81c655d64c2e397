import assert from 'node:assert/strict';
import { chmodSync, chownSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceFiles } from '../../../src/clients/writeFiles.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

const isAdministrator = process.geteuid?.() === 0;

/** Does something as somebody who may not do everything. */
function asNobody<T>(action: () => T): T {
  if (!isAdministrator) return action();
  process.seteuid?.(65534);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
}

const change = (path: string) => ({ path, before: 'a: 1\n', after: 'a: 2\n' });

test('files that changed meanwhile are not written, none of them', () => {
  using repository = temporaryRepository({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 2\n' });
  const [a, b] = [join(repository.root, 'a.yaml'), join(repository.root, 'b.yaml')];
  assert.deepEqual(replaceFiles([change(a), change(b)]), { path: b, reason: 'changed' });
  assert.equal(readFileSync(a, 'utf8'), 'a: 1\n');
  assert.deepEqual(readdirSync(repository.root), ['a.yaml', 'b.yaml']);
});

test('owner and mode stay, whatever new files get', () => {
  using repository = temporaryRepository({ 'a.yaml': 'a: 1\n' });
  const file = join(repository.root, 'a.yaml');
  chmodSync(file, 0o664);
  if (isAdministrator) chownSync(file, 12345, 12345);
  const before = statSync(file);
  const mask = process.umask(0o077);
  try {
    assert.equal(replaceFiles([change(file)]), undefined);
  } finally {
    process.umask(mask);
  }
  const after = statSync(file);
  assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
  assert.equal(readFileSync(file, 'utf8'), 'a: 2\n');
});

test('a file of somebody else that may be written keeps its owner', () => {
  using repository = temporaryRepository({ 'a.yaml': 'a: 1\n' });
  const file = join(repository.root, 'a.yaml');
  chmodSync(repository.root, 0o777);
  chmodSync(file, 0o666);
  const before = statSync(file);
  assert.equal(
    asNobody(() => replaceFiles([change(file)])),
    undefined,
  );
  const after = statSync(file);
  assert.deepEqual([after.uid, after.mode], [before.uid, before.mode]);
  assert.equal(readFileSync(file, 'utf8'), 'a: 2\n');
});

test('links lead to the new text', () => {
  using repository = temporaryRepository({ 'a.yaml': 'a: 1\n' });
  const [file, hard, soft] = ['a.yaml', 'hard.yaml', 'soft.yaml'].map((name) => join(repository.root, name)) as [
    string,
    string,
    string,
  ];
  linkSync(file, hard);
  symlinkSync('a.yaml', soft);
  assert.equal(replaceFiles([change(soft)]), undefined);
  for (const path of [file, hard, soft]) assert.equal(readFileSync(path, 'utf8'), 'a: 2\n');
  assert.deepEqual(readdirSync(repository.root), ['a.yaml', 'hard.yaml', 'soft.yaml']);
});

test('a read-only file is not written, and no other one with it', () => {
  using repository = temporaryRepository({ 'a.yaml': 'a: 1\n', 'b.yaml': 'a: 1\n' });
  const [a, b] = [join(repository.root, 'a.yaml'), join(repository.root, 'b.yaml')];
  chmodSync(b, 0o444);
  assert.deepEqual(replaceFiles([change(a), change(b)]), { path: b, reason: 'read-only' });
  assert.equal(readFileSync(a, 'utf8'), 'a: 1\n');
});

test('a folder that takes no new file is named', () => {
  using repository = temporaryRepository({});
  const folder = join(repository.root, 'apps');
  mkdirSync(folder);
  repository.write({ 'apps/a.yaml': 'a: 1\n' });
  chmodSync(repository.root, 0o755);
  chmodSync(join(folder, 'a.yaml'), 0o666);
  chmodSync(folder, 0o555);
  const path = join(folder, 'a.yaml');
  assert.deepEqual(
    asNobody(() => replaceFiles([change(path)])),
    { path, reason: 'folder-read-only' },
  );
  chmodSync(folder, 0o755);
});
