/** Artefacts that an ArtifactGenerator composes; rules of docs/spec/v1beta1/artifactgenerators.md in fluxcd/source-watcher. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ArtefactCopy, BuildResult, ComposedArtefact, KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { temporaryRepository, type TemporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

let engine: KustomizeEngine;
let repository: TemporaryRepository;
before(() => {
  engine = createTestEngine();
  repository = temporaryRepository({
    'apps/base/kustomization.yaml': 'resources: [a.yaml]\n',
    'apps/base/a.yaml': configMap('a'),
    'apps/base/notes.md': 'no',
    'apps/base/deep/b.yaml': configMap('b'),
    'apps/staging/kustomization.yaml': 'resources: [../base]\nnamespace: staging\n',
    'extra/values.yaml': 'image: {name: web, tag: v1}\nlist: [1]\n',
    'extra/override.yaml': 'image: {tag: v2}\nlist: [2, 3]\n',
    '.sourceignore': 'ignored/\n',
    'ignored/x.yaml': configMap('x'),
  });
});
after(async () => {
  repository[Symbol.dispose]();
  await engine.dispose();
});

const sources = { monorepo: { directory: '' } };

function build(
  copies: readonly ArtefactCopy[],
  directory: string,
  from: ComposedArtefact['sources'] = sources,
): Promise<BuildResult> {
  return engine.build({
    mode: 'flux',
    root: repository.root,
    directory,
    kustomization: {},
    composed: { sources: from, copies },
  });
}

async function names(copies: readonly ArtefactCopy[], directory: string): Promise<string[]> {
  const result = await build(copies, directory);
  assert.ok(result.ok, result.ok ? '' : result.error.cause);
  return [...result.yaml.matchAll(/^ {2}name: (\S+)/gm)].map((match) => match[1] ?? '');
}

describe('a composed artefact', () => {
  test('has folders at their new places', async () => {
    const copies = [
      { from: '@monorepo/apps/base/**', to: '@artifact/base/' },
      { from: '@monorepo/apps/staging/**', to: '@artifact/staging/' },
    ];
    assert.deepEqual(await names(copies, 'staging'), ['a']);
  });

  test('puts a folder into the destination, and the contents of folder/** at it', async () => {
    assert.deepEqual(await names([{ from: '@monorepo/apps/base', to: '@artifact/here/' }], 'here/base'), ['a']);
    assert.deepEqual(await names([{ from: '@monorepo/apps/base/**', to: '@artifact/here/' }], 'here'), ['a']);
  });

  test('keeps the whole path for other patterns', async () => {
    assert.deepEqual(await names([{ from: '@monorepo/apps/b*/a.yaml', to: '@artifact/' }], 'apps/base'), ['a']);
  });

  test('gives a file the destination’s name, unless that is a folder', async () => {
    const file = '@monorepo/apps/base/a.yaml';
    assert.deepEqual(await names([{ from: file, to: '@artifact/x/renamed.yaml' }], 'x'), ['a']);
    assert.deepEqual(await names([{ from: file, to: '@artifact/x/' }], 'x'), ['a']);
  });

  test('leaves out what is excluded, and what the source’s own artefact does not have', async () => {
    const all = (exclude: string[]) => [
      { from: '@monorepo/**', to: '@artifact/', exclude: [...exclude, 'extra', '*.md', 'kustomization.yaml'] },
    ];
    assert.deepEqual(await names(all([]), ''), ['a', 'b']);
    assert.deepEqual(await names(all(['**/deep/**']), ''), ['a']);
    assert.deepEqual(await names(all(['a.yaml']), ''), ['b']);
  });

  test('merges YAML where the strategy says so', async () => {
    const generate = 'configMapGenerator: [{name: merged, files: [values.yaml]}]\n';
    repository.write({ 'extra/kustomization.yaml': generate });
    const result = await build(
      [
        { from: '@monorepo/extra/**', to: '@artifact/' },
        { from: '@monorepo/extra/override.yaml', to: '@artifact/values.yaml', strategy: 'Merge' },
      ],
      '',
    );
    assert.ok(result.ok);
    assert.match(result.yaml, /image:\n {6}name: web\n {6}tag: v2\n {4}list:\n {4}- 2\n {4}- 3\n/);
  });
});

describe('when a composed artefact cannot be built', () => {
  test('errors name files of the repository', async () => {
    repository.write({ 'broken/kustomization.yaml': 'resources: [a.yaml]\n', 'broken/a.yaml': 'a: b: c\n' });
    const result = await build([{ from: '@monorepo/broken/**', to: '@artifact/new/' }], 'new');
    assert.ok(!result.ok);
    assert.equal(result.error.file, 'broken/a.yaml');
    assert.equal(result.error.message, '`broken/a.yaml` is not valid YAML: mapping values are not allowed in this context.');
  });

  for (const [copy, cause] of [
    [{ from: '@monorepo/nope', to: '@artifact/' }, "source 'nope' does not exist"],
    [{ from: '@monorepo/nope/*', to: '@artifact/' }, "no files match pattern 'nope/*' in source 'monorepo'"],
    [{ from: '@other/x', to: '@artifact/' }, "source alias 'other' not found"],
    [{ from: '@monorepo/apps', to: '@artifact/../../x' }, "'@artifact/../../x' leads out of the artifact"],
    [{ from: '@monorepo/extra/values.yaml', to: '@artifact/', strategy: 'Extract' }, 'the preview does not extract archives'],
  ] as const) {
    test(cause, async () => {
      const result = await build([copy], '');
      assert.ok(!result.ok);
      assert.equal(result.error.stage, 'compose');
      assert.ok(result.error.message.endsWith(`${cause}.`), result.error.message);
    });
  }
});

test('changes of the copied files are noticed', async () => {
  const copies = [{ from: '@monorepo/apps/base/**', to: '@artifact/base/' }];
  assert.deepEqual(await names(copies, 'base'), ['a']);
  engine.setBuffer(join(repository.root, 'apps/base/a.yaml'), configMap('typed'));
  assert.deepEqual(await names(copies, 'base'), ['typed']);
});
