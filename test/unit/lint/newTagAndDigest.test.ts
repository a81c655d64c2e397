import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository, seenTag } from '../../support/lintedRepository.ts';
import { single } from '../../support/manifests.ts';

const code = 'new-tag-and-digest';
const file = 'kustomization.yaml';
const digest = `sha256:${'ab'.repeat(32)}`;
const files = single('acme/api:v1', `  - name: acme/api\n    newTag: v2\n    digest: ${digest}\n`);

test('with both, the digest decides', () => {
  const linted = new LintedRepository(files);
  assert.deepEqual(linted.lines, [
    'information new-tag-and-digest kustomization.yaml:5 newTag and digest are both set: the digest decides what is pulled, and v2 is only a label.',
  ]);
  assert.deepEqual(linted.related(code), ['kustomization.yaml:6 this digest decides']);
  assert.deepEqual(linted.fixes(code), [
    'remove-key: Delete the digest, so that v2 decides',
    'remove-key: Delete newTag, so that only the digest is there',
  ]);
  assert.equal(
    linted.after('Delete newTag, so that only the digest is there')[file],
    single('acme/api:v1', `  - name: acme/api\n    digest: ${digest}\n`)[file],
  );
  assert.equal(
    linted.after('Delete the digest, so that v2 decides')[file],
    single('acme/api:v1', `  - name: acme/api\n    newTag: v2\n`)[file],
  );
});

test('a commit that wrote only the tag leaves the old image, which is a warning', () => {
  const [tag, pin] = [seenTag(file, 'acme/api', 'v2', '2'), seenTag(file, 'acme/api', digest, '1', 'digest')];
  assert.deepEqual(new LintedRepository(files, { history: [tag, pin] }).lines, [
    'warning new-tag-and-digest kustomization.yaml:5 The last change of this entry set newTag to v2 and left the digest: what is pulled is still the old image.',
  ]);
  const quiet = [
    [pin, tag],
    [tag, { ...pin, commit: tag.commit }],
    [tag],
    [pin],
    [seenTag('other.yaml', 'acme/api', 'v2', '2'), pin],
    [seenTag(file, 'acme/api', 'v3', '2'), pin],
  ];
  for (const history of quiet) assert.match(new LintedRepository(files, { history }).lines.join(), /^information /);
});

test('one of the two alone, or an empty one, is nothing to say', () => {
  for (const entry of [
    `newTag: v2`,
    `digest: ${digest}`,
    `newTag: ''\n    digest: ${digest}`,
    `newTag: v2\n    digest: ''`,
    `newTag: v2@${digest}`,
  ])
    assert.deepEqual(new LintedRepository(single('acme/api:v1', `  - name: acme/api\n    ${entry}\n`)).lines, [], entry);
});

test('keys in another case and in a flow mapping are found and deleted', () => {
  const flow = new LintedRepository(single('acme/api:v1', `  - { name: acme/api, NEWTAG: v2, Digest: "${digest}" } # pinned\n`));
  assert.deepEqual(flow.fixes(code), [
    'remove-key: Delete the digest, so that v2 decides',
    'remove-key: Delete newTag, so that only the digest is there',
  ]);
  assert.equal(
    flow.after('Delete the digest, so that v2 decides')[file],
    single('acme/api:v1', '  - { name: acme/api, NEWTAG: v2 } # pinned\n')[file],
  );
});
