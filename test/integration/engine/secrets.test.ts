import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { renderRoot } from '../../../src/clients/renderRoot.ts';
import { createRepository } from '../../../src/core/repository/gitOpsRepository.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

let engine: KustomizeEngine;
before(() => {
  engine = createTestEngine();
});
after(() => engine.dispose());

const value = 'topsecret-1';
const secret = (metadata: string) => `apiVersion: v1\nkind: Secret\nmetadata: ${metadata}\nstringData:\n  password: ${value}\n`;
const patched = (patch: string) => ({
  'app/kustomization.yaml': `resources: [s.yaml]\n${patch}`,
  'app/s.yaml': secret('{name: s}'),
});
const copied = (patch: string, object: string) => ({
  'app/kustomization.yaml': `resources: [s.yaml, o.yaml]\n${patch}`,
  'app/s.yaml': secret('{name: s}'),
  'app/o.yaml': object,
});
const flux = (spec: string) =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: app, namespace: flux-system}\nspec:\n  path: ./app\n  sourceRef: {kind: GitRepository, name: flux-system}\n${spec}`;
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n';

/** What people see of each root: its rendering or why there is none, in the engine's words and in the model's. */
async function shown(files: Readonly<Record<string, string>>, reveal = false): Promise<string> {
  using repository = temporaryRepository(files);
  const { roots } = createRepository(new Map(Object.entries(files))).checked();
  const root = roots.find(({ directory }) => directory === 'app');
  assert.ok(root);
  const { text = '', failure = '', missing } = await renderRoot(engine, repository.root, root, { reveal });
  return [text, failure, ...missing, root.failure, ...root.unknowns.map(({ why }) => why)].join('\n');
}

describe('no value of a Secret is shown by an error', () => {
  const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'two objects that a namespace makes one': {
      'app/kustomization.yaml': 'namespace: x\nresources: [s.yaml]\n',
      'app/s.yaml': `${secret('{name: s, namespace: a}')}---\n${secret('{name: s, namespace: b}')}`,
    },
    'a patch that is none': patched(`patches:\n- target: {kind: Secret}\n  patch: |\n    stringData: {password: ${value}}\n`),
    'a patch with a path': patched(`patches:\n- path: x.yaml\n  patch: |\n    stringData: {password: ${value}}\n`),
    'a patch that is no object': patched(`patchesStrategicMerge:\n- |\n  stringData: {password: ${value}}\n`),
    'a JSON patch that is no list': patched(
      `patchesJson6902:\n- target: {version: v1, kind: Secret, name: s}\n  patch: |\n    stringData: {password: ${value}}\n`,
    ),
    'a test that fails': patched(
      `patches:\n- target: {kind: Secret}\n  patch: |\n    - {op: test, path: /stringData/password, value: ${value}2}\n`,
    ),
    'a literal without a key': { 'app/kustomization.yaml': `secretGenerator:\n- name: s\n  literals: ["${value}"]\n` },
    'labels that are text': {
      'app/kustomization.yaml': 'resources: [s.yaml]\ncommonLabels: {a: b}\n',
      'app/s.yaml': secret(`{name: s, labels: ${value}}`),
    },
    'an object without a name': {
      'app/kustomization.yaml': 'resources: [s.yaml]\n',
      'app/s.yaml': secret(`{labels: {a: ${value}}}`),
    },
    'a value that YAML takes for an alias': {
      'app/kustomization.yaml': 'resources: [s.yaml]\n',
      'app/s.yaml': secret('{name: s}').replace(value, `*${value}`),
    },
    'a replacement with too few parts': copied(
      'replacements:\n- source: {kind: Secret, name: s, fieldPath: stringData.password, options: {delimiter: "-", index: 7}}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]\n',
      configMap,
    ),
    'a patch in a component': {
      'app/kustomization.yaml': 'resources: [s.yaml]\ncomponents: [../part]\n',
      'app/s.yaml': secret('{name: s}'),
      'part/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: Secret}\n  patch: |\n    stringData: {password: ${value}}\n`,
    },
    'a password in the address of a base': {
      'app/kustomization.yaml': `resources: ["https://me:${value}@github.com/acme/base//deploy?ref=v1"]\n`,
    },
  };
  for (const [name, files] of Object.entries(cases))
    test(name, async () => {
      for (const extra of [{}, { 'clusters/dev/app.yaml': flux('') }]) {
        const text = await shown({ ...files, ...extra });
        assert.doesNotMatch(text, /topsecret|[{[]"|op: test/);
        assert.match(text, /app|part/);
      }
    });

  test('but what is wrong, and where', async () => {
    const [, sentence] = (await shown(cases['two objects that a namespace makes one'] ?? {})).split('\n');
    assert.equal(
      sentence,
      'The namespace of `app/kustomization.yaml` makes two objects one: Secret s comes from several namespaces. Rename one of them.',
    );
    const [, patch] = (await shown(cases['a patch that is none'] ?? {})).split('\n');
    assert.equal(
      patch,
      'A patch in `app/kustomization.yaml` is no patch. Give it apiVersion, kind and metadata.name, or make it a list of operations.',
    );
  });
});

describe('no value of a Secret is shown in another object', () => {
  const variables = (data: string) => ({
    'app/kustomization.yaml': 'resources: [o.yaml]\n',
    'app/o.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "c-\${PASSWORD}"}\ndata:\n  url: postgres://u:\${PASSWORD}@db\n  empty: "\${EMPTY:-nothing}"\n${data}`,
    'clusters/dev/app.yaml': `${flux('  postBuild:\n    substituteFrom: [{kind: Secret, name: vars}]\n')}---\n${secret('{name: vars, namespace: flux-system}').replace('password', 'PASSWORD')}  EMPTY: ""\n`,
  });

  test('that variables put there', async () => {
    const text = await shown(variables(''));
    assert.doesNotMatch(text, /topsecret/);
    assert.match(text, /url: postgres:\/\/u:•••• \(11 bytes\)@db\n/);
    assert.match(text, /empty: nothing\n/);
    assert.match(await shown(variables(''), true), /url: postgres:\/\/u:topsecret-1@db\n/);
  });

  test('that variables cut it from', async () => {
    const text = await shown(variables('  short: "${PASSWORD:0:7}"\n  length: "${#PASSWORD}"\n'));
    assert.doesNotMatch(text, /topsec/);
    assert.match(text, /short: xxxxxxx\n/);
    assert.match(text, /length: 11\n/);
    assert.match(text, /^# Variables cut values of Secrets here/m);
  });

  test('that replacements and vars copy it to', async () => {
    const replacement = copied(
      'replacements:\n- source: {kind: Secret, name: s, fieldPath: stringData.password}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]\n',
      configMap,
    );
    const variable = copied(
      'vars: [{name: P, objref: {apiVersion: v1, kind: Secret, name: s}, fieldref: {fieldpath: stringData.password}}]\n',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: c}\nspec: {containers: [{name: a, image: b, args: ["--x=$(P)"]}]}\n',
    );
    for (const files of [replacement, variable]) {
      assert.match(await shown(files), /(?:a: |- )"(?:--x=)?•••• \(11 bytes\)"/);
      assert.doesNotMatch(await shown(files), /topsecret/);
      assert.match(await shown(files, true), /(?:a: |--x=)topsecret-1/);
    }
  });
});
