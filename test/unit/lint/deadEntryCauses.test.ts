import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { deployment, kustomization, overlays, single } from '../../support/manifests.ts';

const entry = (name: string, rest = '    newTag: v2\n') => `  - name: ${name}\n${rest}`;
const rename = (name: string, newName: string) => entry(name, `    newName: ${newName}\n`);

test('an entry for a name that the base renamed does nothing, and takes the new name', () => {
  const files = overlays(
    'acme/api:v1',
    { prod: `images:\n${entry('acme/api')}` },
    `images:\n${rename('acme/api', 'mirror.example/api')}`,
  );
  const linted = new LintedRepository(files);
  assert.deepEqual(linted.lines, [
    'warning image-entry-shadowed-by-rename apps/prod/kustomization.yaml:4 "acme/api" has been renamed to "mirror.example/api" before this entry runs, so it does nothing in prod.',
  ]);
  assert.deepEqual(linted.related('image-entry-shadowed-by-rename'), [
    'apps/base/kustomization.yaml:5 the image is mirror.example/api:v1 here',
  ]);
  assert.deepEqual(linted.fixes('image-entry-shadowed-by-rename'), [
    'use-renamed-name: Use the name mirror.example/api',
    'remove-entry: Delete this entry, which does nothing',
  ]);
  assert.deepEqual(linted.after('Use the name mirror.example/api'), {
    'apps/prod/kustomization.yaml': 'resources:\n  - ../base\nimages:\n  - name: mirror.example/api\n    newTag: v2\n',
  });
});

test('a name that another entry of the list has already is not offered', () => {
  const only = ['remove-entry: Delete this entry, which does nothing'];
  const base = `images:\n${rename('acme/api', 'mirror/api')}`;
  const renamed = `images:\n${entry('mirror/api')}${entry('acme/api', '    newTag: v3\n')}`;
  assert.deepEqual(
    new LintedRepository(overlays('acme/api:v1', { prod: renamed }, base)).fixes('image-entry-shadowed-by-rename'),
    only,
  );
  const fixes = (image: string, name: string, code: string) =>
    new LintedRepository(single(image, entry(name) + entry(image.replace(':v1', ''), '    newTag: v3\n'))).fixes(code);
  assert.deepEqual(fixes('ghcr.io/acme/api:v1', 'ghcr.io/acme/apis', 'image-entry-unmatched'), only);
  assert.deepEqual(fixes('nginx:v1', 'docker.io/library/nginx', 'image-name-not-textually-equal'), only);
  assert.deepEqual(fixes('acme/api:v1', 'other/api', 'wrong-repository-owner'), only);
  // In the list of another file it may stand.
  const elsewhere = overlays('acme/api:v1', { prod: `images:\n${entry('acme/apis')}` }, `images:\n${entry('acme/api')}`);
  assert.deepEqual(new LintedRepository(elsewhere).fixes('image-entry-unmatched'), [
    'replace-name: Use the name acme/api',
    ...only,
  ]);
});

test('an earlier entry of the same list and a component can rename as well', () => {
  assert.deepEqual(new LintedRepository(single('acme/api:v1', rename('acme/api', 'mirror/api') + entry('acme/api'))).lines, [
    'warning image-entry-shadowed-by-rename kustomization.yaml:6 "acme/api" has been renamed to "mirror/api" before this entry runs, so it does nothing in this repository.',
  ]);
  const component = {
    'kustomization.yaml': kustomization(['deployment.yaml'], `components:\n  - mirror\nimages:\n${entry('acme/api')}`),
    'deployment.yaml': deployment('acme/api:v1'),
    'mirror/kustomization.yaml': `kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nimages:\n${rename('acme/api', 'mirror/api')}`,
  };
  assert.deepEqual(new LintedRepository(component).lines, [
    'warning image-entry-shadowed-by-rename kustomization.yaml:6 "acme/api" has been renamed to "mirror/api" before this entry runs, so it does nothing in this repository.',
  ]);
});

test('two bases that rename to different names leave no name to use', () => {
  const renamed = (name: string) => ({
    [`${name}/kustomization.yaml`]: kustomization(
      ['deployment.yaml'],
      `namePrefix: ${name}-\nimages:\n${rename('acme/api', `${name}.example/api`)}`,
    ),
    [`${name}/deployment.yaml`]: deployment('acme/api:v1'),
  });
  const linted = new LintedRepository({
    ...renamed('one'),
    ...renamed('two'),
    'all/kustomization.yaml': kustomization(['../one', '../two'], `images:\n${entry('acme/api')}`),
  });
  assert.deepEqual(linted.lines, [
    'warning image-entry-shadowed-by-rename all/kustomization.yaml:5 "acme/api" has been renamed to another name before this entry runs, so it does nothing in all.',
  ]);
  assert.deepEqual(linted.fixes('image-entry-shadowed-by-rename'), ['remove-entry: Delete this entry, which does nothing']);
});

test('a chain of renames and an entry that meets the new name are no mistakes', () => {
  for (const entries of [
    rename('acme/api', 'mirror/api') + entry('mirror/api'),
    rename('acme/api', 'mirror/api') + rename('mirror/api', 'cache/api') + entry('cache/api'),
  ])
    assert.deepEqual(new LintedRepository(single('acme/api:v1', entries)).lines, []);
});

test('docker.io and library are letters for kustomize', () => {
  const pairs = [
    ['nginx:1.27', 'docker.io/nginx'],
    ['docker.io/library/nginx:1.27', 'nginx'],
    ['index.docker.io/acme/api:v1', 'acme/api'],
  ] as const;
  for (const [image, name] of pairs) {
    const linted = new LintedRepository(single(image, entry(name)));
    assert.deepEqual(
      linted.problems.map(({ code }) => code),
      ['image-name-not-textually-equal'],
    );
    const own = image.slice(0, image.lastIndexOf(':'));
    assert.equal(linted.after(`Use the name ${own}`)['kustomization.yaml'], single(image, entry(own))['kustomization.yaml']);
  }
  assert.deepEqual(new LintedRepository(single('nginx:1.27', entry('docker.io/library/nginx'))).lines, [
    'warning image-name-not-textually-equal kustomization.yaml:4 The image "docker.io/library/nginx" is written as "nginx" in this repository, and kustomize compares the text: this entry does nothing.',
  ]);
  assert.deepEqual(new LintedRepository(single('nginx:1.27', entry('nginx'))).lines, []);
});

test('the same name of another owner or registry is told apart from a typo', () => {
  const linted = new LintedRepository(overlays('ghcr.io/acme/api:v1', { prod: `images:\n${entry('ghcr.io/acme-labs/api')}` }));
  assert.deepEqual(linted.lines, [
    'warning wrong-repository-owner apps/prod/kustomization.yaml:4 No container in prod uses the image "ghcr.io/acme-labs/api", so this entry does nothing; it is "ghcr.io/acme/api" there.',
  ]);
  assert.deepEqual(linted.related('wrong-repository-owner'), [
    'apps/base/deployment.yaml:10 the image is ghcr.io/acme/api:v1 here',
  ]);
  assert.deepEqual(linted.fixes('wrong-repository-owner'), [
    'replace-name: Use the name ghcr.io/acme/api',
    'remove-entry: Delete this entry, which does nothing',
  ]);
  const two = {
    ...single('x', entry('quay.io/acme/api')),
    'deployment.yaml': deployment('ghcr.io/one/api:v1', 'ghcr.io/two/api:v1'),
  };
  const several = new LintedRepository(two);
  assert.deepEqual(several.lines, [
    'warning wrong-repository-owner kustomization.yaml:4 No container in this repository uses the image "quay.io/acme/api", so this entry does nothing; images of that name have other owners there.',
  ]);
  assert.deepEqual(several.fixes('wrong-repository-owner'), ['remove-entry: Delete this entry, which does nothing']);
  // A container name is no owner.
  assert.deepEqual(
    new LintedRepository(single('ghcr.io/acme/api:v1', entry('api'))).problems.map(({ code }) => code),
    ['image-entry-unmatched'],
  );
});

test('an image of another owner than the repository is strange where the owner has the same image here', () => {
  const remoteUrls = ['git@github.com:acme/gitops.git'];
  const files = (dev: string, prod: string) => ({
    'dev/kustomization.yaml': kustomization(['deployment.yaml']),
    'dev/deployment.yaml': deployment(dev),
    'prod/kustomization.yaml': kustomization(['deployment.yaml']),
    'prod/deployment.yaml': deployment(prod),
  });
  const linted = new LintedRepository(files('ghcr.io/acme/api:v1', 'ghcr.io/someone/api:v1'), { remoteUrls });
  assert.deepEqual(linted.lines, [
    'warning wrong-repository-owner prod/deployment.yaml:10 prod runs "ghcr.io/someone/api", and elsewhere in this repository the image is "ghcr.io/acme/api", of the owner of this repository.',
  ]);
  assert.deepEqual(linted.related('wrong-repository-owner'), ['dev/deployment.yaml:10 the image is ghcr.io/acme/api here']);
  const quiet = [
    files('ghcr.io/acme/api:v1', 'ghcr.io/acme/api:v1'),
    files('ghcr.io/acme/api:v1', 'quay.io/someone/api:v1'),
    files('ghcr.io/acme/api:v1', 'ghcr.io/someone/web:v1'),
    files('ghcr.io/acme/api:v1', 'ghcr.io/mirror/acme/api:v1'),
    files('nginx:1.27', 'ghcr.io/someone/nginx:1.27'),
  ];
  for (const one of quiet) assert.deepEqual(new LintedRepository(one, { remoteUrls }).lines, [], one['prod/deployment.yaml']);
  assert.deepEqual(new LintedRepository(files('ghcr.io/acme/api:v1', 'ghcr.io/someone/api:v1')).lines, []);
  // Somebody who renames means it.
  const mirrored = overlays('ghcr.io/acme/api:v1', {
    dev: '',
    prod: `images:\n${rename('ghcr.io/acme/api', 'ghcr.io/someone/api')}`,
  });
  assert.deepEqual(new LintedRepository(mirrored, { remoteUrls }).of('wrong-repository-owner'), []);
});

test('a variable, a plus sign or a space in the tag keeps entries from matching', () => {
  const linted = new LintedRepository(single('acme/api:${TAG}', entry('acme/api')));
  assert.deepEqual(linted.lines, [
    'warning image-entry-blocked kustomization.yaml:4 The image "acme/api:${TAG}" has a tag with characters that images entries do not match, so this entry does nothing in this repository.',
  ]);
  assert.deepEqual(linted.fixes('image-entry-blocked'), [
    'strip-tag: Leave the tag of acme/api to this entry',
    'remove-entry: Delete this entry, which does nothing',
  ]);
  assert.deepEqual(linted.after('Leave the tag of acme/api to this entry'), {
    'deployment.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: acme/api\n',
  });
  assert.deepEqual(new LintedRepository(single('acme/api:1.0+b5', entry('acme/api'))).of('image-entry-blocked'), [
    'warning kustomization.yaml:4 The image "acme/api:1.0+b5" has a tag with characters that images entries do not match, so this entry does nothing in this repository.',
  ]);
  assert.deepEqual(new LintedRepository(single('"acme/api:v1 "', entry('acme/api'))).of('image-entry-blocked'), [
    'warning kustomization.yaml:4 The image "acme/api:v1 " has a tag with characters that images entries do not match, so this entry does nothing in this repository.',
  ]);
  // {TAG} is in the class of characters.
  assert.deepEqual(new LintedRepository(single('"acme/api:{TAG}"', entry('acme/api'))).of('image-entry-blocked'), []);
});

test('a blocked entry without a tag of its own has nothing to leave the tag to', () => {
  const linted = new LintedRepository(single('acme/api:${TAG}', rename('acme/api', 'mirror/api')));
  assert.deepEqual(linted.fixes('image-entry-blocked'), ['remove-entry: Delete this entry, which does nothing']);
});

test('quotes around the image stay where its tag is taken away', () => {
  const linted = new LintedRepository(single("'acme/api:${TAG}' # set by CI", entry('acme/api')));
  assert.equal(
    linted.after('Leave the tag of acme/api to this entry')['deployment.yaml'],
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: 'acme/api' # set by CI\n",
  );
});

test('the tag of a base that other roots run as well is not taken away', () => {
  const files = overlays('acme/api:${TAG}', { dev: '', prod: `images:\n${entry('acme/api')}` });
  assert.deepEqual(new LintedRepository(files).fixes('image-entry-blocked'), [
    'remove-entry: Delete this entry, which does nothing',
  ]);
});
