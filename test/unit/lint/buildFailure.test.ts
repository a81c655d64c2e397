import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unreadable } from '../../../src/core/repository/files.ts';
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

test('a file that is not read here, and perhaps by kustomize, is told', () => {
  const letters = 'abcdefgh'.split('');
  const bomb = letters.map(
    (name, index) =>
      `${name}: &${name} [${Array(9)
        .fill(index === 0 ? 'x' : `*${letters[index - 1] ?? ''}`)
        .join()}]\n`,
  );
  const files = single('acme/api:v1', '');
  const manifest = files['deployment.yaml'] ?? '';
  const deep = `x: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`;
  const lines = (changed: Record<string, string>) => new LintedRepository({ ...files, ...changed }).lines;
  assert.deepEqual(lines({ 'deployment.yaml': manifest + bomb.join('') }), [
    'information build-failure kustomization.yaml:2 deployment.yaml contains too many aliases of aliases and is not read here, so what runs in this repository is not known in full.',
  ]);
  assert.deepEqual(lines({ 'deployment.yaml': manifest + deep }), [
    'information build-failure kustomization.yaml:2 deployment.yaml is nested in more than 1000 levels and is not read here, so what runs in this repository is not known in full.',
  ]);
  assert.deepEqual(lines({ 'kustomization.yaml': kustomization(['deployment.yaml']) + deep }), [
    'information build-failure kustomization.yaml:1 kustomization.yaml is nested in more than 1000 levels and is not read here, so what runs in this repository is not known in full.',
  ]);
  for (const path of ['kustomization.yaml', 'deployment.yaml'])
    assert.match(
      lines({ [path]: unreadable('is UTF-16 and is not read', false) }).join(),
      new RegExp(
        `^information build-failure kustomization.yaml:\\d ${path} is UTF-16 and is not read here, so what runs in this repository`,
      ),
    );
  const overlay = overlays('acme/api:v1', { dev: '', prod: '' });
  assert.deepEqual(new LintedRepository({ ...overlay, 'apps/base/deployment.yaml': manifest + deep }).lines, [
    'information build-failure apps/base/kustomization.yaml:2 apps/base/deployment.yaml is nested in more than 1000 levels and is not read here, so what runs in apps/dev and apps/prod is not known in full.',
  ]);
});

test('a link out of the repository is told as one', () => {
  const links = new Map([['linked', undefined]]);
  const lost = 'is, or leads through, a link out of the repository, or to nothing, which is not followed.';
  const told = (text: string) => new LintedRepository({ ...single('acme/api:v1', ''), [file]: text }, { links }).lines;
  for (const path of ['linked', './linked/', 'linked/deployment.yaml'])
    assert.deepEqual(told(kustomization([path])), [
      `error build-failure kustomization.yaml:2 This repository does not build: ${path} ${lost}`,
    ]);
  assert.deepEqual(told('components:\n  - linked\n'), [
    `error build-failure kustomization.yaml:2 This repository does not build: linked ${lost}`,
  ]);
  assert.deepEqual(told(kustomization(['deployment.yaml'], 'patches:\n  - path: linked/a.yaml\n')), [
    `error build-failure kustomization.yaml:4 This repository does not build: the patch linked/a.yaml ${lost}`,
  ]);
  const flux = new LintedRepository(cluster('prod', { 'apps.yaml': fluxKustomization('apps', './linked') }), {
    links,
    remoteUrls: ['https://github.com/acme/gitops'],
  });
  assert.deepEqual(flux.of('flux-path-not-found'), [
    'error clusters/prod/apps.yaml:8 linked is, or leads through, a link out of this repository, or to nothing, which Flux does not follow, so flux-system/apps applies nothing.',
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
