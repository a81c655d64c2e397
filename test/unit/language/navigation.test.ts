import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definitionAt } from '../../../src/core/language/definition.ts';
import { rootsOfFile } from '../../../src/core/language/fileUse.ts';
import { pathLinks } from '../../../src/core/language/links.ts';
import { referencesAt } from '../../../src/core/language/references.ts';
import type { Files } from '../../support/fleet.ts';
import { deployment, fleet, fleetOf, flux } from '../../support/fleet.ts';

function definition(files: Files, path: string, text: string): string[] {
  const at = fleetOf(files);
  const found = definitionAt(at.repository, at.inventory, at.file(path), at.offset(path, text));
  return (found?.targets ?? []).map(at.say);
}

function references(files: Files, path: string, text: string, withDeclaration = false): string[] {
  const at = fleetOf(files);
  return referencesAt(at.repository, at.inventory, at.file(path), at.offset(path, text), withDeclaration).map(at.say);
}

const policy =
  'apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {name: api, namespace: flux-system}\nspec: {imageRepositoryRef: {name: api-images}}\n---\napiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: api-images, namespace: flux-system}\nspec: {image: ghcr.io/acme/api}\n';

/** Everything that can be gone to, once. */
const rich: Files = {
  ...fleet,
  'apps/dev/kustomization.yaml':
    'resources:\n  - ../base/api\n  - https://github.com/acme/base?ref=v1\ncomponents:\n  - ../tls\npatches:\n  - path: patch.yaml\nconfigMapGenerator:\n  - name: files\n    files: [app.conf=conf/app.conf]\nimages:\n  - name: ghcr.io/acme/api\n    newTag: v1.2.0 # {"$imagepolicy": "flux-system:api:tag"}\n',
  'apps/tls/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
  'apps/dev/patch.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: 2}\n',
  'apps/dev/conf/app.conf': 'a=1\n',
  'clusters/main/policy.yaml': policy,
  'clusters/main/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {host: a.example}\n',
  'clusters/main/plain.yaml': flux(
    'plain',
    './plain',
    '  postBuild:\n    substituteFrom:\n      - kind: ConfigMap\n        name: settings\n',
  ),
  'plain/web.yaml': `${deployment('web', 'web:v1')}---\nkind: ConfigMap\nmetadata: {name: x}\ndata: {URL: "https://\${host}"}\n`,
};

describe('Go to definition', () => {
  const dev = 'apps/dev/kustomization.yaml';

  test('of a path leads to the file, or to the kustomization file of the directory', () => {
    assert.deepEqual(definition(rich, dev, '../base/api'), ['apps/base/api/kustomization.yaml:1 resources:']);
    assert.deepEqual(definition(rich, dev, '../tls'), [
      'apps/tls/kustomization.yaml:1 apiVersion: kustomize.config.k8s.io/v1alpha1',
    ]);
    assert.deepEqual(definition(rich, dev, 'patch.yaml'), ['apps/dev/patch.yaml:1 apiVersion: apps/v1']);
    assert.deepEqual(definition(rich, dev, 'conf/app.conf'), ['apps/dev/conf/app.conf:1 a=1']);
    assert.deepEqual(definition(rich, dev, 'https://'), []);
  });

  test('of an entry leads to the containers that it matches, and of a container to the lines that decide', () => {
    assert.deepEqual(definition(rich, dev, 'ghcr.io/acme/api'), ['apps/base/api/deployment.yaml:10 ghcr.io/acme/api:latest']);
    assert.deepEqual(definition(rich, dev, 'v1.2.0'), ['apps/base/api/deployment.yaml:10 ghcr.io/acme/api:latest']);
    assert.deepEqual(definition(fleet, 'apps/base/api/deployment.yaml', 'ghcr.io'), [
      'apps/dev/kustomization.yaml:5 v1.2.0',
      'apps/prod/kustomization.yaml:5 v1.1.0',
    ]);
    assert.deepEqual(definition(rich, 'plain/web.yaml', 'web:v1'), ['plain/web.yaml:10 web:v1']);
  });

  test('of what Flux names leads there: path, source, dependency, values, policy, scanned image', () => {
    assert.deepEqual(definition(rich, 'clusters/main/dev.yaml', './apps/dev'), ['apps/dev/kustomization.yaml:1 resources:']);
    assert.deepEqual(definition(rich, 'clusters/main/plain.yaml', './plain'), ['plain/web.yaml:1 apiVersion: apps/v1']);
    assert.deepEqual(definition(rich, 'clusters/main/dev.yaml', 'flux-system\n'), []);
    assert.deepEqual(definition(rich, 'clusters/main/prod.yaml', 'apps-dev'), ['clusters/main/dev.yaml:4 apps-dev']);
    assert.deepEqual(definition(rich, 'clusters/main/plain.yaml', 'settings'), ['clusters/main/settings.yaml:3 settings']);
    assert.deepEqual(definition(rich, 'clusters/main/policy.yaml', 'api-images'), ['clusters/main/policy.yaml:8 api-images']);
    assert.deepEqual(definition(rich, dev, '{"$image'), ['clusters/main/policy.yaml:3 api']);
  });

  test('of a source leads to the object that is written nearest', () => {
    const other = {
      ...fleet,
      'clusters/other/flux-system/gotk-sync.yaml': fleet['clusters/main/flux-system/gotk-sync.yaml'] ?? '',
    };
    const at = fleetOf(other);
    const offset = at.offset('clusters/main/dev.yaml', 'name: flux-system', 0) + 'name: '.length;
    const found = definitionAt(at.repository, at.inventory, at.file('clusters/main/dev.yaml'), offset);
    assert.deepEqual(found?.targets.map(at.say), ['clusters/main/flux-system/gotk-sync.yaml:15 flux-system']);
  });

  test('of a variable leads to its value', () => {
    assert.deepEqual(definition(rich, 'plain/web.yaml', '${host}'), ['clusters/main/settings.yaml:4 a.example']);
  });
});

describe('Find references', () => {
  test('of an image in a container finds everything that writes it', () => {
    const patched: Files = {
      ...fleet,
      'apps/prod/kustomization.yaml': `${fleet['apps/prod/kustomization.yaml'] ?? ''}patches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: ghcr.io/acme/api:patched\n`,
      'clusters/main/dev.yaml': flux('apps-dev', './apps/dev', '  images:\n    - name: ghcr.io/acme/api\n      newTag: v9\n'),
    };
    assert.deepEqual(references(patched, 'apps/base/api/deployment.yaml', 'ghcr.io', true), [
      'apps/base/api/deployment.yaml:10 ghcr.io/acme/api:latest',
      'apps/prod/kustomization.yaml:5 v1.1.0',
      'apps/prod/kustomization.yaml:11 ghcr.io/acme/api:patched',
      'clusters/main/dev.yaml:13 v9',
    ]);
    assert.deepEqual(references(patched, 'apps/prod/kustomization.yaml', 'ghcr.io/acme/api:patched'), [
      'apps/prod/kustomization.yaml:5 v1.1.0',
    ]);
  });

  test('of an entry finds the containers that it matches', () => {
    assert.deepEqual(references(fleet, 'apps/dev/kustomization.yaml', 'v1.2.0'), [
      'apps/base/api/deployment.yaml:10 ghcr.io/acme/api:latest',
    ]);
  });

  test('of a base finds every kustomization that lists it and every root that uses it', () => {
    const all = [
      'apps/dev/kustomization.yaml:2 ../base/api',
      'apps/prod/kustomization.yaml:2 ../base/api',
      'clusters/main/dev.yaml:7 ./apps/dev',
      'clusters/main/prod.yaml:7 ./apps/prod',
    ];
    assert.deepEqual(references(fleet, 'apps/dev/kustomization.yaml', '../base/api'), all);
    const written = { ...fleet, 'apps/base/api/kustomization.yaml': 'kind: Kustomization\nresources: [deployment.yaml]\n' };
    assert.deepEqual(references(written, 'apps/base/api/kustomization.yaml', 'Kustomization'), all);
    assert.deepEqual(
      references(fleet, 'apps/base/api/deployment.yaml', 'Deployment')[0],
      'apps/base/api/kustomization.yaml:2 deployment.yaml',
    );
  });

  test('of a root that no Flux Kustomization builds finds its kustomization file', () => {
    const plain = {
      'base/kustomization.yaml': 'kind: Kustomization\n',
      'over/kustomization.yaml': 'resources: [../base]\n',
      'top/kustomization.yaml': 'resources: [../over]\n',
    };
    assert.deepEqual(references(plain, 'base/kustomization.yaml', 'Kustomization'), [
      'over/kustomization.yaml:1 ../base',
      'top/kustomization.yaml:1 resources: [../over]',
    ]);
  });

  test('of a policy finds its markers, from either', () => {
    const marker = 'apps/dev/kustomization.yaml:13 # {"$imagepolicy": "flux-system:api:tag"}';
    assert.deepEqual(references(rich, 'clusters/main/policy.yaml', 'api, namespace')[0], marker);
    assert.deepEqual(references(rich, 'apps/dev/kustomization.yaml', '{"$image', true), [
      'clusters/main/policy.yaml:3 api',
      marker,
    ]);
  });

  test('of an object finds what names it, and means this one', () => {
    assert.deepEqual(references(fleet, 'clusters/main/dev.yaml', 'apps-dev'), [
      'clusters/main/flux-system/gotk-sync.yaml:7 ./clusters/main',
      'clusters/main/prod.yaml:12 apps-dev',
    ]);
    const other = {
      ...fleet,
      'clusters/other/dev.yaml': flux('apps-dev', './other'),
      'clusters/other/prod.yaml': flux('apps-prod', './other', '  dependsOn: [{name: apps-dev}]\n'),
    };
    assert.equal(references(other, 'clusters/main/dev.yaml', 'apps-dev')[1], 'clusters/main/prod.yaml:12 apps-dev');
    assert.deepEqual(references(other, 'clusters/other/prod.yaml', 'apps-dev', true), [
      'clusters/other/dev.yaml:4 apps-dev',
      'clusters/other/prod.yaml:11 apps-dev',
    ]);
  });

  test('of a variable finds its uses', () => {
    assert.deepEqual(references(rich, 'plain/web.yaml', '${host}', true), [
      'clusters/main/settings.yaml:4 a.example',
      'plain/web.yaml:14 ${host}',
    ]);
  });
});

describe('The links of a file', () => {
  test('are its paths that lead somewhere, and where', () => {
    const links = (files: Files, path: string): string[] => {
      const at = fleetOf(files);
      return pathLinks(at.repository, at.file(path)).map(
        ({ place, target }) => `${at.file(path).text.slice(place.start, place.end)} > ${target}`,
      );
    };
    const broken = { ...fleet, 'apps/dev/kustomization.yaml': 'resources: [../base/api, gone.yaml, ../nowhere]\n' };
    assert.deepEqual(links(broken, 'apps/dev/kustomization.yaml'), ['../base/api > apps/base/api/kustomization.yaml']);
    assert.deepEqual(links(fleet, 'clusters/main/prod.yaml'), ['./apps/prod > apps/prod/kustomization.yaml']);
    const foreign = {
      ...fleet,
      'clusters/main/other.yaml': `${flux('other', './apps/dev').replace('name: flux-system\n', 'name: elsewhere\n')}---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: elsewhere, namespace: flux-system}\nspec: {url: "https://github.com/acme/elsewhere"}\n`,
    };
    assert.deepEqual(links(foreign, 'clusters/main/other.yaml'), []);
  });
});

describe('A file is part of', () => {
  const uses = (files: Files, path: string): string[] => {
    const at = fleetOf(files);
    return rootsOfFile(at.repository, path).map(({ root, deployedBy }) =>
      `${root.directory} ${deployedBy.map(({ name }) => name).join(', ')}`.trim(),
    );
  };

  test('the roots that build it, its own first', () => {
    assert.deepEqual(uses(fleet, 'apps/base/api/deployment.yaml'), [
      'apps/dev flux-system/apps-dev',
      'apps/prod flux-system/apps-prod',
    ]);
    assert.deepEqual(uses(fleet, 'apps/prod/kustomization.yaml'), ['apps/prod flux-system/apps-prod']);
  });

  test('the root that applies a Flux Kustomization, and not the one that this builds', () => {
    assert.deepEqual(uses(fleet, 'clusters/main/prod.yaml'), ['clusters/main flux-system/flux-system']);
  });

  test('the roots that take values from it', () => {
    assert.deepEqual(uses(rich, 'clusters/main/settings.yaml'), [
      'clusters/main flux-system/flux-system',
      'plain flux-system/plain',
    ]);
  });

  test('nothing where nothing uses it', () => {
    assert.deepEqual(uses({ ...fleet, 'lost.yaml': deployment('lost', 'lost:v1') }, 'lost.yaml'), []);
  });
});
