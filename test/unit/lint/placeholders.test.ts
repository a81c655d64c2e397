import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isPlaceholder } from '../../../src/core/lint/placeholders.ts';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { deployment } from '../../support/fleet.ts';

const CODES = ['invalid-image-reference', 'mutable-tag'];

describe('Placeholders of images', () => {
  for (const reference of [
    'ko://github.com/acme/x/cmd/y',
    'gcr.io/PROJECT_ID/IMAGE:TAG',
    'us-central1-docker.pkg.dev/PROJECT_ID/repo/app:COMMIT_SHA',
    'PROJECT_ID.example/app:$IMAGE_TAG',
    'REGISTRY/app:TAG',
    'IMAGE_PLACEHOLDER',
    'acme/app:{{ .Tag }}',
  ])
    test(`${reference} is one, and nothing is said of it`, () => {
      assert.equal(isPlaceholder(reference), true);
      const files = { 'kustomization.yaml': 'resources: [d.yaml]\n', 'd.yaml': deployment('api', JSON.stringify(reference)) };
      assert.deepEqual(
        new LintedRepository(files).problems.filter(({ code }) => CODES.includes(code)),
        [],
      );
    });

  for (const reference of ['ghcr.io/Acme/App:v1', 'ghcr.io/ACME/app:v1', 'https://ghcr.io/acme/app:v1'])
    test(`${reference} is none, and an error`, () => {
      assert.equal(isPlaceholder(reference), false);
      const files = { 'kustomization.yaml': 'resources: [d.yaml]\n', 'd.yaml': deployment('api', JSON.stringify(reference)) };
      assert.equal(new LintedRepository(files).of('invalid-image-reference').length, 1);
    });
});

test('a field of a custom resource that holds where images come from needs no tag', () => {
  const repository = new LintedRepository({
    'kustomization.yaml':
      'resources: [cr.yaml]\nconfigurations: [images.yaml]\nimages:\n- name: repo\n  newName: quay.io/submariner\n',
    'images.yaml': 'images:\n- path: spec/repository\n  kind: Submariner\n',
    'cr.yaml': 'apiVersion: submariner.io/v1alpha1\nkind: Submariner\nmetadata: {name: s}\nspec: {repository: repo}\n',
  });
  assert.deepEqual(repository.of('mutable-tag'), []);
});

test('a v before the version of a remote base makes no other version', () => {
  const base = (tag: string) =>
    new LintedRepository({
      'kustomization.yaml': `resources: ["https://github.com/fluxcd/flagger//kustomize/linkerd?ref=v1.38.0"]\nimages:\n- name: ghcr.io/fluxcd/flagger\n  newTag: ${tag}\n`,
    }).of('remote-ref-tag-mismatch').length;
  assert.deepEqual([base('1.38.0'), base('v1.38.0'), base('1.37.0')], [0, 0, 1]);
});
