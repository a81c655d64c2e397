import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { cluster, deployment, fluxKustomization, kustomization, overlays, single } from '../../support/manifests.ts';

const remoteUrls = ['https://github.com/acme/gitops'];
const file = 'kustomization.yaml';
const withText = (text: string) => ({ ...single('acme/api:v1', ''), [file]: text });

test('kustomize reads only the first document of a kustomization file', () => {
  const linted = new LintedRepository(
    withText(`${kustomization(['deployment.yaml'])}---\nimages:\n  - name: acme/api\n    newTag: v2\n`),
  );
  assert.deepEqual(linted.lines, [
    'warning extra-document-ignored kustomization.yaml:3 kustomize reads only the first document of a kustomization file: the images below this line are ignored.',
  ]);
  assert.deepEqual(new LintedRepository(withText(`${kustomization(['deployment.yaml'])}---\nnamespace: prod\n`)).lines, [
    'warning extra-document-ignored kustomization.yaml:3 kustomize reads only the first document of a kustomization file: what is below this line is ignored.',
  ]);
  assert.deepEqual(linted.fixes('extra-document-ignored'), []);
});

test('separators around the only document are no second one', () => {
  for (const text of [
    `---\n${kustomization(['deployment.yaml'])}`,
    `${kustomization(['deployment.yaml'])}---\n`,
    `${kustomization(['deployment.yaml'])}...\n`,
    `---\n${kustomization(['deployment.yaml'])}---\n# nothing\n`,
  ])
    assert.deepEqual(new LintedRepository(withText(text)).lines, [], text);
});

test('two kustomization files in one directory are refused', () => {
  const linted = new LintedRepository({
    ...withText(kustomization(['deployment.yaml'])),
    'kustomization.yml': kustomization(['deployment.yaml']),
    Kustomization: kustomization([]),
  });
  assert.deepEqual(linted.lines, [
    'error multiple-kustomization-files kustomization.yaml:1 This directory has kustomization.yaml, kustomization.yml and Kustomization: kustomize refuses to choose, so nothing here builds. Keep one.',
  ]);
  assert.deepEqual(linted.related('multiple-kustomization-files'), [
    'kustomization.yml:1 this is another one',
    'Kustomization:1 this is another one',
  ]);
  const names = {
    ...withText(kustomization(['deployment.yaml'])),
    'kustomization.YAML': 'resources: []\n',
    'kustomization.json': '{}',
  };
  assert.deepEqual(new LintedRepository(names).lines, []);
});

test('a field that images entries do not have is named as the one that is meant', () => {
  const entry = (field: string) => single('acme/api:v1', `  - name: acme/api\n    ${field}\n`);
  const linted = new LintedRepository(entry('tag: v2'));
  assert.deepEqual(linted.lines, [
    'error unknown-image-field kustomization.yaml:5 Images entries have no field "tag" (it is called newTag): kustomize refuses the file.',
  ]);
  assert.deepEqual(linted.marked('unknown-image-field'), ['tag']);
  assert.deepEqual(linted.fixes('unknown-image-field'), ['rename-key: Call it newTag']);
  assert.equal(linted.after('Call it newTag')[file], single('acme/api:v1', '  - name: acme/api\n    newTag: v2\n')[file]);
  const meant = Object.fromEntries(
    [
      'newDigest: x',
      'newTags: v2',
      'nwTag: v2',
      'sha256: x',
      'version: v2',
      'repository: x',
      'newname_: x',
      'comment: x',
      'tagSufix: -a',
    ].map((field) => [field, new LintedRepository(entry(field)).fixes('unknown-image-field')[0]]),
  );
  assert.deepEqual(meant, {
    'newDigest: x': 'rename-key: Call it digest',
    'newTags: v2': 'rename-key: Call it newTag',
    'nwTag: v2': 'rename-key: Call it newTag',
    'sha256: x': 'rename-key: Call it digest',
    'version: v2': 'rename-key: Call it newTag',
    'repository: x': 'rename-key: Call it newName',
    'newname_: x': 'rename-key: Call it newName',
    'comment: x': undefined,
    'tagSufix: -a': 'rename-key: Call it tagSuffix',
  });
});

test('a field that is near to none is told with those that there are', () => {
  const linted = new LintedRepository(single('acme/api:v1', '  - name: acme/api\n    comment: ours\n'));
  assert.deepEqual(linted.lines, [
    'error unknown-image-field kustomization.yaml:5 Images entries have no field "comment" (they have name, newName, newTag, tagSuffix and digest): kustomize refuses the file.',
  ]);
});

test('nothing is renamed to a field that the entry has', () => {
  const linted = new LintedRepository(single('acme/api:v1', '  - name: acme/api\n    newTag: v2\n    tag: v3\n'));
  assert.deepEqual(linted.lines, [
    'error unknown-image-field kustomization.yaml:6 Images entries have no field "tag" (it is called newTag): kustomize refuses the file.',
  ]);
  assert.deepEqual(linted.fixes('unknown-image-field'), []);
});

test('the fields in any case, in quotes and in flow mappings are known', () => {
  for (const entry of [
    '  - NAME: acme/api\n    newtag: v2\n',
    '  - "name": acme/api\n    \'newTag\': v2\n',
    '  - { name: acme/api, Digest: "" }\n',
    '  - name: acme/api\n    tagSuffix: ""\n    newName: acme/api\n',
  ])
    assert.deepEqual(new LintedRepository(single('acme/api:v1', entry)).of('unknown-image-field'), [], entry);
  const quoted = new LintedRepository(single('acme/api:v1', '  - { "name": acme/api, "tag": v2 }\n'));
  assert.equal(
    quoted.after('Call it newTag')[file],
    'resources:\n  - deployment.yaml\nimages:\n  - { "name": acme/api, "newTag": v2 }\n',
  );
});

test('Flux drops an unknown field from the file that it builds itself', () => {
  const flux = fluxKustomization('apps', './apps/prod');
  const files = {
    ...overlays('acme/api:v1', { prod: 'images:\n  - name: acme/api\n    tag: v2\n' }),
    ...cluster('prod', { 'apps.yaml': flux }),
  };
  assert.deepEqual(new LintedRepository(files, { remoteUrls }).lines, [
    'error unknown-image-field apps/prod/kustomization.yaml:5 Images entries have no field "tag" (it is called newTag): Flux drops it, so it has no effect.',
  ]);
});

test('a Flux Kustomization in a file called kustomization.yaml is refused', () => {
  const files = {
    'apps/kustomization.yaml': kustomization(['deployment.yaml']),
    'apps/deployment.yaml': deployment('acme/api:v1'),
    'clusters/prod/kustomization.yaml': fluxKustomization('apps', './apps'),
  };
  const linted = new LintedRepository(files);
  assert.deepEqual(linted.lines, [
    'error flux-cr-in-kustomization-file clusters/prod/kustomization.yaml:1 kustomize reads every file called kustomization.yaml as its own, and this one holds a Flux Kustomization: rename the file.',
  ]);
  assert.deepEqual(linted.fixes('flux-cr-in-kustomization-file'), ['rename-file: Rename the file to apps.yaml']);
  assert.deepEqual(Object.keys(linted.after('Rename the file to apps.yaml')), ['clusters/prod/apps.yaml']);
  const taken = new LintedRepository({ ...files, 'clusters/prod/apps.yaml': 'kind: x\n' });
  assert.deepEqual(taken.fixes('flux-cr-in-kustomization-file'), ['rename-file: Rename the file to apps-kustomization.yaml']);
});
