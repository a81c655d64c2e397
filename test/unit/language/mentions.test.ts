import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RepositoryFile } from '../../../src/core/repository/files.ts';
import { mentionAt, mentionsIn } from '../../../src/core/language/mentions.ts';
import type { Mention } from '../../../src/core/language/mention.ts';

/** `entry newTag v1`: type, what of it, and the text that stands there. */
function said(path: string, text: string): string[] {
  return mentionsIn(new RepositoryFile(path, text)).map((mention) => say(mention, text));
}

function say(mention: Mention, text: string): string {
  const { start, end } = mention.place;
  const words = [mention.type, detail(mention), text.slice(start, end)];
  return words.filter((word) => word !== '').join(' ');
}

function detail(mention: Mention): string {
  switch (mention.type) {
    case 'entry':
      return mention.field;
    case 'path':
      return `${mention.role} ${mention.path}`;
    case 'image':
      return mention.where;
    case 'value':
      return mention.part;
    case 'object':
      return `${mention.key} ${mention.object.kind}`;
    default:
      return '';
  }
}

describe('A kustomization file', () => {
  const text = `kind: Kustomization
resources: [deployment.yaml, ../base, "https://github.com/acme/base?ref=v1"]
components:
  - ../components/tls
patches:
  - path: patch.yaml
configMapGenerator:
  - name: settings
    files: [config.json=files/dev.json]
    envs: [.env]
images:
  - name: "ghcr.io/acme/api" # the api
    newTag: v1
`;
  test('speaks of its paths, of the fields of its entries, and of itself', () => {
    assert.deepEqual(said('apps/dev/kustomization.yaml', text), [
      'kustomization Kustomization',
      'path resource apps/dev/deployment.yaml deployment.yaml',
      'path resource apps/base ../base',
      'path component apps/components/tls ../components/tls',
      'path file apps/dev/patch.yaml patch.yaml',
      'path file apps/dev/files/dev.json files/dev.json',
      'path file apps/dev/.env .env',
      'entry name "ghcr.io/acme/api"',
      'entry newTag v1',
    ]);
  });

  test('may spell its keys as kustomize takes them, with a byte order mark, other line ends, anchors and tabs', () => {
    const odd = '\uFEFFImages:\r\n- NAME:\t&n app\t# x\r\n  NewTag: &t "v1"\r\n- {name: *n, newtag: *t}\r\n';
    assert.deepEqual(said('kustomization.yml', odd), ['entry name app', 'entry newTag "v1"', 'entry name *n', 'entry newTag *t']);
  });

  test('speaks of an empty value at its key', () => {
    assert.deepEqual(said('Kustomization', 'images:\n- name: app\n  newTag:\n'), ['entry name app', 'entry newTag newTag']);
    assert.deepEqual(said('Kustomization', 'images:\n- name: app\n  newTag: ""\n'), ['entry name app', 'entry newTag ""']);
  });

  test('speaks of the images in its patches, in the offsets of the file', () => {
    const patches = `patches:
- patch: |-
    - op: replace
      path: /spec/template/spec/containers/0/image
      value: app:v2
- target: {kind: Deployment}
  patch: |
    kind: Deployment
    metadata: {name: app}
    spec: {template: {spec: {containers: [{name: app, image: "app:v3"}]}}}
- patch: "[{op: add, path: /spec/template/spec/containers/-, value: {name: b, image: b:v1}}]"
`;
    assert.deepEqual(said('kustomization.yaml', patches), [
      'image container app:v2',
      'image container app:v3',
      'image container b:v1',
    ]);
  });

  test('speaks of nothing while it does not parse', () => {
    assert.deepEqual(said('kustomization.yaml', 'images:\n- name: "app\n'), []);
  });
});

test('A manifest speaks of the images of its containers and of its identity', () => {
  const text = `kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: a, image: a:v1}]
  containers: [{name: b, image: "b:v2"}]
`;
  assert.deepEqual(said('pod.yaml', text), ['identity Pod', 'identity web', 'image container a:v1', 'image container "b:v2"']);
});

test('A Flux Kustomization speaks of its path, its source, what it depends on, its values and its images', () => {
  const text = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec:
  path: ./apps/dev
  sourceRef: {kind: OCIRepository, name: fleet}
  dependsOn: [{name: infra}]
  components: [../tls]
  postBuild: {substituteFrom: [{kind: Secret, name: keys}]}
  images: [{name: app, newTag: v1}]
`;
  assert.deepEqual(said('apps.yaml', text), [
    'identity Kustomization',
    'identity apps',
    'path flux apps/dev ./apps/dev',
    'object sourceRef OCIRepository fleet',
    'object dependsOn Kustomization infra',
    'path component apps/tls ../tls',
    'object substituteFrom Secret keys',
    'entry name app',
    'entry newTag v1',
  ]);
});

test('A HelmRelease speaks of its chart, its values, and the images in them', () => {
  const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}}
  valuesFrom: [{kind: ConfigMap, name: defaults}]
  values:
    image: {repository: ghcr.io/acme/web, tag: v1}
    sidecar: {image: ghcr.io/acme/proxy:v2}
`;
  assert.deepEqual(said('web.yaml', text), [
    'identity HelmRelease',
    'identity web',
    'object sourceRef HelmRepository charts',
    'object valuesFrom ConfigMap defaults',
    'value repository ghcr.io/acme/web',
    'value tag v1',
    'image values ghcr.io/acme/proxy:v2',
  ]);
});

test('A marker of image automation stands beside the value that it is for', () => {
  const text = 'images:\n- name: app\n  newTag: v1 # {"$imagepolicy": "flux-system:app:tag"}\n';
  const file = new RepositoryFile('kustomization.yaml', text);
  const kindAt = (place: string): string | undefined => mentionAt(file, text.indexOf(place))?.type;
  assert.deepEqual(['v1', '{"$', 'name', 'images'].map(kindAt), ['entry', 'marker', undefined, undefined]);
});

test('Files that are no YAML speak of nothing', () => {
  assert.deepEqual(said('.env', 'kind: Pod\n'), []);
  assert.deepEqual(said('crd.yaml', 'kind: CustomResourceDefinition\nmetadata: {name: x}\n'), []);
});
