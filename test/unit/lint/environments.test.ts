import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository, seenTag } from '../../support/lintedRepository.ts';
import type { World } from '../../support/lintedRepository.ts';
import { cluster, deployment, fluxKustomization, kustomization, overlays } from '../../support/manifests.ts';

const images = (tag: string, name = 'acme/api') => `images:\n  - name: ${name}\n    newTag: ${tag}\n`;
const tags = (environments: Readonly<Record<string, string>>) =>
  overlays('acme/api', Object.fromEntries(Object.entries(environments).map(([name, tag]) => [name, images(tag)])));
const order = (environments: Readonly<Record<string, string>>, world: World = {}) =>
  new LintedRepository(tags(environments), world).of('env-order-violation');

test('an environment ahead of the one before it is a warning from a minor version on', () => {
  assert.deepEqual(order({ dev: 'v1.2.0', prod: 'v1.3.0' }), [
    'warning apps/prod/kustomization.yaml:5 prod runs v1.3.0, 1 minor ahead of dev, which runs v1.2.0.',
  ]);
  assert.deepEqual(order({ dev: 'v1.2.0', prod: 'v2.0.0' }), [
    'warning apps/prod/kustomization.yaml:5 prod runs v2.0.0, 1 major ahead of dev, which runs v1.2.0.',
  ]);
  assert.deepEqual(order({ dev: 'v1.2.0', prod: 'v1.2.1' }), [
    'information apps/prod/kustomization.yaml:5 prod runs v1.2.1, 1 patch ahead of dev, which runs v1.2.0.',
  ]);
  const linted = new LintedRepository(tags({ dev: 'v1.2.0', prod: 'v1.3.0' }));
  assert.deepEqual(linted.related('env-order-violation'), ['apps/dev/kustomization.yaml:5 dev runs v1.2.0']);
});

test('the environment that comes last before it is the one to compare with', () => {
  assert.deepEqual(order({ dev: 'v1.4.0', staging: 'v1.2.0', prod: 'v1.3.0' }), [
    'warning apps/prod/kustomization.yaml:5 prod runs v1.3.0, 1 minor ahead of staging, which runs v1.2.0.',
  ]);
  assert.deepEqual(order({ dev: 'v1.2.0', staging: 'v1.3.0', prod: 'v1.3.0' }), [
    'warning apps/staging/kustomization.yaml:5 staging runs v1.3.0, 1 minor ahead of dev, which runs v1.2.0.',
  ]);
  assert.deepEqual(order({ one: 'v1.2.0', two: 'v1.3.0' }), []);
  assert.deepEqual(order({ dev: 'v1.3.0', prod: 'v1.2.0' }, { order: ['prod', 'dev'] }), [
    'warning apps/dev/kustomization.yaml:5 dev runs v1.3.0, 1 minor ahead of prod, which runs v1.2.0.',
  ]);
});

test('other schemes, digests, hashes, prereleases on the way and environments aside are not compared', () => {
  for (const [dev, prod] of [
    ['v1.2.0', 'backend-v1.3.0'],
    ['1.2.0-alpine', '1.3.0'],
    ['7e2a1b3', '8f3b2c4'],
    ['v1.3.0-rc.1', 'v1.3.0'],
    ['v1.3.0', 'v1.3.0'],
    ['v1.2', 'v1.3.0'],
    ['latest', 'v1.3.0'],
    ['v1.4.0', 'v1.3.0'],
    ['1.2.0', 'v1.2.0'],
  ] as const)
    assert.deepEqual(order({ dev, prod }), [], `${dev} ${prod}`);
  assert.deepEqual(order({ demo: 'v1.2.0', prod: 'v1.3.0' }), []);
  assert.deepEqual(order({ perf: 'v1.2.0', staging: 'v1.3.0' }), []);
  assert.deepEqual(order({ 'prod-eu': 'v1.2.0', 'prod-us': 'v1.3.0' }), []);
  const pinned = `images:\n  - name: acme/api\n    newTag: v1.3.0\n    digest: sha256:${'ab'.repeat(32)}\n`;
  assert.deepEqual(
    new LintedRepository(overlays('acme/api', { dev: images('v1.2.0'), prod: pinned })).of('env-order-violation'),
    [],
  );
});

test('a mirror is the same image, and a suspended environment is not judged', () => {
  const mirrored = `images:\n  - name: acme/api\n    newName: mirror.example/api\n    newTag: v1.3.0\n`;
  assert.deepEqual(
    new LintedRepository(overlays('acme/api', { dev: images('v1.2.0'), prod: mirrored })).of('env-order-violation'),
    ['warning apps/prod/kustomization.yaml:6 prod runs v1.3.0, 1 minor ahead of dev, which runs v1.2.0.'],
  );
  const flux = fluxKustomization('apps', './apps/prod', '  suspend: true\n');
  assert.deepEqual(
    new LintedRepository({ ...tags({ dev: 'v1.2.0', prod: 'v1.3.0' }), ...cluster('prod', { 'apps.yaml': flux }) }).of(
      'env-order-violation',
    ),
    [],
  );
});

test('an environment that takes the tag of the base is told what the others set', () => {
  const linted = new LintedRepository(
    overlays('acme/api:v1.0.0', { dev: images('v1.2.0'), staging: images('v1.1.0'), prod: 'namespace: prod\n' }),
  );
  assert.deepEqual(linted.of('tag-not-overridden'), [
    'information apps/prod/kustomization.yaml:1 prod takes acme/api:v1.0.0 from apps/base/deployment.yaml, and dev and staging set tags of their own: prod has no images entry for it.',
  ]);
  assert.deepEqual(linted.related('tag-not-overridden'), [
    'apps/dev/kustomization.yaml:5 dev runs v1.2.0',
    'apps/staging/kustomization.yaml:5 staging runs v1.1.0',
  ]);
  const web = 'images:\n  - name: acme/web\n    newTag: v2\n';
  const other = {
    ...overlays('acme/api:v1.0.0', { dev: images('v1.2.0'), prod: web }),
    'apps/base/deployment.yaml': deployment('acme/api:v1.0.0', 'acme/web:v1.0.0'),
  };
  assert.deepEqual(new LintedRepository(other).of('tag-not-overridden'), [
    'information apps/dev/kustomization.yaml:3 dev takes acme/web:v1.0.0 from apps/base/deployment.yaml, and prod sets a tag of its own: dev has no images entry for it.',
    'information apps/prod/kustomization.yaml:3 prod takes acme/api:v1.0.0 from apps/base/deployment.yaml, and dev sets a tag of its own: prod has no images entry for it.',
  ]);
  // An entry that matches nothing may be meant for it: its own rule tells that.
  const dead = overlays('acme/api:v1.0.0', { dev: images('v1.2.0'), prod: web });
  assert.deepEqual(new LintedRepository(dead).of('tag-not-overridden'), []);
});

test('a tag that all take from the base, or that is the same everywhere, is meant', () => {
  const quiet = [
    overlays('acme/api:v1.0.0', { dev: '', prod: '' }),
    overlays('acme/api:v1.0.0', { dev: images('v1.0.0'), prod: '' }),
    overlays('acme/api:v1.0.0', { dev: images('v1.2.0'), prod: images('v1.1.0') }),
    {
      ...overlays('acme/api:v1.0.0', { dev: images('v1.2.0') }),
      'other/prod/kustomization.yaml': kustomization(['deployment.yaml']),
      'other/prod/deployment.yaml': deployment('acme/api:v1.0.0'),
    },
    overlays('acme/api:v1.0.0 # {"$imagepolicy": "flux-system:api"}', { dev: images('v1.2.0'), prod: '' }),
  ];
  for (const [index, files] of quiet.entries())
    assert.deepEqual(new LintedRepository(files).of('tag-not-overridden'), [], String(index));
});

test('a moving tag is told once, at the line that decides, for all environments', () => {
  assert.deepEqual(new LintedRepository(overlays('acme/api:latest', { dev: '', prod: '' })).lines, [
    'warning mutable-tag apps/base/deployment.yaml:10 latest is a moving tag: what dev and prod pull can change without a commit here.',
  ]);
  assert.deepEqual(new LintedRepository(overlays('acme/api', { dev: '', prod: '' })).lines, [
    'warning mutable-tag apps/base/deployment.yaml:10 acme/api has no tag (implicit latest): what dev and prod pull can change without a commit here.',
  ]);
  assert.deepEqual(new LintedRepository(tags({ dev: 'main', prod: 'v1.0.0' })).lines, [
    'information mutable-tag apps/dev/kustomization.yaml:5 main is a moving tag: what dev pulls can change without a commit here.',
  ]);
  assert.deepEqual(new LintedRepository(tags({ dev: 'v1.0.0', prod: 'stable' })).lines, [
    'warning mutable-tag apps/prod/kustomization.yaml:5 stable is a moving tag: what prod pulls can change without a commit here.',
  ]);
  assert.deepEqual(new LintedRepository(tags({ dev: 'latest', prod: 'v1.0.0' })).of('mutable-tag'), [
    'warning apps/dev/kustomization.yaml:5 latest is a moving tag: what dev pulls can change without a commit here.',
  ]);
});

test('pinned, overridden, automated and emptied tags are no moving ones', () => {
  const quiet = [
    overlays(`acme/api:latest@sha256:${'ab'.repeat(32)}`, { dev: '', prod: '' }),
    overlays('acme/api:latest', { dev: images('v1.2.0'), prod: images('v1.1.0') }),
    overlays('acme/api:latest # {"$imagepolicy": "flux-system:api"}', { dev: '' }),
    overlays('acme/api:latest', { dev: images("''"), prod: images('v1.1.0') }),
    overlays('acme/api:latest', { prod: `images:\n  - name: acme/api\n    digest: sha256:${'ab'.repeat(32)}\n` }),
    { ...overlays('acme/api:latest', { prod: '' }), 'apps/prod/kustomization.yaml': kustomization(['../base', 'missing.yaml']) },
  ];
  for (const [index, files] of quiet.entries())
    assert.deepEqual(new LintedRepository(files).of('mutable-tag'), [], String(index));
});

const component = (dev: string, more: string, world: World = {}) => {
  const files = {
    ...overlays('acme/backend:backend-v1.0.0', {
      prod: images('backend-v1.1.0', 'acme/backend'),
      dev: images(dev, 'acme/backend'),
    }),
    'web/base/kustomization.yaml': kustomization(['deployment.yaml']),
    'web/base/deployment.yaml': deployment('acme/frontend:frontend-v1.0.0'),
    'web/prod/kustomization.yaml': kustomization(['../base'], images('frontend-v1.1.0', 'acme/frontend')),
    'web/dev/kustomization.yaml': kustomization(['../base'], images(more, 'acme/frontend')),
  };
  return new LintedRepository(files, world).of('foreign-component-tag');
};

test('a tag of another component is an error where several tags prove it, and a warning where one does', () => {
  assert.deepEqual(component('frontend-v1.2.0', 'frontend-v1.2.0'), [
    'error apps/dev/kustomization.yaml:5 frontend-v1.2.0 looks like a tag of acme/frontend: those of acme/backend start with "backend-".',
  ]);
  assert.deepEqual(component('frontend-v1.1.0', 'frontend-v1.1.0'), [
    'warning apps/dev/kustomization.yaml:5 frontend-v1.1.0 looks like a tag of acme/frontend: those of acme/backend start with "backend-".',
  ]);
});

test('what Git has seen of an image counts', () => {
  const history = [seenTag('web/dev/kustomization.yaml', 'acme/frontend', 'frontend-v0.9.0', '9')];
  assert.deepEqual(component('frontend-v1.1.0', 'frontend-v1.1.0', { history }), [
    'error apps/dev/kustomization.yaml:5 frontend-v1.1.0 looks like a tag of acme/frontend: those of acme/backend start with "backend-".',
  ]);
  const own = ['frontend-v0.1.0', 'frontend-v0.2.0'].map((tag) =>
    seenTag('apps/dev/kustomization.yaml', 'acme/backend', tag, tag.slice(-5)),
  );
  assert.deepEqual(component('frontend-v1.1.0', 'frontend-v1.1.0', { history: own }), []);
});

test('shared tags of a monorepo, generic words, environments and names alone prove nothing', () => {
  const pairs = [
    ['release-1.2.0', 'release-1.2.0'],
    ['v1.2.0', 'v1.2.0'],
    ['dev-1.2.0', 'dev-1.2.0'],
    ['web-v1.2.0', 'frontend-v1.2.0'],
    ['backend-v1.2.0', 'frontend-v1.2.0'],
  ] as const;
  for (const [dev, more] of pairs) assert.deepEqual(component(dev, more), [], dev);
});
