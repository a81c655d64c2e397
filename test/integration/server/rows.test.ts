import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bumpTargetsRequest, detailsRequest, statusRequest } from '../../../src/protocol.ts';
import { ServerProcess } from '../../support/serverProcess.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

const release = (values = '') =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: podinfo}\nspec:\n  chart: {spec: {chart: podinfo, version: 6.9.0}}\n${values}`;
const overlay = 'resources: [release.yaml]\n';

test('an image that only the chart knows is unknown, and nothing else is said of it', async () => {
  using repository = temporaryRepository({
    'apps/dev/kustomization.yaml': overlay,
    'apps/dev/release.yaml': release(),
    'apps/prod/kustomization.yaml': overlay,
    'apps/prod/release.yaml': release('  values: {image: {repository: ghcr.io/acme/podinfo, tag: 6.9.0}}\n'),
    'apps/qa/kustomization.yaml': overlay,
    'apps/qa/release.yaml': release('  values: {image: {repository: ghcr.io/acme/podinfo}}\n'),
  });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const [application] = await server.children();
  const rows = await server.children({ parent: application?.id });
  assert.deepEqual(
    rows.map(({ label, description, accessibleLabel }) => [label, description, accessibleLabel]),
    [
      ['dev', 'unknown: the chart decides its images', 'podinfo in dev, unknown: the chart decides its images'],
      ['qa', 'unknown: the chart decides the tag', 'podinfo in qa, unknown: the chart decides the tag'],
      ['prod', '6.9.0', 'podinfo in prod, tag 6.9.0'],
    ],
  );
  const details = async (environment: string) => {
    const usage = rows.find(({ label }) => label === environment)?.usage ?? '';
    return await server.connection.sendRequest(detailsRequest, { usage });
  };
  assert.equal((await details('dev'))?.reference, '');
  assert.deepEqual(
    (await details('prod'))?.others.map(({ environment, text }) => `${environment} ${text}`),
    ['qa unknown: the chart decides the tag'],
  );
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  assert.deepEqual(
    targets.map(({ environment, tag }) => [environment, tag]),
    [
      ['dev', ''],
      ['prod', '6.9.0'],
      ['qa', ''],
    ],
  );
  assert.deepEqual(await server.tree({ filter: 'differs' }), [], 'what is unknown is not said to differ');
});

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec: {containers: [{name: app, image: "acme/app:v1"}]}\n';
const entry = (tag: string) => `images:\n  - name: acme/app\n    newTag: ${tag}\n`;

test('an empty newTag is told where the base decides because of it, and not where a later layer sets the tag', async () => {
  using repository = temporaryRepository({
    'apps/base/kustomization.yaml': `resources: [pod.yaml]\n${entry('""')}`,
    'apps/base/pod.yaml': pod,
    'apps/dev/kustomization.yaml': `resources: [../base]\n${entry('v2')}`,
    'apps/qa/kustomization.yaml': `resources: [../base]\n${entry('')}`,
    'apps/prod/kustomization.yaml': 'resources: [../base]\n',
  });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  assert.deepEqual((await server.tree()).slice(1), [
    '  dev: v2',
    '  qa: v1   newTag is empty, base decides   behind dev: v2',
    '  prod: v1   newTag is empty, base decides   behind dev: v2',
  ]);
});

test('an application without environment is not preceded by an empty place', async () => {
  using repository = temporaryRepository({
    'apps/logs/kustomization.yaml': 'resources: [release.yaml, pod.yaml]\n',
    'apps/logs/release.yaml': release().replace('name: podinfo}\n', 'name: logs}\n'),
    'apps/logs/pod.yaml': pod.replace('name: app}', 'name: logs}'),
  });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const [row] = await server.children();
  assert.equal(row?.label, 'logs');
  assert.equal(row.description, 'unknown: the chart decides its images');
});

test('applications that are not open at first say their tags themselves', async () => {
  const overlays = (name: string, dev: string, prod: string) => ({
    [`apps/${name}/base/kustomization.yaml`]: 'resources: [pod.yaml]\n',
    [`apps/${name}/base/pod.yaml`]: pod.replaceAll('acme/app', `acme/${name}`),
    [`apps/${name}/overlays/dev/kustomization.yaml`]: `resources: [../../base]\n${entry(dev).replace('acme/app', `acme/${name}`)}`,
    [`apps/${name}/overlays/prod/kustomization.yaml`]: `resources: [../../base]\n${entry(prod).replace('acme/app', `acme/${name}`)}`,
  });
  const many = Object.assign(
    {},
    ...Array.from({ length: 24 }, (_, index) => overlays(`n${String(index)}`, 'v1', 'v1')),
  ) as Record<string, string>;
  using repository = temporaryRepository({
    ...many,
    ...overlays('api', 'v1.3.0', 'v1.2.0'),
    ...overlays('web', 'v2', 'v2'),
  });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const rows = await server.children();
  assert.equal(rows.length, 26);
  const row = (name: string) => rows.find(({ label }) => label === name);
  assert.equal(row('api')?.description, 'prod behind dev   dev v1.3.0, prod v1.2.0');
  assert.equal(row('api')?.accessibleLabel, 'api, prod behind dev, dev v1.3.0, prod v1.2.0');
  assert.equal(row('web')?.description, 'v2 in dev, prod');
  assert.equal(row('web')?.opensAtFirst, false);
  assert.ok((await server.children({ groupBy: 'environment' })).every(({ opensAtFirst }) => opensAtFirst));
});

test('Flux Kustomizations of the same name and path are told apart by their clusters', async () => {
  const flux =
    'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec:\n  path: ./apps\n  sourceRef: {kind: GitRepository, name: flux-system}\n';
  using repository = temporaryRepository({
    'apps/kustomization.yaml': 'resources: [pod.yaml]\n',
    'apps/pod.yaml': pod,
    'clusters/dev/apps.yaml': flux,
    'clusters/prod/apps.yaml': flux,
  });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const [target] = await server.connection.sendRequest(bumpTargetsRequest);
  const details = await server.connection.sendRequest(detailsRequest, { usage: target?.usage ?? '' });
  assert.deepEqual(
    details?.deployedBy.map(({ text }) => text),
    ['flux-system/apps, path ./apps, from clusters/dev', 'flux-system/apps, path ./apps, from clusters/prod'],
  );
});

test('a row has the state of the worst problem of its image, says how many there are, and its tooltip tells them', async () => {
  using repository = temporaryRepository({
    'apps/dev/kustomization.yaml': 'resources: [pod.yaml]\nimages:\n  - name: acme/app\n    newTag: v1@sha256\n',
    'apps/dev/pod.yaml': pod,
    'apps/prod/kustomization.yaml': 'resources: [pod.yaml]\nimages:\n  - name: acme/app\n    newTag: v1\n',
    'apps/prod/pod.yaml': pod,
  });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const [application] = await server.children();
  assert.deepEqual([application?.state, application?.description], ['error', 'dev: 1 error']);
  const rows = await server.children({ parent: application?.id });
  const dev = rows.find(({ label }) => label === 'dev');
  assert.equal(dev?.state, 'error');
  assert.match(dev.description, /1 error$/);
  assert.match(dev.accessibleLabel, /, 1 error$/);
  assert.notEqual(rows.find(({ label }) => label === 'prod')?.state, 'error');
  const details = await server.connection.sendRequest(detailsRequest, { usage: dev.usage ?? '' });
  assert.equal(details?.problems.length, 1);
  assert.match(details.problems[0]?.message ?? '', /v1@sha256/);
  assert.equal((await server.connection.sendRequest(statusRequest)).errors, 1);
  assert.equal((await server.tree({ filter: 'problems' })).length > 0, true);
});
