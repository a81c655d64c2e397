import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import type { Files } from '../../support/lintedRepository.ts';
import { cluster, deployment, fluxKustomization, gitRepository, kustomization, overlays } from '../../support/manifests.ts';

const remoteUrls = ['https://github.com/acme/gitops'];
const lint = (files: Files) => new LintedRepository(files, { remoteUrls });
const at = (path: string, rest = '', files: Files = overlays('acme/api:v1', { dev: '', prod: '' })) =>
  lint({
    ...files,
    ...cluster('prod', {
      'apps.yaml': fluxKustomization('apps', path, rest),
      'dev.yaml': fluxKustomization('dev', './apps/dev'),
    }),
  });

test('a path that leads to no directory applies nothing', () => {
  const linted = at('./apps/prd');
  assert.deepEqual(linted.of('flux-path-not-found'), [
    'error clusters/prod/apps.yaml:8 There is no directory apps/prd in this repository, so flux-system/apps applies nothing; the nearest is apps/prod.',
  ]);
  assert.deepEqual(linted.fixes('flux-path-not-found'), ['replace-path: Use apps/prod']);
  assert.equal(linted.after('Use apps/prod')['clusters/prod/apps.yaml'], fluxKustomization('apps', './apps/prod'));
  assert.deepEqual(at('./Apps/Prod').of('flux-path-not-found'), [
    'error clusters/prod/apps.yaml:8 There is no directory Apps/Prod in this repository, so flux-system/apps applies nothing; the nearest is apps/prod.',
  ]);
  assert.deepEqual(at('./elsewhere/entirely').of('flux-path-not-found'), [
    'error clusters/prod/apps.yaml:8 There is no directory elsewhere/entirely in this repository, so flux-system/apps applies nothing.',
  ]);
  assert.deepEqual(at('./elsewhere/entirely').fixes('flux-path-not-found'), []);
});

test('backslashes are letters for Flux', () => {
  const linted = at('.\\apps\\prod');
  assert.deepEqual(linted.of('flux-path-not-found'), [
    'error clusters/prod/apps.yaml:8 Flux takes backslashes for letters, so flux-system/apps finds no directory: write the path with forward slashes, apps/prod.',
  ]);
  assert.equal(linted.after('Use apps/prod')['clusters/prod/apps.yaml'], fluxKustomization('apps', './apps/prod'));
});

test('the directory in any spelling that Flux takes is found', () => {
  for (const path of ['apps/prod', './apps/prod/', '/apps/prod', './apps/../apps/prod', '"./apps/prod"', '../../apps/prod'])
    assert.deepEqual(at(path).of('flux-path-not-found'), [], path);
});

test('other sources, variables and composed artifacts prove nothing', () => {
  const files = overlays('acme/api:v1', { prod: '' });
  const other = (source: string) => ({
    ...files,
    'clusters/prod/source.yaml': source,
    'clusters/prod/apps.yaml': fluxKustomization('apps', './apps/prd'),
  });
  assert.deepEqual(lint(other(gitRepository('https://github.com/acme/other'))).of('flux-path-not-found'), []);
  assert.deepEqual(
    lint({
      ...other(gitRepository()),
      'clusters/prod/apps.yaml': fluxKustomization('apps', './apps/prd').replace('kind: GitRepository', 'kind: OCIRepository'),
    }).of('flux-path-not-found'),
    [],
  );
  assert.deepEqual(at('./apps/${environment}').of('flux-path-not-found'), []);
  assert.deepEqual(lint({ ...files, 'docs/apps.yaml': fluxKustomization('apps', './apps/prd') }).of('flux-path-not-found'), []);
});

test('two Flux Kustomizations with one lost path are each told', () => {
  const linted = lint({
    ...overlays('acme/api:v1', {}),
    ...cluster('prod', { 'apps.yaml': `${fluxKustomization('one', './nope')}---\n${fluxKustomization('two', './nope')}` }),
  });
  assert.deepEqual(linted.of('flux-path-not-found'), [
    'error clusters/prod/apps.yaml:8 There is no directory nope in this repository, so flux-system/one applies nothing.',
    'error clusters/prod/apps.yaml:21 There is no directory nope in this repository, so flux-system/two applies nothing.',
  ]);
});

test('Flux applies every YAML file of a directory without a kustomization file', () => {
  const files = { 'apps/deployment.yaml': deployment('acme/api:v1'), 'apps/values.yaml': 'replicas: 2\n' };
  const linted = lint({ ...files, ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps') }) });
  assert.deepEqual(linted.lines, [
    'error non-kubernetes-yaml-in-flux-path apps/values.yaml:1 Flux applies every YAML file below apps, and this is no Kubernetes object, so it applies none of them: list the manifests in a kustomization.yaml.',
  ]);
  const listed = { ...files, 'apps/kustomization.yaml': kustomization(['deployment.yaml']) };
  assert.deepEqual(lint({ ...listed, ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps') }) }).lines, []);
  const sourceignore = { ...files, '.sourceignore': 'values.yaml\n' };
  assert.deepEqual(lint({ ...sourceignore, ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps') }) }).lines, []);
  assert.deepEqual(lint(files).lines, []);
});

test('the document that is no object is marked', () => {
  const files = { 'apps/deployment.yaml': `${deployment('acme/api:v1')}---\nreplicas: 2\n` };
  const linted = lint({ ...files, ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps') }) });
  assert.deepEqual(linted.lines, [
    'error non-kubernetes-yaml-in-flux-path apps/deployment.yaml:12 Flux applies every YAML file below apps, and this is no Kubernetes object, so it applies none of them: list the manifests in a kustomization.yaml.',
  ]);
});

test('an environment that no Flux Kustomization applies is told where others are', () => {
  const linted = lint({
    ...overlays('acme/api:v1', { dev: '', prod: '' }),
    ...cluster('dev', { 'apps.yaml': fluxKustomization('apps', './apps/dev') }),
  });
  assert.deepEqual(linted.lines, [
    'information env-not-deployed apps/prod/kustomization.yaml:1 There is no Flux Kustomization for apps/prod, so nothing of it is deployed from this repository.',
  ]);
});

test('nothing is said of deployment where it is not known who deploys', () => {
  const files = overlays('acme/api:v1', { dev: '', prod: '' });
  const dev = cluster('dev', { 'apps.yaml': fluxKustomization('apps', './apps/dev') });
  const quiet: Files[] = [
    files,
    { ...files, ...cluster('dev', { 'apps.yaml': fluxKustomization('apps', './apps/${environment}') }) },
    {
      ...files,
      ...cluster('dev', {
        'apps.yaml': fluxKustomization('apps', './apps/dev'),
        'more.yaml': fluxKustomization('more', './apps/${environment}'),
      }),
    },
    { ...files, ...dev, 'argo/app.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: prod\n' },
    { ...files, ...dev, 'apps/prod/kustomization.yaml': kustomization(['../base', 'missing.yaml']) },
    { ...files, ...dev, 'clusters/dev/more.yaml': fluxKustomization('more', './nope') },
  ];
  for (const [index, one] of quiet.entries()) assert.deepEqual(lint(one).of('env-not-deployed'), [], String(index));
});

const image = (reference: string, rest: string, more: Files = {}) =>
  lint({
    ...overlays(reference, {}),
    ...cluster('prod', { 'apps.yaml': fluxKustomization('apps', './apps/base', rest), ...more }),
  });

test('a variable that nothing sets ends the build, or is empty before Flux 1.9', () => {
  assert.deepEqual(image('acme/api:${TAG}', '  postBuild:\n    substitute:\n      OTHER: v1\n').lines, [
    'error undefined-flux-variable apps/base/deployment.yaml:10 TAG has no value: the postBuild of flux-system/apps does not set it, so Flux since 1.9 refuses to build, and older versions run "acme/api:".',
  ]);
  assert.deepEqual(image('acme/api:${TAG}', '').lines, [
    'error undefined-flux-variable apps/base/deployment.yaml:10 TAG has no value: the postBuild of flux-system/apps sets no variable, so the text ${TAG} itself reaches the cluster.',
  ]);
  assert.deepEqual(image('acme/api:${TAG}', '  postBuild: {}\n').lines, [
    'error undefined-flux-variable apps/base/deployment.yaml:10 TAG has no value: the postBuild of flux-system/apps sets no variable, so the text ${TAG} itself reaches the cluster.',
  ]);
  assert.deepEqual(image('${NAME}:${TAG}', '  postBuild:\n    substitute:\n      OTHER: v1\n').lines, [
    'error undefined-flux-variable apps/base/deployment.yaml:10 NAME has no value: the postBuild of flux-system/apps does not set it, so Flux since 1.9 refuses to build, and older versions run ":".',
    'error undefined-flux-variable apps/base/deployment.yaml:10 TAG has no value: the postBuild of flux-system/apps does not set it, so Flux since 1.9 refuses to build, and older versions run ":".',
  ]);
});

test('a variable with a value, a default or an unknown source is fine', () => {
  const configMap = {
    'vars.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vars\n  namespace: flux-system\ndata:\n  TAG: v2\n',
  };
  const from = (kind: string, more = '') =>
    `  postBuild:\n    substituteFrom:\n      - kind: ${kind}\n        name: vars\n${more}`;
  const quiet = [
    image('acme/api:${TAG}', '  postBuild:\n    substitute:\n      TAG: v1\n'),
    image('acme/api:${TAG:=v1}', '  postBuild:\n    substitute:\n      OTHER: v1\n'),
    image('acme/api:${TAG:-v1}', '  postBuild:\n    substitute:\n      OTHER: v1\n'),
    image('acme/api:${TAG}', from('ConfigMap'), configMap),
    image('acme/api:${TAG}', from('ConfigMap')),
    image('acme/api:${TAG}', from('Secret')),
    image('acme/api:$TAG', '  postBuild:\n    substitute:\n      OTHER: v1\n'),
    lint({ ...overlays('acme/api:${TAG}', { prod: '' }) }),
  ];
  for (const [index, one] of quiet.entries()) assert.deepEqual(one.of('undefined-flux-variable'), [], String(index));
  assert.deepEqual(image('acme/api:${NOPE}', from('ConfigMap'), configMap).of('undefined-flux-variable'), [
    'error apps/base/deployment.yaml:10 NOPE has no value: the postBuild of flux-system/apps does not set it, so Flux since 1.9 refuses to build, and older versions run "acme/api:".',
  ]);
});

test('an object that is marked is not substituted', () => {
  const marked = deployment('acme/api:${TAG}').replace(
    'name: api\n',
    'name: api\n  annotations:\n    kustomize.toolkit.fluxcd.io/substitute: disabled\n',
  );
  const files = {
    ...overlays('x', {}),
    'apps/base/deployment.yaml': marked,
    ...cluster('prod', {
      'apps.yaml': fluxKustomization('apps', './apps/base', '  postBuild:\n    substitute:\n      OTHER: v1\n'),
    }),
  };
  assert.deepEqual(lint(files).of('undefined-flux-variable'), []);
});
