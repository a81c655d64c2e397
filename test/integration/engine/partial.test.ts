import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BuildRequest, KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

let engine: KustomizeEngine;
before(() => {
  engine = createTestEngine();
});
after(() => engine.dispose());

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const remote = 'https://github.com/acme/base//deploy?ref=v1';

async function build(files: Record<string, string>, request: Partial<BuildRequest> = {}) {
  using repository = temporaryRepository(files);
  const result = await engine.build({
    mode: 'kustomize',
    root: repository.root,
    directory: 'app',
    ...request,
  } as BuildRequest);
  assert.ok(result.ok, result.ok ? '' : result.error.cause);
  return {
    names: [...result.yaml.matchAll(/^ {2}name: (\S+)/gm)].map(([, name]) => name),
    missing: result.missing.map(({ path, reference }) => ({ path, reference })),
    yaml: result.yaml,
  };
}

describe('what would have to be fetched is left out and named', () => {
  for (const reference of [
    remote,
    'https://raw.example/x.yaml',
    'http://host.example/x.yaml',
    'git@github.com:acme/base.git//deploy?ref=main',
    'ssh://git@host.example/acme/base',
    'github.com/acme/base/deploy?ref=main',
    'GITHUB.com:acme/base',
    'git::https://host.example/acme/base.git',
    'https://dev.azure.com/org/project/_git/repository/path',
    'file:///srv/base',
  ]) {
    for (const mode of ['kustomize', 'flux'] as const) {
      test(`${mode}: ${reference}`, async () => {
        const files = { 'app/kustomization.yaml': `resources:\n  - a.yaml\n  - ${reference}\n`, 'app/a.yaml': configMap('a') };
        const { names, missing } = await build(files, { mode, kustomization: {} });
        assert.deepEqual(names, ['a']);
        assert.deepEqual(missing, [{ path: 'app/kustomization.yaml', reference }]);
      });
    }
  }

  test('in bases, and in old and new fields alike', async () => {
    const { names, missing } = await build({
      'app/kustomization.yaml': 'resources: [../base]\n',
      'base/kustomization.yaml': `bases: ["${remote}"]\ncomponents: ["${remote}&x=1"]\nresources: [a.yaml]\n`,
      'base/a.yaml': configMap('a'),
    });
    assert.deepEqual(names, ['a']);
    assert.deepEqual(missing, [
      { path: 'base/kustomization.yaml', reference: remote },
      { path: 'base/kustomization.yaml', reference: `${remote}&x=1` },
    ]);
  });

  test('a root of which nothing is left renders empty', async () => {
    const { yaml, missing } = await build({ 'app/kustomization.yaml': `resources: ["${remote}"]\n` });
    assert.equal(yaml, '');
    assert.equal(missing.length, 1);
  });

  test('a local folder or file with a similar name is not remote', async () => {
    const { names, missing } = await build({
      'app/kustomization.yaml': 'resources: [github.com/acme/base.yaml, ./host@example/x.yaml]\n',
      'app/github.com/acme/base.yaml': configMap('a'),
      'app/host@example/x.yaml': configMap('b'),
    });
    assert.deepEqual(names, ['a', 'b']);
    assert.deepEqual(missing, []);
  });

  test('Helm charts, in both ways to write them', async () => {
    const { missing } = await build({
      'app/kustomization.yaml':
        'helmCharts:\n  - {name: web, version: 1.2.3, repo: "https://charts.example"}\ngenerators: [chart.yaml]\n',
      'app/chart.yaml':
        'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: db}\nname: db\nversion: 4.5.6\n',
    });
    assert.deepEqual(
      missing.map(({ reference }) => reference),
      ['Helm chart web 1.2.3 https://charts.example', 'Helm chart db 4.5.6'],
    );
  });
});

describe('what cannot be done without the missing part is left out and named too', () => {
  test('patches of it, while the other documents of the same patch file stay', async () => {
    const { yaml, missing } = await build({
      'app/kustomization.yaml': `resources: [a.yaml, "${remote}"]\npatches: [{path: patch.yaml}]\n`,
      'app/a.yaml': configMap('a'),
      'app/patch.yaml': `${configMap('a')}data: {patched: "yes"}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: live}\n`,
    });
    assert.match(yaml, /patched: "yes"/);
    assert.deepEqual(missing.slice(1), [{ path: 'app/kustomization.yaml', reference: 'patch of Deployment.v1.apps/web.live' }]);
  });

  test('patches of a component and of the Flux Kustomization', async () => {
    const { missing } = await build(
      {
        'app/kustomization.yaml': `resources: ["${remote}"]\ncomponents: [../component]\n`,
        'component/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatchesStrategicMerge: ["{apiVersion: v1, kind: Secret, metadata: {name: s}}"]\n',
      },
      {
        mode: 'flux',
        kustomization: { spec: { patches: [{ patch: 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n' }] } },
      },
    );
    assert.deepEqual(missing.slice(1), [
      { path: 'component/kustomization.yaml', reference: 'patch of Secret.v1.[noGrp]/s.[noNs]' },
      { path: 'app/kustomization.yaml', reference: 'patch of Service.v1.[noGrp]/web.[noNs]' },
    ]);
  });

  test('generators that merge into it, and replacements from it', async () => {
    const { names, missing } = await build({
      'app/kustomization.yaml': `resources: [a.yaml, "${remote}"]
configMapGenerator: [{name: settings, behavior: merge, literals: [a=b]}]
replacements:
  - source: {kind: Secret, name: gone, fieldPath: data.x}
    targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x], options: {create: true}}]
`,
      'app/a.yaml': configMap('a'),
    });
    assert.deepEqual(names, ['a']);
    assert.deepEqual(
      missing.slice(1).map(({ reference }) => reference.split(' ').slice(0, 2).join(' ')),
      ['generator of', 'replacement from'],
    );
  });

  test('but without a missing part it stays an error', async () => {
    using repository = temporaryRepository({
      'app/kustomization.yaml':
        'resources: [a.yaml]\npatches: [{patch: "{apiVersion: v1, kind: Secret, metadata: {name: s}}"}]\n',
      'app/a.yaml': configMap('a'),
    });
    const result = await engine.build({ mode: 'kustomize', root: repository.root, directory: 'app' });
    assert.ok(!result.ok);
    assert.equal(result.error.message, 'A patch in `app/kustomization.yaml` is for Secret s, which is not among its resources.');
  });
});
