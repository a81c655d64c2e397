import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { rmSync } from 'node:fs';
import type { BuildRequest, BuildResult, KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { temporaryRepository, type TemporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

let engine: KustomizeEngine;
let repository: TemporaryRepository;
before(() => {
  engine = createTestEngine();
});
after(async () => {
  repository[Symbol.dispose]();
  await engine.dispose();
});
beforeEach(() => {
  repository?.[Symbol.dispose]();
  repository = temporaryRepository({
    'base/kustomization.yaml': 'resources: [a.yaml]\n',
    'base/a.yaml': configMap('a'),
    'app/kustomization.yaml': 'resources: [../base]\n',
    'other/kustomization.yaml': 'resources: [b.yaml]\n',
    'other/b.yaml': configMap('b'),
  });
});

const at = (path: string) => join(repository.root, path);
const request = (directory: string): BuildRequest => ({ mode: 'kustomize', root: repository.root, directory });
const flux = (directory: string): BuildRequest => ({ mode: 'flux', root: repository.root, directory, kustomization: {} });

function names(result: BuildResult): string[] {
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return [...result.yaml.matchAll(/name: (\S+)/g)].map((match) => match[1] ?? '');
}

describe('unsaved text is seen instead of the file', () => {
  test('until it is taken back', async () => {
    engine.setBuffer(at('base/a.yaml'), configMap('typed'));
    assert.deepEqual(names(await engine.build(request('app'))), ['typed']);
    engine.setBuffer(at('base/a.yaml'), null);
    assert.deepEqual(names(await engine.build(request('app'))), ['a']);
  });

  test('also of a file that is not on disk yet', async () => {
    engine.setBuffer(at('base/kustomization.yaml'), 'resources: [a.yaml, new.yaml]\n');
    engine.setBuffer(at('base/new.yaml'), configMap('new'));
    assert.deepEqual(names(await engine.build(request('app'))), ['a', 'new']);
    engine.setBuffer(at('base/kustomization.yaml'), null);
    engine.setBuffer(at('base/new.yaml'), null);
  });

  test('also where Flux lists a folder', async () => {
    rmSync(at('other/kustomization.yaml'));
    engine.setBuffer(at('other/c.yaml'), configMap('c'));
    assert.deepEqual(names(await engine.build(flux('other'))), ['b', 'c']);
    engine.setBuffer(at('other/c.yaml'), null);
    assert.deepEqual(names(await engine.build(flux('other'))), ['b']);
  });
});

describe('an overlay belongs to one request', () => {
  test('and wins over unsaved text', async () => {
    engine.setBuffer(at('base/a.yaml'), configMap('typed'));
    const overlay = { [at('base/a.yaml')]: configMap('planned') };
    assert.deepEqual(names(await engine.build({ ...request('app'), overlay })), ['planned']);
    assert.deepEqual(names(await engine.build(request('app'))), ['typed']);
    engine.setBuffer(at('base/a.yaml'), null);
  });

  test('null hides a file', async () => {
    const result = await engine.build({ ...request('app'), overlay: { [at('base/a.yaml')]: null } });
    assert.ok(!result.ok);
    assert.equal(result.error.message, '`base/kustomization.yaml` refers to `base/a.yaml`, which does not exist.');
  });
});

describe('a result is kept until something that it used changes', () => {
  test('the same request gives the same result', async () => {
    const first = await engine.build(request('app'));
    assert.equal(await engine.build(request('app')), first);
  });

  test('a change of a used file', async () => {
    await engine.build(request('app'));
    const other = await engine.build(request('other'));
    repository.write({ 'base/a.yaml': configMap('changed') });
    engine.changed([at('base/a.yaml')]);
    assert.deepEqual(names(await engine.build(request('app'))), ['changed']);
    assert.equal(await engine.build(request('other')), other);
  });

  test('a file that was missing appears', async () => {
    repository.write({ 'base/kustomization.yaml': 'resources: [a.yaml, late.yaml]\n' });
    assert.equal((await engine.build(request('app'))).ok, false);
    repository.write({ 'base/late.yaml': configMap('late') });
    engine.changed([at('base/late.yaml')]);
    assert.deepEqual(names(await engine.build(request('app'))), ['a', 'late']);
  });

  test('a file appears in a folder that was listed', async () => {
    rmSync(at('other/kustomization.yaml'));
    assert.deepEqual(names(await engine.build(flux('other'))), ['b']);
    repository.write({ 'other/c.yaml': configMap('c') });
    engine.changed([at('other/c.yaml')]);
    assert.deepEqual(names(await engine.build(flux('other'))), ['b', 'c']);
  });

  test('a folder above it changes', async () => {
    await engine.build(request('app'));
    repository.write({ 'base/a.yaml': configMap('moved') });
    engine.changed([at('base')]);
    assert.deepEqual(names(await engine.build(request('app'))), ['moved']);
  });

  test('a change while the build runs', async () => {
    const building = engine.build(request('app'));
    engine.changed([at('base/a.yaml')]);
    const result = await building;
    assert.notEqual(await engine.build(request('app')), result);
  });
});

test('the requests that use a file are known', async () => {
  await engine.build(request('app'));
  await engine.build(request('other'));
  await engine.build({ ...request('app'), overlay: {} });
  const mine = engine.rootsUsing(at('base/a.yaml')).filter(({ root }) => root === repository.root);
  assert.deepEqual(mine, [request('app')]);
});

test('used paths are those of the repository, missing ones too', async () => {
  const { used } = await engine.build(request('app'));
  for (const path of ['app/kustomization.yaml', 'app/kustomization.yml', 'base/a.yaml', 'base/kustomization.yaml']) {
    assert.ok(used.includes(path), path);
  }
  assert.ok(!used.some((path) => path.startsWith('/') || path.startsWith('other')));
});

test('spec.path is joined like Flux joins it', async () => {
  for (const directory of ['./app', '/app/', '../app', 'other/../app']) {
    assert.deepEqual(names(await engine.build(flux(directory))), ['a'], directory);
  }
});
