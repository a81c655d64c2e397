import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult, KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

let engine: KustomizeEngine;
before(() => {
  engine = createTestEngine();
});
after(() => engine.dispose());

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

async function errorOf(files: Record<string, string>, mode: 'kustomize' | 'flux' = 'kustomize', directory = 'app') {
  using repository = temporaryRepository(files);
  return failure(
    await engine.build({
      mode,
      root: repository.root,
      directory,
      kustomization: { spec: { postBuild: { substitute: { a: 'b' } } } },
    }),
  );
}

function failure(result: BuildResult) {
  assert.ok(!result.ok, 'the build succeeds');
  return result.error;
}

describe('what goes wrong in a build is told in a sentence with the place', () => {
  const cases: Record<string, { files: Record<string, string>; message: string; file?: string; line?: number; mode?: 'flux' }> = {
    'a missing file': {
      files: { 'app/kustomization.yaml': 'resources: [nope.yaml]\n' },
      message: '`app/kustomization.yaml` refers to `app/nope.yaml`, which does not exist.',
      file: 'app/kustomization.yaml',
    },
    'a missing path': { files: { 'other/x.yaml': configMap }, message: '`app` does not exist.' },
    'a missing path in Flux': { files: { 'other/x.yaml': configMap }, mode: 'flux', message: '`app` does not exist.' },
    'a folder without a kustomization file': {
      files: { 'app/kustomization.yml': 'resources: [../base]\n', 'base/a.yaml': configMap },
      message: '`app/kustomization.yml` includes `base`, which has no kustomization file.',
      file: 'app/kustomization.yml',
    },
    'two kustomization files': {
      files: { 'app/kustomization.yaml': 'resources: []\n', 'app/kustomization.yml': 'resources: []\n' },
      message: '`app` has more than one kustomization file, and kustomize takes neither. Keep one of them.',
    },
    'broken YAML in a kustomization file': {
      files: { 'app/kustomization.yaml': 'namespace: x\nresources: [a.yaml\n' },
      message: "`app/kustomization.yaml` is not valid YAML: did not find expected ',' or ']'.",
      file: 'app/kustomization.yaml',
      line: 2,
    },
    'broken YAML in a manifest of a base': {
      files: {
        'app/kustomization.yaml': 'resources: [../base]\n',
        'base/kustomization.yaml': 'resources: [a.yaml]\n',
        'base/a.yaml': 'apiVersion: v1\nkind: X\nmetadata:\n\tname: x\n',
      },
      message: '`base/a.yaml` is not valid YAML: found character that cannot start any token.',
      file: 'base/a.yaml',
      line: 4,
    },
    'a binary file': {
      files: { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': '\0\u0001' },
      message: '`app/a.yaml` is not valid YAML: control characters are not allowed.',
      file: 'app/a.yaml',
    },
    'a file that is not an object': {
      files: { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': 'a: b\n' },
      message: '`app/a.yaml` is not a Kubernetes object: missing Resource metadata.',
      file: 'app/a.yaml',
    },
    'bases that include each other': {
      files: { 'app/kustomization.yaml': 'resources: [../base]\n', 'base/kustomization.yaml': 'resources: [../app]\n' },
      message: '`base` includes `app`, which includes `base`. Remove one of the two.',
      file: 'base/kustomization.yaml',
    },
    'a path out of the repository': {
      files: { 'app/kustomization.yaml': 'resources: [../../../etc]\n' },
      message: '`app/kustomization.yaml` refers to `../../../etc` outside of the repository. Nothing there is read.',
      file: 'app/kustomization.yaml',
    },
    'a path out of the repository in Flux': {
      files: { 'app/kustomization.yaml': 'resources: [../../../etc/passwd]\n' },
      mode: 'flux',
      message: '`app/kustomization.yaml` refers to `../../../etc/passwd` outside of the repository. Nothing there is read.',
      file: 'app/kustomization.yaml',
    },
    'a file of 50 MB': {
      files: { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': configMap + '#'.repeat(50 * 2 ** 20) },
      message:
        '`app/a.yaml` has 52 MB, and the preview reads files of up to 20 MB. Leave it out of the kustomization, or split it.',
      file: 'app/a.yaml',
    },
    'an image name that makes kustomize panic': {
      files: {
        'app/kustomization.yaml': 'resources: [a.yaml]\nimages: [{name: "g++", newTag: x}]\n',
        'app/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "g++:1"}]}\n',
      },
      message:
        'kustomize itself breaks off at `app`. An image name that is not a regular expression does that, for example `g++`.',
      file: 'app/kustomization.yaml',
    },
    'a variable without a value': {
      files: { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': `${configMap}data: {x: "\${UNSET}"}\n` },
      mode: 'flux',
      message: '`${UNSET}` in ConfigMap a has no value. Set it in spec.postBuild, or give it a default: `${UNSET:=value}`.',
    },
    'Helm charts in Flux': {
      files: { 'app/kustomization.yaml': 'helmCharts: [{name: x, repo: "https://charts.example"}]\n' },
      mode: 'flux',
      message: '`app/kustomization.yaml` has Helm charts, which Flux does not render from there. Use a HelmRelease.',
      file: 'app/kustomization.yaml',
    },
    'a plugin': {
      files: {
        'app/kustomization.yaml': 'transformers: [f.yaml]\n',
        'app/f.yaml':
          'apiVersion: v1\nkind: X\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./x.sh}"\n',
      },
      message: '`app/kustomization.yaml` uses the plugin `X`. Plugins are programs, which the preview does not run.',
      file: 'app/kustomization.yaml',
    },
    'a remote patch': {
      files: { 'app/kustomization.yaml': 'resources: []\npatches: [{path: "https://host.example/patch.yaml"}]\n' },
      message: '`app/kustomization.yaml` needs `https://host.example/patch.yaml`, which the preview does not fetch.',
      file: 'app/kustomization.yaml',
    },
  };
  for (const [name, { files, mode, ...expected }] of Object.entries(cases)) {
    test(name, async () => {
      const { message, file, line } = await errorOf(files, mode);
      assert.deepEqual({ message, file, line }, { file: undefined, line: undefined, ...expected });
    });
  }

  test('and keeps kustomize’s own words, with paths of the repository', async () => {
    const { cause } = await errorOf({ 'app/kustomization.yaml': 'resources: [nope.yaml]\n' });
    assert.match(cause, /accumulating resources from 'nope\.yaml'.*evalsymlink failure on 'app\/nope\.yaml'/);
    assert.doesNotMatch(cause, /repository/);
  });
});

describe('links that lead out of the repository are not followed', () => {
  for (const mode of ['kustomize', 'flux'] as const) {
    for (const [entry, link, target] of [
      ['secret.yaml', 'app/secret.yaml', 'outside/secret.yaml'],
      ['folder', 'app/folder', 'outside'],
      ['folder/secret.yaml', 'app/folder', 'outside'],
    ] as const) {
      test(`${mode}: ${entry}`, async () => {
        using both = temporaryRepository({
          'outside/secret.yaml': configMap,
          'outside/kustomization.yaml': 'resources: [secret.yaml]\n',
          'inside/app/kustomization.yaml': `resources: [${entry}]\n`,
        });
        symlinkSync(join(both.root, target), join(both.root, 'inside', link));
        const result = await engine.build({ mode, root: join(both.root, 'inside'), directory: 'app', kustomization: {} });
        const { message } = failure(result);
        assert.equal(message, `\`${link}\` is a link that leads out of the repository, and the preview does not follow it.`);
      });
    }
  }

  test('and links that lead in circles are missing files', async () => {
    using repository = temporaryRepository({ 'app/kustomization.yaml': 'resources: [loop.yaml]\n' });
    symlinkSync('loop.yaml', join(repository.root, 'app/loop.yaml'));
    const { message } = failure(await engine.build({ mode: 'kustomize', root: repository.root, directory: 'app' }));
    assert.equal(message, '`app/kustomization.yaml` refers to `app/loop.yaml`, which does not exist.');
  });
});

test('links inside of the repository are followed, with unsaved text of their targets', async () => {
  using repository = temporaryRepository({
    'app/kustomization.yaml': 'resources: [link.yaml, folder]\n',
    'files/a.yaml': configMap,
  });
  mkdirSync(join(repository.root, 'files/base'));
  repository.write({
    'files/base/kustomization.yaml': 'resources: [b.yaml]\n',
    'files/base/b.yaml': configMap.replace('name: a', 'name: b'),
  });
  symlinkSync('../files/base', join(repository.root, 'app/folder'));
  const viaFolder = await engine.build({ mode: 'kustomize', root: repository.root, directory: 'files/base' });
  assert.ok(viaFolder.ok);
  repository.write({ 'app/kustomization.yaml': 'resources: [folder]\n' });
  engine.setBuffer(join(repository.root, 'files/base/b.yaml'), configMap.replace('name: a', 'name: unsaved'));
  const result = await engine.build({ mode: 'kustomize', root: repository.root, directory: 'app' });
  assert.ok(result.ok);
  assert.match(result.yaml, /name: unsaved/);
});

test('YAML that is nested 9,000 deep renders', async () => {
  using repository = temporaryRepository({
    'app/kustomization.yaml': 'resources: [a.yaml]\n',
    'app/a.yaml': `${configMap}x: ${'['.repeat(9000)}${']'.repeat(9000)}\n`,
  });
  const result = await engine.build({ mode: 'kustomize', root: repository.root, directory: 'app' });
  assert.ok(result.ok, 'it does not render');
  assert.ok(result.yaml.includes('['.repeat(0) + 'x:'));
});

test('CRLF and a byte order mark render as kustomize renders them', async () => {
  using repository = temporaryRepository({
    'app/kustomization.yaml': '\ufeffresources:\r\n  - a.yaml\r\n',
    'app/a.yaml': configMap.replaceAll('\n', '\r\n'),
  });
  const result = await engine.build({ mode: 'kustomize', root: repository.root, directory: 'app' });
  assert.ok(result.ok);
  assert.equal(result.yaml, configMap);
});
