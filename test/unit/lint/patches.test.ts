import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { cluster, fluxKustomization, kustomization, overlays, single } from '../../support/manifests.ts';

const code = 'patch-target-unmatched';
const file = 'kustomization.yaml';
const operations = '    patch: |\n      - op: add\n        path: /metadata/labels\n        value: {}\n';
const patch = (target: string) => `patches:\n  - target:\n${target.replaceAll(/^/gm, '      ')}\n${operations}`;
const of = (rest: string) => new LintedRepository(single('acme/api:v1', '', rest));

test('a target that matches nothing is passed over in silence', () => {
  const linted = of(patch('kind: Deployment\nname: apo'));
  assert.deepEqual(linted.lines, [
    'warning patch-target-unmatched kustomization.yaml:6 There is no resource in this repository that matches the target Deployment apo, so this patch does nothing.',
  ]);
  assert.deepEqual(linted.fixes(code), ['replace-name: Use the name api']);
  assert.equal(linted.after('Use the name api')[file], single('acme/api:v1', '', patch('kind: Deployment\nname: api'))[file]);
  assert.deepEqual(of(patch('kind: StatefulSet')).lines, [
    'information patch-target-unmatched kustomization.yaml:5 There is no resource in this repository that matches the target StatefulSet, so this patch does nothing.',
  ]);
  assert.deepEqual(of(patch('labelSelector: app=web')).lines, [
    'information patch-target-unmatched kustomization.yaml:7 There is no resource in this repository that matches the target labelSelector app=web, so this patch does nothing.',
  ]);
});

test('a target that only excludes may well meet nothing', () => {
  assert.deepEqual(of(patch('kind: Deployment\nlabelSelector: app!=web,tier notin (x)\nannotationSelector: a!=b')).lines, []);
  assert.deepEqual(of(patch('kind: StatefulSet\nlabelSelector: app!=web')).lines, [
    'information patch-target-unmatched kustomization.yaml:5 There is no resource in this repository that matches the target StatefulSet (labelSelector app!=web), so this patch does nothing.',
  ]);
});

test('targets match with patterns, prefixes and names before and after them', () => {
  for (const target of [
    'kind: Deployment',
    'kind: Deploy.*',
    'name: a.*',
    'kind: Deployment\nname: api',
    'group: apps\nversion: v1',
  ])
    assert.deepEqual(of(patch(target)).of(code), [], target);
  const prefixed = overlays('acme/api:v1', { prod: `namePrefix: prod-\n${patch('kind: Deployment\nname: api')}` });
  assert.deepEqual(new LintedRepository(prefixed).lines, []);
  const renamed = overlays('acme/api:v1', { prod: patch('kind: Deployment\nname: base-api') }, 'namePrefix: base-\n');
  assert.deepEqual(new LintedRepository(renamed).lines, []);
});

test('a strategic merge patch without its object ends the build', () => {
  const merge =
    '- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n    spec:\n      replicas: 2\n';
  assert.deepEqual(of(`patches:\n${merge}`).lines, [
    'error patch-target-unmatched kustomization.yaml:8 There is no resource in this repository that this strategic merge patch is for, and kustomize refuses to build.',
  ]);
  const old = new LintedRepository({
    ...single('acme/api:v1', '', 'patchesStrategicMerge:\n  - patch.yaml\n'),
    'patch.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n',
  });
  assert.deepEqual(old.lines, [
    'error patch-target-unmatched patch.yaml:4 There is no resource in this repository that this strategic merge patch is for, and kustomize refuses to build.',
  ]);
});

test('a patch of a base is told only where no root has its object, and not where something is unknown', () => {
  const files = overlays('acme/api:v1', { dev: '', prod: '' }, patch('kind: Deployment\nname: web'));
  assert.deepEqual(new LintedRepository(files).lines, [
    'warning patch-target-unmatched apps/base/kustomization.yaml:6 There is no resource in dev and prod that matches the target Deployment web, so this patch does nothing.',
  ]);
  const component = {
    'one/kustomization.yaml': kustomization(['deployment.yaml'], 'components: [../fast]\n'),
    'one/deployment.yaml': single('acme/api:v1', '')['deployment.yaml'] ?? '',
    'two/kustomization.yaml': kustomization([], 'components: [../fast]\n').replace('resources:\n', 'resources: []\n'),
    'fast/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${patch('kind: Deployment\nname: api')}`,
  };
  assert.deepEqual(new LintedRepository(component).of(code), []);
  assert.deepEqual(
    new LintedRepository({
      ...single('acme/api:v1', ''),
      [file]: kustomization(['github.com/acme/x//y?ref=v1'], patch('kind: Deployment\nname: web')),
    }).of(code),
    [],
  );
});

test('a patch of a Flux Kustomization is told at its target', () => {
  const flux = fluxKustomization(
    'apps',
    './apps/base',
    '  patches:\n    - target:\n        kind: Deployment\n        name: web\n      patch: |\n        - op: remove\n          path: /spec/replicas\n',
  );
  const files = { ...overlays('acme/api:v1', {}), ...cluster('prod', { 'apps.yaml': flux }) };
  assert.deepEqual(new LintedRepository(files, { remoteUrls: ['https://github.com/acme/gitops'] }).lines, [
    'warning patch-target-unmatched clusters/prod/apps.yaml:16 There is no resource in prod that matches the target Deployment web, so this patch does nothing.',
  ]);
});
