import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { branchesRequest, comparisonRequest } from '../../../src/protocol/comparison.ts';
import type { Comparison, ComparisonSubject } from '../../../src/protocol/comparison.ts';
import { createSampleRepository, git } from '../../support/sampleRepository.ts';
import { ServerProcess } from '../../support/serverProcess.ts';

const folder = createSampleRepository();
const prodFile = join(folder, 'apps/prod/kustomization.yaml');
const prodText = readFileSync(prodFile, 'utf8');
let server: ServerProcess;
before(async () => {
  server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true } });
});
after(async () => await server[Symbol.asyncDispose]());

async function compare(subject: ComparisonSubject): Promise<Comparison> {
  const answer = await server.connection.sendRequest(comparisonRequest, subject);
  assert.ok('manifests' in answer, JSON.stringify(answer));
  return answer;
}

const environments = {
  kind: 'environments',
  repository: folder,
  left: 'dev',
  right: 'prod',
  application: null,
  fold: true,
} as const;
const branch = { kind: 'branch', repository: folder, revision: 'main', application: null, environment: null } as const;

test('environments are compared by tags, and by manifests without what always differs', async () => {
  const { title, tags, manifests, folded, notes } = await compare(environments);
  assert.equal(title, 'dev ↔ prod');
  assert.deepEqual(
    tags.map(({ application, left, right, words, differs }) => [application, left, right, words, differs]),
    [
      ['backend', 'backend-v0.0.6', 'backend-v0.0.5', 'older by 1 patch', true],
      ['flux-system', 'v1.7.3', '', 'not there', true],
      ['flux-system', 'v1.7.4', '', 'not there', true],
      ['frontend', 'frontend-v0.2.0', 'frontend-v0.2.0', 'same', false],
    ],
  );
  assert.ok(folded.length > 0, 'nothing is folded');
  assert.deepEqual(notes, []);
  const backend = manifests.find(({ kind, name }) => kind === 'Deployment' && /backend/.test(name));
  assert.match(backend?.left ?? '', /backend-v0\.0\.6/);
  assert.match(backend?.right ?? '', /backend-v0\.0\.5/);
  const whole = await compare({ ...environments, fold: false });
  assert.deepEqual(whole.folded, []);
  assert.ok(whole.manifests.length > manifests.length, 'folding leaves nothing out');
});

test('one application alone', async () => {
  const { title, tags } = await compare({ ...environments, application: 'frontend' });
  assert.equal(title, 'frontend: dev ↔ prod');
  assert.deepEqual(
    tags.map(({ application }) => application),
    ['frontend'],
  );
});

test('a branch is compared with the files as they are, unsaved edits included', async () => {
  const same = await compare(branch);
  assert.deepEqual([same.manifests, same.notes, same.tags.filter(({ differs }) => differs)], [[], [], []]);
  await server.openDocument(prodFile, prodText.replace('backend-v0.0.5', 'backend-v0.0.9'));
  const { title, tags, manifests } = await compare(branch);
  assert.equal(title, 'main ↔ working tree');
  assert.deepEqual(
    tags
      .filter(({ differs }) => differs)
      .map(({ application, environment, left, right, words }) => [application, environment, left, right, words]),
    [['backend', 'prod', 'backend-v0.0.5', 'backend-v0.0.9', 'newer by 4 patches']],
  );
  assert.deepEqual(
    manifests.map(({ build, kind }) => [build, kind]),
    [['apps/prod', 'Deployment']],
  );
  const elsewhere = await compare({ ...branch, environment: 'dev' });
  assert.deepEqual([elsewhere.title, elsewhere.manifests], ['dev: main ↔ working tree', []]);
  await server.closeDocument(prodFile);
});

test('what does not build is said and not shown as deleted', async () => {
  await server.openDocument(prodFile, prodText.replace('resources:\n', 'resources:\n  - gone.yaml\n'));
  const { manifests, notes } = await compare(branch);
  assert.deepEqual(manifests, []);
  assert.match(notes.join('\n'), /apps\/prod.* does not build: /);
  await server.closeDocument(prodFile);
});

test('values of Secrets stay hidden, and that they differ is said', async () => {
  const secret = join(folder, 'apps/prod/secret.yaml');
  const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter22}\n';
  writeFileSync(secret, text);
  writeFileSync(prodFile, prodText.replace('resources:\n', 'resources:\n  - secret.yaml\n'));
  git(folder, ['add', '--all']);
  git(folder, ['commit', '--quiet', '--message', 'secret']);
  await server.filesChanged(secret, prodFile);
  await server.openDocument(secret, text.replace('hunter22', 'hunter33'));
  const { manifests, notes } = await compare(branch);
  assert.deepEqual(manifests, []);
  assert.match(notes.join('\n'), /^Values of Secrets in apps\/prod.* differ\.$/);
  await server.closeDocument(secret);
});

test('branches are listed with their newest commits, and a revision that is none is refused', async () => {
  git(folder, ['branch', 'other', 'HEAD~1']);
  const found = await server.connection.sendRequest(branchesRequest, { repository: folder });
  assert.ok(Array.isArray(found), JSON.stringify(found));
  assert.deepEqual(
    new Map(found.map(({ name, isCurrent }) => [name, isCurrent])),
    new Map([
      ['main', true],
      ['origin/main', false],
      ['other', false],
    ]),
  );
  for (const revision of ['nowhere', '--output=/tmp/x'])
    assert.deepEqual(await server.connection.sendRequest(comparisonRequest, { ...branch, revision }), {
      refusal: `There is no commit "${revision}" here. Name a branch, a tag or the hash of a commit.`,
    });
});
