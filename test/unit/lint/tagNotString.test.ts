import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { cluster, fluxKustomization, kustomization, overlays, single } from '../../support/manifests.ts';

const code = 'tag-not-string';
const file = 'kustomization.yaml';
const remoteUrls = ['https://github.com/acme/gitops'];
const entry = (tag: string) => `  - name: acme/api\n    newTag: ${tag}\n`;
const release = (values: string) =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: api\nspec:\n  chart:\n    spec:\n      chart: api\n      version: 1.2.3\n  values:\n${values}`;
const helm = (tag: string) => ({
  [file]: kustomization(['release.yaml']),
  'release.yaml': release(`    image:\n      repository: acme/api\n      tag: ${tag}\n`),
});
const flux = (spec: string) => ({
  ...overlays('acme/api:v1', {}),
  ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps/base', spec) }),
});

test('kustomize refuses numbers and booleans in images entries', () => {
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('1.10'))).lines, [
    'error tag-not-string kustomization.yaml:5 This would be read as the number 1.10, and kustomize refuses numbers here.',
  ]);
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('yes'))).lines, [
    'error tag-not-string kustomization.yaml:5 This would be read as the boolean yes, and kustomize refuses booleans here.',
  ]);
  const found = [
    '1234567',
    '0362525',
    '1e3',
    '553640e6',
    'on',
    'y',
    'True',
    '0x1F',
    '0o17',
    '0b11',
    '1_000',
    '+1',
    '.5',
    '1.',
    '08',
    '.inf',
    '.nan',
    '-1',
    '1__',
  ];
  for (const tag of found)
    assert.match(
      new LintedRepository(single('acme/api:v1', entry(tag))).of(code).join(),
      /^error kustomization\.yaml:5 This would be read as the /,
      tag,
    );
});

test('texts, dates and numbers too large to be any are texts for kustomize', () => {
  for (const tag of [
    '1.9.1',
    'v1.10',
    '1:30',
    '7e2a1b3',
    '0.1.0-rc1',
    '12e4567',
    '2024-06-27',
    "'1.10'",
    '"1.10"',
    '!!str 1.10',
    '${TAG}',
    '2024-06-27T10',
    '1.10-alpine',
    '0x',
    'yess',
  ])
    assert.deepEqual(new LintedRepository(single('acme/api:v1', entry(tag))).of(code), [], tag);
});

test('every field of an entry has to be a text', () => {
  assert.deepEqual(
    new LintedRepository(single('acme/api:v1', '  - name: 12\n    newName: 34\n    tagSuffix: 5\n    digest: 67\n')).of(code),
    [
      'error kustomization.yaml:4 This would be read as the number 12, and kustomize refuses numbers here.',
      'error kustomization.yaml:5 This would be read as the number 34, and kustomize refuses numbers here.',
      'error kustomization.yaml:6 This would be read as the number 5, and kustomize refuses numbers here.',
      'error kustomization.yaml:7 This would be read as the number 67, and kustomize refuses numbers here.',
    ],
  );
});

test('what is written is quoted, and not what YAML makes of it', () => {
  const linted = new LintedRepository(single('acme/api:v1', entry('0362525 # short hash')));
  assert.deepEqual(linted.fixes(code), ['quote-value: Quote it']);
  assert.equal(linted.after('Quote it')[file], single('acme/api:v1', entry('"0362525" # short hash'))[file]);
  const flow = new LintedRepository(single('acme/api:v1', '  - {name: acme/api, newTag: 1.10}\n'));
  assert.equal(flow.after('Quote it')[file], single('acme/api:v1', '  - {name: acme/api, newTag: "1.10"}\n')[file]);
});

test('a tag that makes a number of it goes when it is quoted', () => {
  const after = (value: string) => new LintedRepository(single('acme/api:v1', entry(value))).after('Quote it')[file];
  assert.equal(after('!!float 1.0 # a'), single('acme/api:v1', entry('"1.0" # a'))[file]);
  assert.equal(after('&tag !!int  7'), single('acme/api:v1', entry('&tag "7"'))[file]);
  // The tag stands elsewhere.
  const apart = new LintedRepository(single('acme/api:v1', entry('!!float &tag 1.0')));
  assert.deepEqual([apart.problems.length, apart.fixes(code)], [1, []]);
});

test('an anchor is quoted where it is defined, and told once', () => {
  const linted = new LintedRepository(
    single('acme/api:v1', '  - name: acme/api\n    newTag: &tag 1.10\n  - name: acme/web\n    newTag: *tag\n'),
  );
  assert.deepEqual(linted.of(code), [
    'error kustomization.yaml:5 This would be read as the number 1.10, and kustomize refuses numbers here.',
  ]);
  assert.equal(
    linted.after('Quote it')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: &tag "1.10"\n  - name: acme/web\n    newTag: *tag\n',
  );
  const merged = new LintedRepository(
    single('acme/api:v1', '  - &a\n    name: acme/api\n    newTag: 1.10\n  - <<: *a\n    name: acme/web\n'),
  );
  assert.deepEqual(merged.of(code), [
    'error kustomization.yaml:6 This would be read as the number 1.10, and kustomize refuses numbers here.',
  ]);
});

test('an alias is told where its anchor is no field of an entry', () => {
  const files = single('acme/api:v1', '  - name: acme/api\n    newTag: *v\n');
  const linted = new LintedRepository({ ...files, [file]: `namePrefix: &v 1.10\n${files[file] ?? ''}` });
  assert.deepEqual(linted.lines, [
    'error build-failure kustomization.yaml:1 This repository does not build: namePrefix would be read as the number 1.10, where kustomize wants a text (cannot unmarshal number into Go struct field Kustomization.namePrefix of type string).',
    'error tag-not-string kustomization.yaml:6 This would be read as the number 1.10, and kustomize refuses numbers here.',
  ]);
  assert.deepEqual(linted.fixes(code), []);
});

test('Flux makes a text of a number in the file that it builds itself', () => {
  const files = (tag: string, more = {}) => ({
    ...overlays('acme/api:v1', { prod: `images:\n${entry(tag)}`, ...more }),
    ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps/prod') }),
  });
  assert.deepEqual(new LintedRepository(files('1.10'), { remoteUrls }).lines, [
    'error tag-not-string apps/prod/kustomization.yaml:5 Flux reads this as the number 1.1, so "1.1" is what runs.',
  ]);
  assert.deepEqual(new LintedRepository(files('1234567'), { remoteUrls }).lines, [
    'warning tag-not-string apps/prod/kustomization.yaml:5 This is the number 1234567: Flux makes a text of it, and kustomize itself refuses it.',
  ]);
  // Another overlay includes it, where kustomize reads it.
  const shared = { ...files('1.10'), 'apps/next/kustomization.yaml': kustomization(['../prod']) };
  assert.deepEqual(new LintedRepository(shared, { remoteUrls }).of(code), [
    'error apps/prod/kustomization.yaml:5 This would be read as the number 1.10, and kustomize refuses numbers here.',
  ]);
});

test('the API server refuses numbers in spec.images and postBuild.substitute', () => {
  const linted = new LintedRepository(
    flux(
      '  images:\n    - name: acme/api\n      newTag: 1.10\n  postBuild:\n    substitute:\n      replicas: 3\n      region: eu\n      debug: "true"\n',
    ),
    { remoteUrls },
  );
  assert.deepEqual(linted.lines, [
    'error tag-not-string clusters/prod/apps.yaml:15 This is the number 1.10, and Kubernetes takes only text here, so it refuses the Flux Kustomization.',
    'error tag-not-string clusters/prod/apps.yaml:18 This is the number 3, and Kubernetes takes only text here, so it refuses the Flux Kustomization.',
  ]);
  assert.deepEqual(linted.after('Quote it'), {
    'clusters/prod/apps.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ./apps/base\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n  images:\n    - name: acme/api\n      newTag: "1.10"\n  postBuild:\n    substitute:\n      replicas: 3\n      region: eu\n      debug: "true"\n',
  });
  assert.deepEqual(
    new LintedRepository(flux('  images:\n    - name: acme/api\n      newTag: "1.10"\n'), { remoteUrls }).of(code),
    [],
  );
});

test('a chart gets what YAML makes of a tag in Helm values', () => {
  assert.deepEqual(new LintedRepository(helm('1.10')).lines, [
    'error tag-not-string release.yaml:13 1.10 is read as a number: the chart gets 1.1, so api asks for acme/api:1.1.',
  ]);
  assert.deepEqual(new LintedRepository(helm('0362525')).of(code), [
    'error release.yaml:13 0362525 is read as a number: the chart gets 124245, so api asks for acme/api:124245.',
  ]);
  assert.deepEqual(new LintedRepository(helm('2024-06-27')).of(code), [
    'error release.yaml:13 2024-06-27 is read as a date: the chart gets 2024-06-27T00:00:00Z, so api asks for acme/api:2024-06-27T00:00:00Z.',
  ]);
  assert.deepEqual(new LintedRepository(helm('5621277')).of(code), [
    'error release.yaml:13 5621277 is read as a number: the chart gets 5.621277e+06, so api asks for acme/api:5.621277e+06.',
  ]);
  assert.equal(
    new LintedRepository(helm('2024-06-27 # today')).after('Quote it')['release.yaml'],
    helm('"2024-06-27" # today')['release.yaml'],
  );
});

test('a value that a chart prints as it is written is no mistake', () => {
  for (const tag of ['1.9.1', '"1.10"', "'2024-06-27'", '1234', 'v1.10', '1.5', 'yes', '2024', '1.9.1-rc1', '20240'])
    assert.deepEqual(new LintedRepository(helm(tag)).of(code), [], tag);
});

test('a patch in a block text is not quoted blindly', () => {
  const patch = `patches:\n  - patch: |\n      apiVersion: helm.toolkit.fluxcd.io/v2\n      kind: HelmRelease\n      metadata:\n        name: api\n      spec:\n        values:\n          image:\n            tag: 1.20\n`;
  const patched = (tag: string) =>
    new LintedRepository({
      'base/kustomization.yaml': kustomization(['release.yaml']),
      'base/release.yaml': helm(tag)['release.yaml'],
      'prod/kustomization.yaml': kustomization(['../base'], patch),
    });
  // kustomize keeps the quotes of what it patches.
  assert.deepEqual(patched('"1.10"').of(code), []);
  const linted = patched('v1.10');
  assert.deepEqual(linted.of(code), [
    'error prod/kustomization.yaml:12 1.20 is read as a number: the chart gets 1.2, so api asks for acme/api:1.2.',
  ]);
  assert.deepEqual(linted.fixes(code), []);
});
