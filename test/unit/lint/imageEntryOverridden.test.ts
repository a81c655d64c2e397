import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { cluster, deployment, fluxKustomization, kustomization, overlays, single } from '../../support/manifests.ts';

const code = 'image-entry-overridden';
const remoteUrls = ['https://github.com/acme/gitops'];
const entry = (name: string, tag: string) => `  - name: ${name}\n    newTag: ${tag}\n`;
const images = (tag: string) => `images:\n${entry('acme/api', tag)}`;
const patch = (image: string) =>
  `patches:\n  - target: { kind: Deployment }\n    patch: |\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: ${image}\n`;
const replacement = (value: string) =>
  `configMapGenerator:\n  - name: tags\n    literals:\n      - TAG=${value}\nreplacements:\n  - source: { kind: ConfigMap, name: tags, fieldPath: data.TAG }\n    targets:\n      - select: { kind: Deployment }\n        fieldPaths: [spec.template.spec.containers.0.image]\n        options: { delimiter: ':', index: 1 }\n`;

test('a replacement of the same layer runs after the entry', () => {
  const linted = new LintedRepository(single('acme/api:v1', entry('acme/api', 'v2'), replacement('v3')));
  assert.deepEqual(linted.lines, [
    'warning image-entry-overridden kustomization.yaml:5 The replacements of a later step write the tag after this entry, so v2 runs nowhere: this repository runs acme/api:v3.',
  ]);
  assert.deepEqual(linted.related(code), ['kustomization.yaml:9 this line decides instead']);
  assert.deepEqual(linted.fixes(code), []);
  // The value is the same, so that it runs.
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('acme/api', 'v2'), replacement('v2'))).lines, []);
});

test('a transformer runs after the entries', () => {
  const transformer =
    'apiVersion: builtin\nkind: ImageTagTransformer\nmetadata:\n  name: tag\nimageTag:\n  name: acme/api\n  newTag: v3\n';
  const files = {
    ...single('acme/api:v1', entry('acme/api', 'v2'), 'transformers:\n  - transformer.yaml\n'),
    'transformer.yaml': transformer,
  };
  assert.deepEqual(new LintedRepository(files).lines, [
    'warning image-entry-overridden kustomization.yaml:5 A transformer in transformer.yaml sets the tag after this entry, so v2 runs nowhere: this repository runs acme/api:v3.',
  ]);
});

test('one overlay that sets the tag again is a warning, several are what a base is for', () => {
  assert.deepEqual(new LintedRepository(overlays('acme/api:v1', { prod: images('v3') }, images('v2'))).lines, [
    'warning image-entry-overridden apps/base/kustomization.yaml:5 apps/prod/kustomization.yaml sets the tag after this entry, so v2 runs nowhere: prod runs acme/api:v3.',
  ]);
  const two = new LintedRepository(overlays('acme/api:v1', { dev: images('v4'), prod: images('v3') }, images('v2')));
  assert.deepEqual(two.of(code), [
    'information apps/base/kustomization.yaml:5 Each of 2 other files sets the tag after this entry, so v2 runs nowhere.',
  ]);
  assert.deepEqual(two.related(code), [
    'apps/dev/kustomization.yaml:5 this line decides instead',
    'apps/prod/kustomization.yaml:5 this line decides instead',
  ]);
  // Where one environment takes the tag of the base, it runs.
  assert.deepEqual(new LintedRepository(overlays('acme/api:v1', { dev: '', prod: images('v3') }, images('v2'))).of(code), []);
});

test('spec.images of a Flux Kustomization is meant to decide', () => {
  const flux = fluxKustomization('apps', './apps/prod', `  images:\n    - name: acme/api\n      newTag: v9\n`);
  const files = { ...overlays('acme/api:v1', { prod: images('v2') }), ...cluster('prod', { 'apps.yaml': flux }) };
  assert.deepEqual(new LintedRepository(files, { remoteUrls }).lines, [
    'information image-entry-overridden apps/prod/kustomization.yaml:5 spec.images in clusters/prod/apps.yaml sets the tag after this entry, so v2 runs nowhere: prod runs acme/api:v9.',
  ]);
  assert.deepEqual(new LintedRepository(files, { remoteUrls, fluxImages: 'replace' }).lines, [
    'information image-entry-overridden apps/prod/kustomization.yaml:5 spec.images in clusters/prod/apps.yaml sets the tag after this entry, so v2 runs nowhere: prod runs acme/api:v9.',
  ]);
  // Only the name: the tag of the file stays.
  const named = fluxKustomization('apps', './apps/prod', `  images:\n    - name: acme/api\n      newName: mirror/api\n`);
  assert.deepEqual(new LintedRepository({ ...files, ...cluster('prod', { 'apps.yaml': named }) }, { remoteUrls }).lines, []);
});

test('an overlay that patches another image in is left alone', () => {
  assert.deepEqual(new LintedRepository(overlays('acme/api:v1', { prod: patch('acme/debug:v3') }, images('v2'))).lines, []);
});

test('a patch of an overlay writes the tag again', () => {
  const one = new LintedRepository(overlays('acme/api:v1', { prod: patch('acme/api:v3') }, images('v2')));
  assert.deepEqual(one.lines, [
    'warning image-entry-overridden apps/base/kustomization.yaml:5 apps/prod/kustomization.yaml sets the tag after this entry, so v2 runs nowhere: prod runs acme/api:v3.',
  ]);
  assert.deepEqual(one.related(code), ['apps/prod/kustomization.yaml:8 this line decides instead']);
  const two = { dev: patch('acme/api:v3'), prod: patch('acme/api:v4') + images('v5') };
  assert.deepEqual(new LintedRepository(overlays('acme/api:v1', two, images('v2'))).of(code), [
    'information apps/base/kustomization.yaml:5 Each of 2 other files sets the tag after this entry, so v2 runs nowhere.',
  ]);
  // It runs where nobody patches it, and where the patch says the same.
  for (const dev of ['', patch('acme/api:v2')])
    assert.deepEqual(new LintedRepository(overlays('acme/api:v1', { ...two, dev }, images('v2'))).of(code), []);
});

test('a digest that a later entry sets takes the tag away', () => {
  const pinned = `images:\n  - name: acme/api\n    digest: sha256:${'ab'.repeat(32)}\n`;
  assert.deepEqual(new LintedRepository(overlays('acme/api:v1', { prod: pinned }, images('v2'))).lines, [
    'warning image-entry-overridden apps/base/kustomization.yaml:5 apps/prod/kustomization.yaml sets the tag after this entry, so v2 runs nowhere: prod runs acme/api@sha256:abababababababababababababababababababababababababababababababab.',
  ]);
});

test('nothing is said of entries without a tag, of names alone and of what is not known', () => {
  const renamed = `images:\n  - name: acme/api\n    newName: mirror/api\n`;
  const quiet = [
    overlays('acme/api:v1', { prod: `images:\n${entry('mirror/api', 'v3')}` }, renamed),
    overlays('acme/api:v1', { prod: renamed }, images('v2')),
    {
      ...overlays('acme/api:v1', { prod: images('v3') }, images('v2')),
      'apps/base/kustomization.yaml': kustomization(['deployment.yaml', 'github.com/acme/x//y?ref=v1'], images('v2')),
    },
    {
      ...overlays('acme/api:v1', { prod: images('v3') }, images('v2')),
      'apps/dev/kustomization.yaml': kustomization(['../base', 'missing.yaml'], images('v4')),
    },
    { ...single('acme/api:v1', entry('acme/api', 'v2')), 'deployment.yaml': deployment('acme/api:v1', 'acme/api:v1') },
  ];
  for (const files of quiet) assert.deepEqual(new LintedRepository(files).of(code), []);
});
