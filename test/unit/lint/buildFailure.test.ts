import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import type { Files } from '../../support/lintedRepository.ts';
import { cluster, deployment, fluxKustomization, kustomization, overlays, single } from '../../support/manifests.ts';

const file = 'kustomization.yaml';
const lines = (files: Files) => new LintedRepository(files).lines;
const withText = (text: string, more: Files = {}) => lines({ ...single('acme/api:v1', ''), [file]: text, ...more });

test('a resource that is not there is told where it is listed', () => {
  assert.deepEqual(withText(kustomization(['deployment.yaml', 'missing.yaml'])), [
    'error build-failure kustomization.yaml:3 This repository does not build: missing.yaml does not exist (no such file or directory).',
  ]);
  assert.deepEqual(withText(kustomization(['deployment.yaml', '../elsewhere'])), [
    'error build-failure kustomization.yaml:3 This repository does not build: ../elsewhere is outside of the repository (no such file or directory there).',
  ]);
});

test('a base that does not build is told once, with the roots that it takes along', () => {
  assert.deepEqual(
    lines({
      ...overlays('acme/api:v1', { dev: '', prod: '' }),
      'apps/base/kustomization.yaml': kustomization(['deployment.yaml', 'missing.yaml']),
    }),
    [
      'error build-failure apps/base/kustomization.yaml:3 apps/dev and apps/prod do not build: missing.yaml does not exist (no such file or directory).',
    ],
  );
});

test('YAML that is none is told at its place, and left to the YAML extension in open files', () => {
  const linted = new LintedRepository({
    ...single('acme/api:v1', ''),
    'deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\n  bad: [\n',
  });
  assert.deepEqual(linted.lines, [
    'error build-failure deployment.yaml:3 This repository does not build: deployment.yaml is not valid YAML: mapping values are not allowed in this context.',
  ]);
  assert.deepEqual(
    linted.problems.map(({ alsoToldBy }) => alsoToldBy),
    ['yaml'],
  );
  assert.deepEqual(withText('resources: [deployment.yaml\n'), [
    "error build-failure kustomization.yaml:2 This repository does not build: kustomization.yaml is not valid YAML: did not find expected ',' or ']'.",
  ]);
});

test('fields and versions that kustomize refuses', () => {
  assert.deepEqual(withText(`${kustomization(['deployment.yaml'])}resorces: []\n`), [
    'error build-failure kustomization.yaml:3 This repository does not build: unknown field "resorces".',
  ]);
  assert.deepEqual(
    withText(`apiVersion: kustomize.config.k8s.io/v2\nkind: Kustomization\n${kustomization(['deployment.yaml'])}`),
    [
      'error build-failure kustomization.yaml:1 This repository does not build: apiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1, not kustomize.config.k8s.io/v2.',
    ],
  );
});

test('two objects of one name, and an object without a name', () => {
  assert.deepEqual(withText(kustomization(['deployment.yaml', 'again.yaml']), { 'again.yaml': deployment('acme/api:v2') }), [
    'error build-failure kustomization.yaml:3 This repository does not build: again.yaml adds a second Deployment api (may not add resource with an already registered id).',
  ]);
  assert.deepEqual(
    withText(kustomization(['deployment.yaml', 'nameless.yaml']), { 'nameless.yaml': 'apiVersion: v1\nkind: ConfigMap\n' }),
    [
      'error build-failure nameless.yaml:1 This repository does not build: nameless.yaml holds a ConfigMap without a name (missing metadata.name in object).',
    ],
  );
});

test('a component among resources, a kustomization among components, and a cycle', () => {
  const component = { 'part/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n' };
  assert.deepEqual(withText(kustomization(['deployment.yaml', 'part']), component), [
    "error build-failure kustomization.yaml:3 This repository does not build: part is a Component (expected kind != 'Component' for path); it belongs under components.",
  ]);
  assert.deepEqual(
    withText(kustomization(['deployment.yaml'], 'components: [part]\n'), { 'part/kustomization.yaml': 'namePrefix: a-\n' }),
    [
      "error build-failure kustomization.yaml:3 This repository does not build: part is no Component (expected kind 'Component').",
    ],
  );
  assert.deepEqual(
    lines({
      'a/kustomization.yaml': kustomization(['../b']),
      'b/kustomization.yaml': kustomization(['../a']),
      'c/kustomization.yaml': kustomization(['../a']),
    }),
    ['error build-failure c/kustomization.yaml:2 c does not build: cycle detected: a, b include each other.'],
  );
});

test('templates, examples and what has a rule of its own are left alone', () => {
  assert.deepEqual(lines({ 'templates/app/kustomization.yaml': kustomization(['missing.yaml']) }), []);
  assert.deepEqual(
    lines({ 'app/kustomization.yaml': kustomization(['{{ name }}.yaml']), 'x/kustomization.yaml': 'resources: []\n' }),
    [],
  );
  const own: Files[] = [
    single('acme/api:v1', '  - name: acme/api\n    newTag: 1.10\n'),
    single('acme/api:v1', '  - name: acme/api\n    tag: v2\n'),
    { ...single('acme/api:v1', ''), 'kustomization.yml': kustomization([]) },
  ];
  for (const files of own) assert.deepEqual(new LintedRepository(files).of('build-failure'), []);
  const lost = { ...overlays('acme/api:v1', {}), ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './nope') }) };
  assert.deepEqual(new LintedRepository(lost, { remoteUrls: ['https://github.com/acme/gitops'] }).of('build-failure'), []);
});

test('a Flux Kustomization that deploys the root is named by its directory', () => {
  const files = {
    ...overlays('acme/api:v1', { prod: '' }),
    'apps/prod/kustomization.yaml': kustomization(['../base', 'missing.yaml']),
    ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps/prod') }),
  };
  assert.deepEqual(new LintedRepository(files, { remoteUrls: ['https://github.com/acme/gitops'] }).lines, [
    'error build-failure apps/prod/kustomization.yaml:3 apps/prod does not build: missing.yaml does not exist (no such file or directory).',
  ]);
});
