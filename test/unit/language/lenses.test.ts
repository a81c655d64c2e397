import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hintsIn } from '../../../src/core/language/hints.ts';
import { imageLenses } from '../../../src/core/language/lenses.ts';
import type { Files } from '../../support/fleet.ts';
import { deployment, fleet, fleetOf, flux } from '../../support/fleet.ts';

/** `apps/dev/kustomization.yaml:4 name: dev`: what each lens stands above, and its words. */
function lenses(files: Files, path: string): string[] {
  const at = fleetOf(files);
  return imageLenses(at.repository, at.inventory, at.file(path)).map(
    ({ place, words }) => `${at.say(place).slice(path.length + 1)}: ${words}`,
  );
}

describe('A lens', () => {
  test('above an entry names the environments that it reaches, and what is behind', () => {
    assert.deepEqual(lenses(fleet, 'apps/dev/kustomization.yaml'), ['4 name: dev']);
    assert.deepEqual(lenses(fleet, 'apps/prod/kustomization.yaml'), ['4 name: prod: 1 minor behind dev']);
  });

  test('stands above the lines of manifests that decide, and above no others', () => {
    assert.deepEqual(lenses(fleet, 'apps/base/api/deployment.yaml'), []);
    const plain = { ...fleet, 'apps/dev/kustomization.yaml': 'resources: [../base/api]\n' };
    assert.deepEqual(lenses(plain, 'apps/base/api/deployment.yaml'), ['10 ghcr.io/acme/api:latest: dev']);
  });

  test('says of several environments which of them are behind', () => {
    const entry = 'images: [{name: ghcr.io/acme/api, newTag: v1.0.0}]\n';
    const shared: Files = {
      ...fleet,
      'apps/late/kustomization.yaml': `resources: [../base/api]\n${entry}`,
      'apps/staging/kustomization.yaml': 'resources: [../late]\n',
      'apps/prod/kustomization.yaml': 'resources: [../late]\n',
      'clusters/main/staging.yaml': flux('apps-staging', './apps/staging'),
    };
    assert.deepEqual(
      lenses(shared, 'apps/late/kustomization.yaml'),
      ['2 name: staging, prod: 2 minors behind dev'].map((line) => line.replace('staging, prod', 'staging and prod')),
    );
  });

  test('says that an entry matches nothing where that is certain, and is not there where it is not', () => {
    const dead = 'images: [{name: nobody, newTag: v1}]\n';
    assert.deepEqual(
      lenses(
        { 'kustomization.yaml': `resources: [app.yaml]\n${dead}`, 'app.yaml': deployment('app', 'app:v1') },
        'kustomization.yaml',
      ),
      ['2 name: matches no image'],
    );
    const remote = 'resources: ["https://github.com/acme/base?ref=v1"]\nimages: [{name: nobody}]\n';
    assert.deepEqual(lenses({ 'kustomization.yaml': remote }, 'kustomization.yaml'), []);
  });

  test('stands once above the values of one image of a chart', () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: web}
spec:
  values:
    image:
      repository: ghcr.io/acme/web
      tag: v1
`;
    assert.deepEqual(
      lenses({ 'apps/dev/kustomization.yaml': 'resources: [web.yaml]\n', 'apps/dev/web.yaml': release }, 'apps/dev/web.yaml'),
      ['7 ghcr.io/acme/web: dev'],
    );
  });

  test('does not say that a file is for its own directory', () => {
    const files = {
      'some/where/kustomization.yaml': 'resources: [app.yaml]\n',
      'some/where/app.yaml': deployment('app', 'app:v1'),
    };
    assert.deepEqual(lenses(files, 'some/where/app.yaml'), ['10 app:v1: ']);
  });

  test('names what deploys an image that is in no environment', () => {
    const files = {
      'apps/kustomization.yaml': 'resources: [app.yaml]\n',
      'apps/app.yaml': deployment('app', 'app:v1'),
      'flux/flux-system/gotk-sync.yaml': flux('flux-system', './apps'),
    };
    assert.deepEqual(lenses(files, 'apps/app.yaml'), ['10 app:v1: flux-system/flux-system']);
  });
});

function hints(files: Files, path: string): string[] {
  const at = fleetOf(files);
  const file = at.file(path);
  return hintsIn(at.repository, at.inventory, file, { start: 0, end: file.text.length }).map(
    ({ offset, label }) => `${file.text.slice(file.text.lastIndexOf('\n', offset - 1) + 1, offset).trim()} | ${label}`,
  );
}

describe('A hint', () => {
  test('behind an image of a base says what runs instead', () => {
    assert.deepEqual(hints(fleet, 'apps/base/api/deployment.yaml'), [
      'image: ghcr.io/acme/api:latest | dev: v1.2.0, prod: v1.1.0',
    ]);
  });

  test('is not behind a line that says it already', () => {
    assert.deepEqual(hints(fleet, 'apps/dev/kustomization.yaml'), []);
  });

  test('behind an empty tag says what runs', () => {
    const files = {
      ...fleet,
      'apps/prod/kustomization.yaml': 'resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  newTag: ""\n',
    };
    assert.deepEqual(hints(files, 'apps/prod/kustomization.yaml'), ['newTag: "" | latest']);
  });

  test('behind a new name says the tag that stays, and behind a renamed image the whole reference', () => {
    const files = {
      ...fleet,
      'apps/prod/kustomization.yaml': 'resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  newName: r/api\n',
    };
    assert.deepEqual(hints(files, 'apps/prod/kustomization.yaml'), ['newName: r/api | latest']);
    assert.deepEqual(hints(files, 'apps/base/api/deployment.yaml'), [
      'image: ghcr.io/acme/api:latest | dev: v1.2.0, prod: r/api:latest',
    ]);
  });

  test('behind a variable says its value, in an image as well', () => {
    const files: Files = {
      'apps/api/kustomization.yaml': 'resources: [app.yaml]\n',
      'apps/api/app.yaml': `${deployment('app', 'app:${tag}')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  HOST: \${host}\n`,
      'clusters/main/flux-system/gotk-sync.yaml': flux('flux-system', './clusters/main'),
      'clusters/main/apps.yaml': flux('apps', './apps/api', '  postBuild: {substitute: {host: a.example, tag: v3}}\n'),
    };
    assert.deepEqual(hints(files, 'apps/api/app.yaml'), ['image: app:${tag} | v3', 'HOST: ${host} | a.example']);
  });

  test('says nothing of what is not known', () => {
    const files = {
      'kustomization.yaml':
        'resources: [app.yaml]\ncomponents: ["https://github.com/acme/c?ref=v1"]\nimages: [{name: app, newTag: ""}]\n',
      'app.yaml': deployment('app', 'app:v1'),
    };
    assert.deepEqual(hints(files, 'kustomization.yaml'), []);
  });

  test('tells the roots of one environment apart where they run different versions', () => {
    const files: Record<string, string> = {
      'base/kustomization.yaml': 'resources: [app.yaml]\n',
      'base/app.yaml': deployment('app', 'app:v0'),
    };
    for (const [name, tag] of [
      ['eu', 'v1'],
      ['us', 'v2'],
    ] as const)
      files[`apps/prod/${name}/kustomization.yaml`] = `resources: [../../../base]\nimages: [{name: app, newTag: ${tag}}]\n`;
    assert.deepEqual(hints(files, 'base/app.yaml'), ['image: app:v0 | prod (eu): v1, prod (us): v2']);
  });

  test('names no more than three versions', () => {
    const files: Record<string, string> = {
      'base/kustomization.yaml': 'resources: [app.yaml]\n',
      'base/app.yaml': deployment('app', 'app:v0'),
    };
    for (const [index, name] of ['dev', 'test', 'staging', 'prod'].entries())
      files[`envs/${name}/kustomization.yaml`] =
        `resources: [../../base]\nimages: [{name: app, newTag: v${String(index + 1)}}]\n`;
    assert.deepEqual(hints(files, 'base/app.yaml'), ['image: app:v0 | dev: v1, test: v2, staging: v3 and 1 more']);
  });
});
