import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository, seenTag } from '../../support/lintedRepository.ts';
import { cluster, fluxKustomization, overlays, single } from '../../support/manifests.ts';

const code = 'empty-new-tag';
const entry = (newTag: string) => `  - name: acme/api\n    newTag:${newTag}\n`;
const images = (newTag: string) => `images:\n${entry(newTag)}`;

const patch = (image: string) =>
  `patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: { name: api }\n      spec: { template: { spec: { containers: [{ name: api, image: "${image}" }] } } }\n`;

test('an empty tag is an error where a moving tag runs because of it, and a warning where a version does', () => {
  const files = (image: string) => overlays(image, { prod: images(" ''") });
  assert.deepEqual(new LintedRepository(files('acme/api:latest')).lines, [
    'error empty-new-tag apps/prod/kustomization.yaml:5 newTag is empty: kustomize ignores it, so prod runs acme/api:latest.',
  ]);
  assert.deepEqual(new LintedRepository(files('acme/api')).lines, [
    'error empty-new-tag apps/prod/kustomization.yaml:5 newTag is empty: kustomize ignores it, so prod runs acme/api without a tag, which is latest.',
  ]);
  assert.deepEqual(new LintedRepository(files('acme/api:v1.0.0')).lines, [
    'warning empty-new-tag apps/prod/kustomization.yaml:5 newTag is empty: kustomize ignores it, so prod runs acme/api:v1.0.0.',
  ]);
});

test('null in every spelling, a key in another case and a flow mapping are as empty', () => {
  for (const rest of [
    entry(''),
    entry(' ~'),
    entry(' null'),
    entry(' ""'),
    "  - name: acme/api\n    NEWTAG: ''\n",
    "  - { name: acme/api, newTag: '' }\n",
  ]) {
    const { problems, files } = new LintedRepository(single('acme/api:v1.0.0', rest));
    assert.deepEqual(
      problems.map((problem) => problem.code),
      [code],
      rest,
    );
    const [{ place }] = problems as [(typeof problems)[number]];
    assert.match(files['kustomization.yaml']?.slice(place.start, place.end) ?? '', /^(?:''|""|null|~|newTag)$/);
  }
});

test('every environment is told what it runs', () => {
  const files = {
    ...overlays('acme/api:v1.0.0', { dev: '', staging: '', prod: '' }, images(" ''")),
    'apps/dev/kustomization.yaml': 'resources:\n  - ../base\nimages:\n  - name: acme/api\n    newTag: v1.0.1\n',
  };
  const linted = new LintedRepository(files);
  assert.deepEqual(linted.of(code), [
    'warning apps/base/kustomization.yaml:5 newTag is empty: kustomize ignores it, so staging and prod run acme/api:v1.0.0.',
  ]);
  assert.deepEqual(linted.related(code), ['apps/base/deployment.yaml:10 this line decides instead']);
  const renamed = {
    ...files,
    'apps/prod/kustomization.yaml': 'resources:\n  - ../base\nimages:\n  - name: acme/api\n    newName: mirror/api\n',
  };
  assert.deepEqual(new LintedRepository(renamed).of(code), [
    'warning apps/base/kustomization.yaml:5 newTag is empty: kustomize ignores it, so prod runs mirror/api:v1.0.0 and staging runs acme/api:v1.0.0.',
  ]);
});

test('nothing is said where a digest decides, where nothing matches, and where nothing is known', () => {
  const quiet = [
    single('acme/api:v1', `  - name: acme/api\n    newTag: ''\n    digest: sha256:${'ab'.repeat(32)}\n`),
    single('acme/api:v1', '  - name: acme/api\n    newName: mirror/api\n'),
    single('acme/api:v1', entry(' ${TAG}')),
    single('acme/other:v1', entry(" ''")),
    {
      ...single('acme/api:v1', entry(" ''")),
      'kustomization.yaml': `resources:\n  - https://github.com/acme/api//deploy?ref=v1\n${images(" ''")}`,
    },
  ];
  for (const files of quiet) assert.deepEqual(new LintedRepository(files).of(code), [], files['kustomization.yaml'] ?? '');
});

test('an empty tag is a warning too where something behind it decides after all', () => {
  const later = new LintedRepository(single('acme/api:v1', entry(" ''") + entry(' latest')));
  assert.deepEqual(later.of(code), [
    'warning kustomization.yaml:5 newTag is empty: kustomize ignores it, and line 7 sets the tag after this entry.',
  ]);
  const one = new LintedRepository(overlays('acme/api:latest', { prod: images(' v3') }, images(" ''")));
  assert.deepEqual(one.of(code), [
    'warning apps/base/kustomization.yaml:5 newTag is empty: kustomize ignores it, and apps/prod/kustomization.yaml sets the tag after this entry.',
  ]);
  assert.deepEqual(one.related(code), ['apps/prod/kustomization.yaml:5 this line decides instead']);
  assert.deepEqual(one.fixes(code), ['remove-key: Delete the empty newTag']);
  assert.deepEqual(one.problems.find((problem) => problem.code === code)?.usages, []);
  const patched = overlays('acme/api', { dev: patch('acme/api:v2'), prod: images(' v3') }, images(' null'));
  assert.deepEqual(new LintedRepository(patched).of(code), [
    'warning apps/base/kustomization.yaml:5 newTag is empty: kustomize ignores it, and each of 2 other files sets the tag after this entry.',
  ]);
  assert.deepEqual(new LintedRepository(overlays('acme/api', { dev: patch('acme/api:v2') }, images(' null'))).of(code), [
    'warning apps/base/kustomization.yaml:5 newTag is empty: kustomize ignores it, and apps/dev/kustomization.yaml sets the tag after this entry.',
  ]);
});

test('an earlier entry of the same file can be what runs', () => {
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry(' v2') + entry(" ''"))).of(code), [
    'warning kustomization.yaml:7 newTag is empty: kustomize ignores it, so this repository runs acme/api:v2.',
  ]);
});

test('an empty tag in spec.images of a Flux Kustomization is ignored by Flux', () => {
  const flux = fluxKustomization('apps', './apps/base', "  images:\n    - name: acme/api\n      newTag: ''\n");
  const linted = new LintedRepository(
    { ...overlays('acme/api:v1', {}), ...cluster('prod', { 'apps.yaml': flux }) },
    { remoteUrls: ['https://github.com/acme/gitops'] },
  );
  assert.deepEqual(linted.of(code), [
    'warning clusters/prod/apps.yaml:15 newTag is empty: Flux ignores it, so prod runs acme/api:v1.',
  ]);
  assert.deepEqual(linted.fixes(code), ['remove-key: Delete the empty newTag']);
});

test('the empty key can be deleted, and the last value restored as far as Git knows one', () => {
  const files = overlays('acme/api:v1.0.0', { prod: `images:\n  - name: acme/api\n    newTag: '' # bumped by CI\n` });
  const path = 'apps/prod/kustomization.yaml';
  assert.deepEqual(new LintedRepository(files).fixes(code), ['remove-key: Delete the empty newTag']);
  assert.equal(
    new LintedRepository(files).after('Delete the empty newTag')[path],
    'resources:\n  - ../base\nimages:\n  - name: acme/api\n',
  );
  const history = [
    seenTag('apps/dev/kustomization.yaml', 'acme/api', 'v9', '9'),
    seenTag(path, 'acme/web', 'v8', '8'),
    seenTag(path, 'docker.io/acme/api', '1.10', 'a1b2c3d4'),
    seenTag(path, 'acme/api', 'v1.0.1', '1'),
  ];
  const linted = new LintedRepository(files, { history });
  assert.deepEqual(linted.fixes(code), [
    'restore-previous-value: Restore 1.10 (last value, a1b2c3d)',
    'remove-key: Delete the empty newTag',
  ]);
  assert.equal(
    linted.after('Restore 1.10 (last value, a1b2c3d)')[path],
    "resources:\n  - ../base\nimages:\n  - name: acme/api\n    newTag: '1.10' # bumped by CI\n",
  );
});

test('a value is restored into a key without one, quoted where YAML would read a number', () => {
  const files = single('acme/api:v1.0.0', '  - name: acme/api\n    newTag:\n    newName: acme/api\n');
  const history = [seenTag('kustomization.yaml', 'acme/api', '20240101', 'abcdef1')];
  const linted = new LintedRepository(files, { history });
  assert.equal(
    linted.after('Restore 20240101 (last value, abcdef1)')['kustomization.yaml'],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: "20240101"\n    newName: acme/api\n',
  );
});
