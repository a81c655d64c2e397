import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { deployment, kustomization, overlays, single, workload } from '../../support/manifests.ts';

const file = 'kustomization.yaml';
const entry = (rest: string, name = 'acme/api') => `  - name: ${name}\n    ${rest}\n`;
const lines = (image: string, rest = '') =>
  new LintedRepository(single(image, rest === '' ? '' : entry(rest))).of('invalid-image-reference');
const digest = `sha256:${'ab'.repeat(32)}`;

test('a digest in newTag belongs into digest', () => {
  const linted = new LintedRepository(single('acme/api:v1', entry(`newTag: ${digest}`)));
  assert.deepEqual(linted.of('invalid-image-reference'), [
    'error kustomization.yaml:5 This repository asks for "acme/api:sha256:abababababababababababababababababababababababababababababababab", which is no image reference: a digest belongs into digest, and newTag puts a colon before it.',
  ]);
  assert.deepEqual(linted.fixes('invalid-image-reference'), ['move-digest: Move it to digest']);
  assert.equal(
    linted.after('Move it to digest')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    digest: sha256:abababababababababababababababababababababababababababababababab\n',
  );
  const flow = new LintedRepository(single('acme/api:v1', `  - { name: acme/api, newTag: "${digest}" } # pinned\n`));
  assert.equal(
    flow.after('Move it to digest')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - { name: acme/api, digest: "sha256:abababababababababababababababababababababababababababababababab" } # pinned\n',
  );
  const bare = new LintedRepository(single('acme/api:v1', entry(`newTag: ${'ab'.repeat(32)}`)));
  assert.deepEqual(bare.lines, [
    'warning invalid-image-reference kustomization.yaml:5 newTag of acme/api is 64 hexadecimal digits: that is a digest without sha256:, and no registry has a tag like it.',
  ]);
  assert.equal(
    bare.after('Move it to digest')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    digest: sha256:abababababababababababababababababababababababababababababababab\n',
  );
});

test('what stands beside a digest in newTag stays when it is moved', () => {
  const after = (entries: string) =>
    new LintedRepository(single('acme/api:v1', entries)).after('Move it to digest')[file]?.split('\n').slice(3).join('\n');
  const marker = '# {"$imagepolicy": "flux-system:api:digest"}';
  assert.equal(after(entry(`newTag: ${digest} ${marker}`)), entry(`digest: ${digest} ${marker}`));
  assert.equal(
    after(`  - newTag: '${digest}'   # by hand\n    name: acme/api\n`),
    `  - digest: '${digest}'   # by hand\n    name: acme/api\n`,
  );
  assert.equal(after(entry(`newTag: ${'ab'.repeat(32)} # of today`)), entry(`digest: ${digest} # of today`));
  assert.equal(after(entry(`"NewTag": &digest ${digest} # of today`)), entry(`"digest": &digest ${digest} # of today`));
  // Two keys cannot have one name: the line of the tag goes.
  assert.equal(after(entry(`newTag: ${digest} # new\n    digest: '' # old`)), entry(`digest: '${digest}' # old`));
});

test('a name with a tag gives two', () => {
  const linted = new LintedRepository(single('acme/api:v1', entry('newName: mirror/api:v9\n    newTag: v2')));
  assert.deepEqual(linted.lines, [
    'error invalid-image-reference kustomization.yaml:5 This repository asks for "mirror/api:v9:v2", which is no image reference: the name holds a tag already.',
  ]);
  assert.deepEqual(linted.fixes('invalid-image-reference'), ['strip-tag: Take v9 out of newName']);
  assert.equal(
    linted.after('Take v9 out of newName')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newName: mirror/api\n    newTag: v2\n',
  );
  assert.deepEqual(lines('acme/api:v1:v2'), [
    'error deployment.yaml:10 This repository asks for "acme/api:v1:v2", which is no image reference: it has two tags.',
  ]);
});

test('white space is taken away, a block text becomes one line', () => {
  const linted = new LintedRepository(single('acme/api:v1', entry('newTag: "v2 "')));
  assert.deepEqual(linted.lines, [
    'error invalid-image-reference kustomization.yaml:5 This repository asks for "acme/api:v2 ", which is no image reference: the tag has white space in it.',
  ]);
  assert.equal(
    linted.after('Take the white space away')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: "v2"\n',
  );
  const block = new LintedRepository(single('acme/api:v1', entry('newTag: |\n      v2')));
  assert.deepEqual(block.lines, [
    'error invalid-image-reference kustomization.yaml:6 This repository asks for "acme/api:v2\\n", which is no image reference: the tag has white space in it.',
  ]);
  assert.equal(
    block.after('Take the white space away')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: |-\n      v2\n',
  );
  const inside = new LintedRepository(single('acme/api:v1', entry('newTag: "v 2"')));
  assert.deepEqual(inside.lines, [
    'error invalid-image-reference kustomization.yaml:5 This repository asks for "acme/api:v 2", which is no image reference: the tag has white space in it.',
  ]);
  assert.deepEqual(inside.fixes('invalid-image-reference'), []);
});

test('capital letters, long tags and characters that tags do not have', () => {
  assert.deepEqual(lines('ghcr.io/Acme/api:v1'), [
    'error deployment.yaml:10 This repository asks for "ghcr.io/Acme/api:v1", which is no image reference: names of repositories have no capital letters.',
  ]);
  assert.deepEqual(lines('acme/api:v1', `newTag: ${'a'.repeat(129)}`), [
    'error kustomization.yaml:5 This repository asks for "acme/api:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", which is no image reference: tags have up to 128 characters.',
  ]);
  assert.deepEqual(lines('acme/api:v1', 'newTag: 1.0+b5'), [
    'error kustomization.yaml:5 This repository asks for "acme/api:1.0+b5", which is no image reference: tags have letters, digits, underscores, dots and hyphens, and start with no dot or hyphen.',
  ]);
  assert.deepEqual(lines('acme/api:v1', 'newTag: -v1'), [
    'error kustomization.yaml:5 This repository asks for "acme/api:-v1", which is no image reference: tags have letters, digits, underscores, dots and hyphens, and start with no dot or hyphen.',
  ]);
  assert.deepEqual(lines('acme/api:v1', 'digest: sha256:123'), [
    'error kustomization.yaml:5 This repository asks for "acme/api@sha256:123", which is no image reference: digests look like sha256: with 64 hexadecimal digits.',
  ]);
  assert.deepEqual(lines('acme/api:v1', 'newTag: v2@sha256:123'), [
    'error kustomization.yaml:5 This repository asks for "acme/api:v2@sha256:123", which is no image reference: digests look like sha256: with 64 hexadecimal digits.',
  ]);
});

test('environments with the same mistake are told once', () => {
  assert.deepEqual(new LintedRepository(overlays('ghcr.io/Acme/api:v1', { dev: '', prod: '' })).lines, [
    'error invalid-image-reference apps/base/deployment.yaml:10 dev and prod ask for "ghcr.io/Acme/api:v1", which is no image reference: names of repositories have no capital letters.',
  ]);
});

test('valid references, placeholders and what is not known are left alone', () => {
  for (const image of [
    'localhost:5000/app:v1',
    'Registry.example/app:v1',
    'acme/api:v1.0_b-5',
    `acme/api:v1@${digest}`,
    'acme/api:${TAG}',
    '"acme/api:{{ tag }}"',
    'acme/api:$(TAG)',
    'IMAGE_NAME',
    '"<image>"',
    `acme/api:${'a'.repeat(128)}`,
  ])
    assert.deepEqual(lines(image), [], image);
  assert.deepEqual(lines('acme/api:v1', `newTag: v2@${digest}`), []);
});

test('kustomize adds a suffix twice to workloads, and once elsewhere', () => {
  const linted = new LintedRepository(single('acme/redis:6.2.6', entry('tagSuffix: -alpine', 'acme/redis')));
  assert.deepEqual(linted.lines, [
    'warning tag-suffix-doubled kustomization.yaml:5 kustomize adds tagSuffix twice here: this repository runs acme/redis:6.2.6-alpine-alpine.',
  ]);
  assert.deepEqual(linted.fixes('tag-suffix-doubled'), ['pin-tag: Set newTag to 6.2.6-alpine instead']);
  assert.equal(
    linted.after('Set newTag to 6.2.6-alpine instead')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/redis\n    newTag: 6.2.6-alpine\n',
  );
  const cronJob =
    'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: api\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: api\n              image: acme/redis:6.2.6\n';
  assert.deepEqual(
    new LintedRepository({ ...single('x', entry('tagSuffix: -alpine', 'acme/redis')), 'deployment.yaml': cronJob }).lines,
    [],
  );
  assert.deepEqual(
    new LintedRepository(single('acme/redis:6.2.6', entry('newTag: 6.2.7\n    tagSuffix: -alpine', 'acme/redis'))).lines,
    [],
  );
});

test('images with different tags cannot be pinned to one', () => {
  const files = {
    [file]: kustomization(['a.yaml', 'b.yaml'], `images:\n${entry('tagSuffix: -alpine', 'acme/redis')}`),
    'a.yaml': workload('Deployment', 'a', ['acme/redis:6.2.6']),
    'b.yaml': workload('Deployment', 'b', ['acme/redis:7.0.0']),
  };
  const linted = new LintedRepository(files);
  assert.deepEqual(linted.lines, [
    'warning tag-suffix-doubled kustomization.yaml:6 kustomize adds tagSuffix twice here: this repository runs acme/redis:6.2.6-alpine-alpine.',
  ]);
  assert.deepEqual(linted.fixes('tag-suffix-doubled'), []);
  const once = workload('Pod', 'c', []).replace(
    'containers:\n',
    'containers: []\nspec2:\n  containers:\n    - image: acme/redis:7.0.0\n',
  );
  const mixed = new LintedRepository({ ...files, 'b.yaml': once });
  assert.deepEqual(mixed.fixes('tag-suffix-doubled'), []);
});

test('kustomize crashes on a name that is no regular expression', () => {
  const linted = new LintedRepository(single('acme/g++:v1', entry('newTag: v2', 'acme/g++')));
  assert.deepEqual(linted.lines, [
    'error image-name-regexp kustomization.yaml:4 kustomize takes this name for a regular expression, and crashes because "acme/g++" is none.',
  ]);
  assert.deepEqual(linted.fixes('image-name-regexp'), ['replace-name: Escape the special characters']);
  assert.equal(
    linted.after('Escape the special characters')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/g\\+\\+\n    newTag: v2\n',
  );
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('newTag: v2', "'['"))).of('image-name-regexp'), [
    'error kustomization.yaml:4 kustomize takes this name for a regular expression, and crashes because "[" is none.',
  ]);
});

test('characters that mean something else are told, wildcards and dots are meant', () => {
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('newTag: v2', "'acme/(api|web)'"))).lines, [
    'information image-name-regexp kustomization.yaml:4 kustomize takes this name for a regular expression: it matches other names than "acme/(api|web)".',
  ]);
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('newTag: v2', "'acme/*'"))).lines, [
    'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "acme/*", so this entry does nothing.',
    'information image-name-regexp kustomization.yaml:4 kustomize takes this name for a regular expression: it matches other names than "acme/*".',
  ]);
  const star = new LintedRepository(single('acme/api:v1', entry('newTag: v2', "'acme/*'")));
  assert.deepEqual(star.fixes('image-name-regexp'), ['replace-name: Use the pattern acme/.*']);
  assert.equal(
    star.after('Use the pattern acme/.*')[file],
    "resources:\n  - deployment.yaml\nimages:\n  - name: 'acme/.*'\n    newTag: v2\n",
  );
  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('newTag: v2', "'*/api'"))).fixes('image-name-regexp'), [
    'replace-name: Use the pattern .*/api',
  ]);
  for (const name of ["'acme/.*'", "'acme/.+'", 'acme.example/api', "'acme\\.example/api'"])
    assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('newTag: v2', name))).of('image-name-regexp'), [], name);
});

test('a registry that has no such tag is told at the line that decides', () => {
  const registry = new Map([['docker.io/acme/api', new Set(['v1', 'v3'])]]);
  const files = overlays('acme/api:v1', {
    dev: '',
    prod: `images:\n${entry('newTag: v2')}`,
    staging: `images:\n${entry(`newTag: v2\n    digest: ${digest}`)}`,
  });
  assert.deepEqual(new LintedRepository(files, { registry }).of('tag-not-in-registry'), [
    'error apps/prod/kustomization.yaml:5 acme/api:v2 was not found in the registry, so prod cannot pull it.',
  ]);
  assert.deepEqual(new LintedRepository(files).of('tag-not-in-registry'), []);
  assert.deepEqual(new LintedRepository(files, { registry: new Map() }).of('tag-not-in-registry'), []);
});

test('a base of a project at one version and its image at another', () => {
  const remote = (ref: string, tag: string, name = 'quay.io/acme/api') =>
    new LintedRepository({
      [file]: `resources:\n  - https://github.com/acme/api//config/default?ref=${ref}\nimages:\n${entry(`newTag: ${tag}`, name)}`,
    });
  const [a, b] = ['a'.repeat(7) + '1'.repeat(33), 'b'.repeat(7) + '2'.repeat(33)] as const;
  const linted = remote(a, b);
  assert.deepEqual(linted.lines, [
    'information remote-ref-tag-mismatch kustomization.yaml:5 The base in line 2 is api at aaaaaaa, and this tag is bbbbbbb: one of the two may have been left behind.',
  ]);
  assert.deepEqual(linted.related('remote-ref-tag-mismatch'), ['kustomization.yaml:2 the base is at aaaaaaa']);
  assert.deepEqual(linted.fixes('remote-ref-tag-mismatch'), ['align-with-ref: Use aaaaaaa, as the base does']);
  assert.equal(linted.after('Use aaaaaaa, as the base does')[file], remote(a, a).files[file]);
  assert.deepEqual(remote('v1.2.0', 'v1.3.0').lines, [
    'information remote-ref-tag-mismatch kustomization.yaml:5 The base in line 2 is api at v1.2.0, and this tag is v1.3.0: one of the two may have been left behind.',
  ]);
  for (const [ref, tag, name] of [
    ['v1.2.0', 'v1.2.0'],
    ['main', 'v1.2.0'],
    [a, 'v1.2.0'],
    ['v1.2.0', 'v1.3.0', 'quay.io/acme/web'],
    [a.slice(0, 7), b],
  ] as const)
    assert.deepEqual(remote(ref, tag, name).lines, [], ref);
});

test('one of several bases of a project at the version of the image is enough', () => {
  const text = `resources:\n  - github.com/acme/api//crd?ref=v1.2.0\n  - github.com/acme/api//config?ref=v1.3.0\nimages:\n${entry('newTag: v1.3.0', 'acme/api')}`;
  assert.deepEqual(new LintedRepository({ [file]: text, 'x.yaml': deployment('a') }).lines, []);
});
