import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { deployment, kustomization, single } from '../../support/manifests.ts';

const entry = (rest: string, name = 'acme/api') => `  - name: ${name}\n${rest}`;
const tag = (value: string) => entry(`    newTag: ${value}\n`);

test('of two entries for one image the later one counts', () => {
  const linted = new LintedRepository(single('acme/api:v1', `${tag('v2')}${tag('v3')}`));
  assert.deepEqual(linted.lines, [
    'warning duplicate-image-entry kustomization.yaml:4 This entry is overridden by the one in line 6, which sets newTag of the same image again.',
  ]);
  assert.deepEqual(linted.related('duplicate-image-entry'), ['kustomization.yaml:6 this entry counts']);
  assert.deepEqual(linted.fixes('duplicate-image-entry'), ['remove-entry: Delete this entry; nothing changes']);
  assert.equal(
    linted.after('Delete this entry; nothing changes')['kustomization.yaml'],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: v3\n',
  );
  assert.deepEqual(new LintedRepository(single('acme/api:v1', `${tag('v2')}${tag('v3')}${tag('v4')}`)).lines, [
    'warning duplicate-image-entry kustomization.yaml:4 This entry is overridden by the one in line 6, which sets newTag of the same image again.',
    'warning duplicate-image-entry kustomization.yaml:6 This entry is overridden by the one in line 8, which sets newTag of the same image again.',
  ]);
});

test('an entry that does more than the later one cannot be deleted', () => {
  const linted = new LintedRepository(single('acme/api:v1', entry('    newName: acme/api\n    newTag: v2\n') + tag('v3')));
  assert.deepEqual(linted.lines, [
    'warning duplicate-image-entry kustomization.yaml:4 This entry is overridden by the one in line 7, which sets newTag of the same image again.',
  ]);
  assert.deepEqual(linted.fixes('duplicate-image-entry'), []);
});

test('an entry that overrides another one through a merge key is told where it stands', () => {
  const merged = single(
    'acme/api:v1',
    '  - &api\n    name: acme/api\n    newTag: v2\n  - <<: *api\n    newTag: v3\n  - <<: *api\n',
  );
  const linted = new LintedRepository(merged);
  assert.deepEqual(linted.of('duplicate-image-entry'), [
    'warning kustomization.yaml:5 This entry is overridden by the one in line 7, which sets newTag of the same image again.',
    'warning kustomization.yaml:7 This entry is overridden by the one in line 9, which sets newTag of the same image again.',
  ]);
  assert.deepEqual(linted.marked('duplicate-image-entry'), ['acme/api', '<<']);
  const alias = single('acme/api:v1', '  - &api { name: acme/api, newTag: v2 }\n  - *api\n');
  assert.deepEqual(new LintedRepository(alias).of('duplicate-image-entry'), []);
});

test('the memory for a list of 20,000 entries grows as the list does', () => {
  const count = 20_000;
  const { problems } = new LintedRepository(single('acme/api:v1', tag('v2').repeat(count)));
  assert.equal(problems.length, count - 1);
  assert.match(problems.at(-1)?.message ?? '', /^This entry is overridden by the one in line 40002,/);
  assert.ok(problems.every(({ related }) => related.length === 1));
});

test('the next entry that sets one of the fields counts, whatever stands between', () => {
  const rename = entry('    newName: acme/api\n');
  assert.deepEqual(
    new LintedRepository(single('acme/api:v1', rename + tag('v2') + entry('    tagSuffix: -a\n') + rename + tag('v3'))).of(
      'duplicate-image-entry',
    ),
    [
      'warning kustomization.yaml:4 This entry is overridden by the one in line 10, which sets newName of the same image again.',
      'warning kustomization.yaml:6 This entry is overridden by the one in line 12, which sets newTag of the same image again.',
      'warning kustomization.yaml:8 This entry is overridden by the one in line 12, which sets newTag of the same image again.',
    ],
  );
});

test('a digest after a tag, and a tag after a digest, override as well', () => {
  const digest = entry(`    digest: sha256:${'ab'.repeat(32)}\n`);
  assert.deepEqual(new LintedRepository(single('acme/api:v1', tag('v2') + digest)).lines, [
    'warning duplicate-image-entry kustomization.yaml:4 This entry is overridden by the one in line 6, which sets digest of the same image again.',
  ]);
  assert.deepEqual(new LintedRepository(single('acme/api:v1', digest + tag('v2'))).lines, [
    'warning duplicate-image-entry kustomization.yaml:4 This entry is overridden by the one in line 6, which sets newTag of the same image again.',
  ]);
});

test('chains, disjoint fields, suffixes, other spellings and lists of other files are no duplicates', () => {
  const quiet = [
    entry('    newName: mirror/api\n') + entry('    newTag: v2\n', 'mirror/api'),
    tag('v2') + entry('    newName: mirror/api\n'),
    tag('v2') + entry('    tagSuffix: -alpine\n'),
    entry('    newTag: v2\n', 'acme/api:v1') + entry('    newTag: v3\n', 'acme/api:v9'),
    tag('v2') + entry('    newTag: v3\n', 'acme/web'),
  ];
  for (const entries of quiet)
    assert.deepEqual(new LintedRepository(single('acme/api:v1', entries)).of('duplicate-image-entry'), [], entries);
});

test('a duplicate of an entry that matches nothing is told once, as that', () => {
  const twice = entry('    newTag: v2\n', 'acme/web') + entry('    newTag: v3\n', 'acme/web');
  assert.deepEqual(
    [...new Set(new LintedRepository(single('acme/api:v1', twice)).problems.map(({ code }) => code))],
    ['image-entry-unmatched'],
  );
});

test('a key twice: the last one counts, at the top and in an entry', () => {
  const files = {
    'kustomization.yaml': `images:\n${tag('v2')}${kustomization(['deployment.yaml'])}images:\n${tag('v3')}`,
    'deployment.yaml': deployment('acme/api:v1'),
  };
  const linted = new LintedRepository(files);
  assert.deepEqual(linted.lines, [
    'error duplicate-yaml-key kustomization.yaml:1 "images" stands here and in line 6: this one is ignored.',
  ]);
  assert.deepEqual(linted.fixes('duplicate-yaml-key'), ['remove-key: Delete what is ignored; nothing changes']);
  assert.equal(
    linted.after('Delete what is ignored; nothing changes')['kustomization.yaml'],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: v3\n',
  );
  const nested = new LintedRepository(single('acme/api:v1', entry('    newTag: v2 # old\n    newTag: v3\n')));
  assert.deepEqual(nested.lines, [
    'error duplicate-yaml-key kustomization.yaml:5 "newTag" stands here and in line 6: this one is ignored.',
  ]);
  assert.equal(
    nested.after('Delete what is ignored; nothing changes')['kustomization.yaml'],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: v3\n',
  );
});

test('a key three times is ignored twice, and each can be deleted', () => {
  const linted = new LintedRepository(single('acme/api:v1', entry('    newTag: v2\n    newTag: v3\n    newTag: v4\n')));
  assert.deepEqual(linted.lines, [
    'error duplicate-yaml-key kustomization.yaml:5 "newTag" stands here and in line 6: this one is ignored.',
    'error duplicate-yaml-key kustomization.yaml:6 "newTag" stands here and in line 7: this one is ignored.',
  ]);
});

test('an object with a key twice is refused by kustomize, which is told once', () => {
  const files = {
    ...single('acme/api:v1', ''),
    'deployment.yaml': deployment('acme/api:v1').replace('kind: Deployment', 'kind: Deployment\nkind: Deployment'),
  };
  const linted = new LintedRepository(files);
  assert.deepEqual(linted.lines, [
    'error duplicate-yaml-key deployment.yaml:2 "kind" stands here and in line 3, and kustomize refuses to build an object with a key twice.',
  ]);
  assert.deepEqual(linted.fixes('duplicate-yaml-key'), []);
});

test('files that no build uses, keys of different documents and of list items are left alone', () => {
  const quiet = {
    ...single('acme/api:v1', ''),
    '.github/workflows/ci.yaml': 'on: push\non: push\n',
    'two.yaml': 'a: 1\n---\na: 2\n',
  };
  assert.deepEqual(new LintedRepository(quiet).lines, []);
});

test('keys in two spellings are one key for kustomize', () => {
  const spelled = {
    ...single('acme/api:v1', ''),
    'kustomization.yaml': `${kustomization(['deployment.yaml'])}images:\n${tag('v2')}Images:\n${tag('v3')}`,
  };
  assert.deepEqual(new LintedRepository(spelled).lines, [
    'error duplicate-yaml-key kustomization.yaml:6 kustomize takes "Images" and "images" in line 3 for one key: this one is ignored.',
  ]);
  assert.equal(
    new LintedRepository(spelled).after('Delete what is ignored; nothing changes')['kustomization.yaml'],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: v2\n',
  );

  assert.deepEqual(new LintedRepository(single('acme/api:v1', entry('    newTag: v2\n    newtag: v3\n'))).lines, [
    'error duplicate-yaml-key kustomization.yaml:5 kustomize takes "newTag" and "newtag" in line 6 for one key: this one is ignored.',
  ]);
});

test('a key in a flow mapping, the last one of a file and one with a nested mapping can be deleted', () => {
  const cases = [
    [
      'kind: Kustomization\nresources: [deployment.yaml]\nimages: [{ name: acme/api, newTag: v2, newTag: v3 }]\n',
      'kind: Kustomization\nresources: [deployment.yaml]\nimages: [{ name: acme/api, newTag: v3 }]\n',
    ],
    [
      'resources: [deployment.yaml]\r\ncommonLabels:\r\n  a: b\r\ncommonLabels: { a: c }',
      'resources: [deployment.yaml]\r\ncommonLabels: { a: c }',
    ],
  ] as const;
  for (const [text, expected] of cases)
    assert.equal(
      new LintedRepository({ ...single('acme/api:v1', ''), 'kustomization.yaml': text }).after(
        'Delete what is ignored; nothing changes',
      )['kustomization.yaml'],
      expected,
    );
});

test('a key over one that a merge brings is no duplicate', () => {
  const merged = 'images:\n  - &base\n    name: acme/web\n    newTag: v1\n  - <<: *base\n    name: acme/api\n';
  const files = {
    'kustomization.yaml': kustomization(['deployment.yaml'], merged),
    'deployment.yaml': deployment('acme/api:v0', 'acme/web:v0'),
  };
  assert.deepEqual(new LintedRepository(files).lines, []);
  const twice = { ...files, 'kustomization.yaml': `${files['kustomization.yaml']}    name: acme/api\n` };
  assert.deepEqual(new LintedRepository(twice).of('duplicate-yaml-key'), [
    'error kustomization.yaml:8 "name" stands here and in line 9: this one is ignored.',
  ]);
});

test('of two equal keys of a strategic merge patch the first one counts', () => {
  const patch = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  replicas: 2\n  replicas: 3\n';
  const files = single('acme/api:v1', tag('v2'));
  const own = files['kustomization.yaml'] ?? '';
  const named = new LintedRepository({
    ...files,
    'patch.yaml': patch,
    'kustomization.yaml': `${own}patches:\n  - path: patch.yaml\n`,
  });
  assert.deepEqual(named.of('duplicate-yaml-key'), [
    'error patch.yaml:7 "replicas" stands here and in line 6: in a strategic merge patch the first one counts, and this one is ignored.',
  ]);
  assert.deepEqual(named.related('duplicate-yaml-key'), ['patch.yaml:6 this one counts']);
  assert.equal(named.after('Delete what is ignored; nothing changes')['patch.yaml'], patch.replace('  replicas: 3\n', ''));
  const indented = patch.replaceAll(/^(?=.)/gm, '      ');
  const inPlace = new LintedRepository({ ...files, 'kustomization.yaml': `${own}patches:\n  - patch: |\n${indented}` });
  assert.deepEqual(inPlace.of('duplicate-yaml-key'), [
    'error kustomization.yaml:14 "replicas" stands here and in line 13: in a strategic merge patch the first one counts, and this one is ignored.',
  ]);
  assert.deepEqual(inPlace.fixes('duplicate-yaml-key'), []);
});

test('of two equal keys of an operation the last one counts', () => {
  const patch = '- op: replace\n  path: /spec/replicas\n  value: 2\n  value: 3\n';
  const files = single('acme/api:v1', tag('v2'));
  const own = files['kustomization.yaml'] ?? '';
  for (const entry of [
    'patches:\n  - path: patch.yaml\n    target: {kind: Deployment}\n',
    'patchesJson6902:\n  - path: patch.yaml\n    target: {version: v1, group: apps, kind: Deployment, name: api}\n',
  ]) {
    const linted = new LintedRepository({ ...files, 'patch.yaml': patch, 'kustomization.yaml': own + entry });
    assert.deepEqual(linted.of('duplicate-yaml-key'), [
      'error patch.yaml:3 "value" stands here and in line 4: in an operation of a patch the last one counts, and this one is ignored.',
    ]);
    assert.equal(linted.after('Delete what is ignored; nothing changes')['patch.yaml'], patch.replace('  value: 2\n', ''));
  }
});
