import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleFolder } from '../../support/paths.ts';
import { runCli, runCliIntoClosedPipe } from '../../support/runCli.ts';
import { createSampleRepository, git } from '../../support/sampleRepository.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

const api = 'ghcr.io/acme/study-app-api';

test('images --json prints every image with the line that decides it', async () => {
  const { code, stdout } = await runCli('images', sampleFolder, '--json');
  assert.equal(code, 0);
  const rows = JSON.parse(stdout) as Record<string, unknown>[];
  const row = rows.find(({ root, container }) => root === 'apps/prod' && container === 'backend');
  const text = readFileSync(join(sampleFolder, 'apps/prod/kustomization.yaml'), 'utf8').split('\n');
  const line = text.findIndex((content) => content.includes('newTag: backend-v0.0.5'));
  assert.deepEqual(row, {
    root: 'apps/prod',
    app: 'backend',
    environment: 'prod',
    kind: 'Deployment',
    namespace: 'study-app',
    workload: 'prod-backend',
    container: 'backend',
    image: api,
    tag: 'backend-v0.0.5',
    digest: '',
    reference: `${api}:backend-v0.0.5`,
    status: 'exact',
    why: '',
    owner: { file: 'apps/prod/kustomization.yaml', line: line + 1, column: (text[line] ?? '').indexOf('backend-v0.0.5') + 1 },
    deployedBy: ['flux-system/apps-prod'],
  });
  assert.ok(rows.some(({ container }) => container === 'init:migrate'));
});

test('images prints a table for people', async () => {
  const { code, stdout } = await runCli('images', sampleFolder);
  assert.equal(code, 0);
  assert.match(stdout, /^APPLICATION +ENVIRONMENT +IMAGE +TAG +DECIDED BY\n/);
  assert.match(
    stdout,
    /^backend +prod +ghcr\.io\/acme\/study-app-api +backend-v0\.0\.5 +apps\/prod\/kustomization\.yaml:\d+ +1 patch behind dev$/m,
  );
});

test('wrong calls and folders end with exit code 2 and one sentence', async () => {
  using empty = temporaryRepository({});
  for (const args of [
    [],
    ['nonsense'],
    ['images'],
    ['images', join(empty.root, 'nope')],
    ['images', empty.root],
    ['images', '--nope', sampleFolder],
    ['bump', sampleFolder],
    ['preview', sampleFolder, 'nope'],
  ]) {
    const { code, stdout, stderr } = await runCli(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.doesNotMatch(stderr, /Error:|failed to|please|!| at /);
  }
});

test('--help says what there is', async () => {
  const all = await runCli('--help');
  assert.equal(all.code, 0);
  for (const verb of ['images', 'preview', 'bump', 'diff', 'lsp']) {
    assert.ok(all.stdout.includes(`gitops-cockpit ${verb} `));
    const one = await runCli(verb, '--help');
    assert.equal(one.code, 0);
    assert.ok(one.stdout.startsWith(`gitops-cockpit ${verb} `));
  }
});

test('a reader that goes away ends the program quietly', async () => {
  const { code, stderr } = await runCliIntoClosedPipe('images', sampleFolder, '--json');
  assert.equal(code, 0);
  assert.equal(stderr, '');
});

test('bump --dry-run prints a diff that git accepts, and writes nothing', async () => {
  const folder = createSampleRepository();
  const { code, stdout } = await runCli(
    'bump',
    folder,
    '--image',
    'study-app-api',
    '--environment',
    'prod',
    '--tag',
    'backend-v0.0.6',
    '--dry-run',
  );
  assert.equal(code, 0);
  assert.equal(git(folder, ['status', '--short']), '');
  writeFileSync(join(folder, '../bump.patch'), stdout);
  git(folder, ['apply', '../bump.patch']);
  assert.equal(git(folder, ['diff', '--numstat']), '1\t1\tapps/prod/kustomization.yaml\n');
});

test('bump changes one line, diff shows what it does, and a second bump has nothing to do', async () => {
  const folder = createSampleRepository();
  const file = join(folder, 'apps/prod/kustomization.yaml');
  chmodSync(file, 0o640);
  assert.equal((await runCli('diff', folder)).code, 0);
  const bumped = await runCli('bump', folder, '--image', 'backend', '--environment', 'prod', '--tag', 'backend-v0.0.6');
  assert.equal(bumped.code, 0, bumped.stderr);
  assert.equal(git(folder, ['diff', '--numstat']), '1\t1\tapps/prod/kustomization.yaml\n');
  assert.equal(statSync(file).mode & 0o777, 0o640);
  const { code, stdout } = await runCli('diff', folder);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^# apps\/prod: Deployment prod-backend backend: ghcr\.io\/acme\/study-app-api:backend-v0\.0\.5 > ghcr\.io\/acme\/study-app-api:backend-v0\.0\.6$/m,
  );
  assert.match(
    stdout,
    /^-\s+image: ghcr\.io\/acme\/study-app-api:backend-v0\.0\.5\n\+\s+image: ghcr\.io\/acme\/study-app-api:backend-v0\.0\.6$/m,
  );
  const again = await runCli('bump', folder, '--image', 'backend', '--environment', 'prod', '--tag', 'backend-v0.0.6');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /already/);
  const missing = await runCli('bump', folder, '--image', 'nginx', '--environment', 'prod', '--tag', 'v1');
  assert.equal(missing.code, 2);
});

test('bump refuses to choose between repositories, and between images', async () => {
  const pod = (container: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: backend}\nspec: {containers: [${container}]}\n`;
  const files = (folder: string, containers: string) => ({
    [`${folder}/.git/config`]: '',
    [`${folder}/apps/prod/kustomization.yaml`]: 'resources: [pod.yaml]\n',
    [`${folder}/apps/prod/pod.yaml`]: pod(containers),
  });
  const app = '{name: app, image: "acme/app:v1"}';
  using repository = temporaryRepository({
    ...files('one', app),
    ...files('two', `${app}, {name: proxy, image: "acme/proxy:v7"}`),
  });
  const bump = (folder: string, image: string) =>
    runCli('bump', folder, '--image', image, '--environment', 'prod', '--tag', 'v2');
  const both = await bump(repository.root, 'app');
  assert.deepEqual(
    [both.code, both.stderr],
    [2, 'Several repositories here have app in prod: one, two. Name the folder of one of them.\n'],
  );
  const images = await bump(join(repository.root, 'two'), 'backend');
  assert.deepEqual(
    [images.code, images.stderr],
    [2, 'backend means several images in prod: acme/app, acme/proxy. Name one of them.\n'],
  );
  assert.equal(readFileSync(join(repository.root, 'two/apps/prod/pod.yaml'), 'utf8').includes('v2'), false);
  assert.equal((await bump(repository.root, 'proxy')).code, 0);
  assert.equal((await bump(join(repository.root, 'two'), 'app')).code, 0);
});

test('diff compares with any commit, and names one that is not there', async () => {
  const folder = createSampleRepository();
  const first = git(folder, ['rev-list', '--max-parents=0', 'HEAD']).trim();
  const { code, stdout } = await runCli('diff', folder, 'apps/dev', '--against', 'HEAD~2');
  assert.equal(code, 1);
  assert.match(stdout, /^--- apps\/dev \(HEAD~2\)$/m);
  assert.equal((await runCli('diff', folder, '--against', first)).code, 1);
  for (const revision of ['nope', '--all', '']) {
    const wrong = await runCli('diff', folder, `--against=${revision}`);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /has no commit ".*"\. Name a branch, a tag or the hash of a commit\./);
  }
});

test('diff of a root that does not build says so, and does not call everything deleted', async () => {
  const folder = createSampleRepository();
  const file = join(folder, 'apps/prod/kustomization.yaml');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.replace('resources:\n', 'resources:\n  - gone.yaml\n'));
  const now = await runCli('diff', folder);
  assert.equal(now.code, 1);
  assert.equal(
    now.stdout,
    '# apps/prod does not build now: `apps/prod/kustomization.yaml` refers to `apps/prod/gone.yaml`, which does not exist.\n',
  );
  const [row] = JSON.parse((await runCli('diff', folder, '--json')).stdout) as Record<string, unknown>[];
  assert.deepEqual(row, {
    root: 'apps/prod',
    images: [],
    diff: '',
    onlySecrets: false,
    failure: 'does not build now: `apps/prod/kustomization.yaml` refers to `apps/prod/gone.yaml`, which does not exist.',
  });
  git(folder, ['commit', '--quiet', '--all', '--message', 'broken']);
  writeFileSync(file, before);
  const then = await runCli('diff', folder);
  assert.equal(then.code, 1);
  assert.match(then.stdout, /^# apps\/prod did not build in HEAD: .*\n$/);
});

test('diff tells that a hidden value of a Secret differs', async () => {
  const folder = createSampleRepository();
  const file = join(folder, 'apps/prod/secret.yaml');
  writeFileSync(file, 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter22}\n');
  const kustomization = join(folder, 'apps/prod/kustomization.yaml');
  writeFileSync(kustomization, readFileSync(kustomization, 'utf8').replace('resources:\n', 'resources:\n  - secret.yaml\n'));
  git(folder, ['add', '--all']);
  git(folder, ['commit', '--quiet', '--message', 'secret']);
  writeFileSync(file, readFileSync(file, 'utf8').replace('hunter22', 'hunter33'));
  const { code, stdout } = await runCli('diff', folder);
  assert.deepEqual([code, stdout], [1, '# apps/prod: values of Secrets differ\n']);
  assert.match((await runCli('diff', folder, '--reveal')).stdout, /^\+ {2}password: hunter33$/m);
});

test('preview renders as Flux does, with the values of Secrets masked', async () => {
  const masked = await runCli('preview', sampleFolder, 'apps/prod');
  assert.equal(masked.code, 0, masked.stderr);
  assert.match(masked.stdout, /^# apps\/prod, as flux-system\/apps-prod renders it\n/);
  assert.match(masked.stdout, /image: ghcr\.io\/acme\/study-app-api:backend-v0\.0\.5/);
  const secrets = masked.stdout.split('---\n').filter((document) => /^kind: Secret$/m.test(document));
  for (const secret of secrets) assert.match(secret, /•••• \(\d+ bytes\)/);
  const base = await runCli('preview', sampleFolder, 'apps/base/backend', '--json');
  assert.equal((JSON.parse(base.stdout) as { failure: unknown }).failure, null);
});

test('bump leaves a read-only file alone and says so', async () => {
  const folder = createSampleRepository();
  const file = join(folder, 'apps/prod/kustomization.yaml');
  chmodSync(file, 0o444);
  const { code, stderr } = await runCli('bump', folder, '--image', 'backend', '--environment', 'prod', '--tag', 'backend-v0.0.6');
  assert.deepEqual(
    [code, stderr],
    [1, 'apps/prod/kustomization.yaml is read-only. Nothing was written. Allow writing it, then run this again.\n'],
  );
  assert.equal(statSync(file).mode & 0o777, 0o444);
  assert.equal(git(folder, ['status', '--short']), '');
});

test('bump takes - for what belongs to no environment, as images lists it', async () => {
  const container = '- name: c\n          image: nginx:1.0\n';
  using repository = temporaryRepository({
    'kustomization.yaml': 'resources: [d.yaml]\n',
    'd.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n      containers:\n        ${container}`,
  });
  const listed = await runCli('images', repository.root);
  assert.match(listed.stdout, /^app +- +nginx +1\.0 /m);
  const bumped = await runCli('bump', repository.root, '--image', 'nginx', '--environment', '-', '--tag', '2.0');
  assert.equal(bumped.code, 0, bumped.stderr);
  assert.match(readFileSync(join(repository.root, 'd.yaml'), 'utf8'), /image: nginx:2\.0\n$/);
  const wrong = await runCli('bump', repository.root, '--image', 'nginx', '--environment', 'prod', '--tag', '2.0');
  assert.equal(wrong.code, 2);
  assert.equal(wrong.stderr, 'There is no environment prod here. Choose one of -.\n');
});

test('a file of any name is read where the configuration of a transformer names it, and what does not build is told beside the rows', async () => {
  using repository = temporaryRepository({
    'good/kustomization.yaml': 'resources: [d.yaml]\ntransformers: [t.yaml]\n',
    'good/d.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec: {containers: [{name: c, image: "nginx:1.0"}]}\n',
    'good/t.yaml': 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\ntarget: {kind: Pod}\npath: patch.txt\n',
    'good/patch.txt': '- {op: replace, path: /spec/containers/0/image, value: "nginx:1.1"}\n',
    'bad/kustomization.yaml': 'resources: [nowhere.yaml]\n',
  });
  const { code, stdout, stderr } = await runCli('images', repository.root, '--json');
  assert.equal(code, 0);
  assert.deepEqual(
    (JSON.parse(stdout) as Record<string, unknown>[]).map(({ root, reference, status }) => ({ root, reference, status })),
    [{ root: 'good', reference: 'nginx:1.1', status: 'exact' }],
  );
  assert.match(stderr, /^bad does not build: .*nowhere\.yaml/m);
});
