import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commitNamed, filesOfCommit, headCommit, headFile, isRepository } from '../../../src/clients/git.ts';
import { tagsFromHistory } from '../../../src/clients/gitHistory.ts';
import { GitError, runGit } from '../../../src/clients/gitProcess.ts';

const overlay = (tag: string, other = 'o1'): string =>
  `images:\n- name: ghcr.io/acme/backend\n  newTag: ${tag} # {"$imagepolicy": "a:b:tag"}\n- name: ghcr.io/acme/other\n  newName: r/other\n  newTag: "${other}"\n`;
const hostile = process.platform === 'win32' ? 'dir with space/ä;$(touch x).yaml' : 'dir with space/-n "ä"\t;$(touch x)\n*.yaml';

let folder = '';
let commits = 0;

function git(...args: readonly string[]): string {
  const date = `2026-01-0${String(Math.min(9, commits + 1))}T10:00:00+01:00`;
  const env = {
    ...process.env,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return execFileSync('git', ['-c', 'user.name=Mira Keller', '-c', 'user.email=mira@acme.example', ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
}

function commit(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
  commits++;
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cockpit-git-'));
  git('init', '--quiet', '--initial-branch=main');
  commit({ 'apps/dev/kustomization.yaml': overlay('v1.0.0'), 'other.txt': 'newTag: v7\n' });
  commit({ 'apps/dev/kustomization.yaml': overlay('v1.1.0'), [hostile]: 'image: localhost:5000/web:1.2@sha256:x\n' });
  commit({
    'apps/dev/kustomization.yaml': overlay('v1.2.0', '1.10'),
    'apps/values.yaml': 'image:\n  repository: ghcr.io/acme/api\n  pullPolicy: Always\n  tag: 2.0.0\n',
    'clusters/dev/apps.yaml': 'apiVersion: v1\nspec:\n  postBuild:\n    substitute:\n      APP_TAG: v9 # x\n',
    'binary.yaml': Buffer.from([0, 255, 254, 10, 0]),
  });
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('A Git repository', () => {
  it('is recognised, also from a folder inside', async () => {
    deepEqual([await isRepository(folder), await isRepository(join(folder, 'apps'))], [true, true]);
  });
  it('is not every folder', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'cockpit-none-'));
    deepEqual([await isRepository(empty), await headCommit(empty)], [false, undefined]);
    await rejects(
      filesOfCommit(empty, 'HEAD', () => true),
      GitError,
    );
    await rejects(tagsFromHistory(empty, []), GitError);
    rmSync(empty, { recursive: true });
  });
  it('has a head commit', async () => equal(await headCommit(folder), git('rev-parse', 'HEAD').trim()));
  it('has commits by many names', async () => {
    const first = git('rev-parse', 'HEAD~2').trim();
    git('tag', '--annotate', '--message', 'x', 'v1', first);
    for (const name of ['v1', 'refs/tags/v1', first, first.slice(0, 8), 'HEAD~2', 'main~2'])
      equal(await commitNamed(folder, name), first, name);
    for (const name of ['nope', '', '--help', '-n', 'HEAD:other.txt', 'HEAD^{tree}', 'HEAD..main', 'HEAD\n'])
      equal(await commitNamed(folder, name), undefined, name);
  });
  it('has no head before its first commit', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'cockpit-fresh-'));
    execFileSync('git', ['init', '--quiet'], { cwd: fresh });
    deepEqual([await isRepository(fresh), await headCommit(fresh)], [true, undefined]);
    rmSync(fresh, { recursive: true });
  });
});

describe('Files of HEAD', () => {
  it('are those that were committed, not those on disk', async () => {
    const path = join(folder, 'apps/dev/kustomization.yaml');
    writeFileSync(path, 'images: []\n');
    equal(await headFile(folder, 'apps/dev/kustomization.yaml'), overlay('v1.2.0', '1.10'));
    equal(await headFile(join(folder, 'apps'), 'dev/kustomization.yaml'), overlay('v1.2.0', '1.10'));
    writeFileSync(path, overlay('v1.2.0', '1.10'));
  });
  it('are read together whatever they are called', async () => {
    const files = await filesOfCommit(folder, 'HEAD', (name) => name.endsWith('.yaml'));
    deepEqual(
      [...files.keys()].sort(),
      [hostile, 'apps/dev/kustomization.yaml', 'apps/values.yaml', 'binary.yaml', 'clusters/dev/apps.yaml'].sort(),
    );
    equal(files.get(hostile), 'image: localhost:5000/web:1.2@sha256:x\n');
    equal(files.get('apps/dev/kustomization.yaml'), overlay('v1.2.0', '1.10'));
  });
  it('are relative to the folder that was asked', async () => {
    deepEqual(
      [...(await filesOfCommit(join(folder, 'apps'), 'HEAD', () => true)).keys()],
      ['dev/kustomization.yaml', 'values.yaml'],
    );
  });
  it('are undefined where HEAD has none', async () => equal(await headFile(folder, '--help'), undefined));
  it('end when the caller cancels', async () => {
    await rejects(
      filesOfCommit(folder, 'HEAD', () => true, AbortSignal.abort(new Error('cancelled'))),
      /cancelled/,
    );
  });
});

describe('Tags from the history', () => {
  const brief = async (files: readonly string[]): Promise<string[]> =>
    (await tagsFromHistory(folder, files)).tags.map(({ image, key, tag }) => `${image} ${key} ${tag}`);

  it('are all that a file ever had, newest first, with the image beside', async () => {
    deepEqual(await brief(['apps/dev/kustomization.yaml']), [
      'ghcr.io/acme/backend newTag v1.2.0',
      'r/other newTag 1.10',
      'ghcr.io/acme/backend newTag v1.1.0',
      'ghcr.io/acme/backend newTag v1.0.0',
      'r/other newTag o1',
    ]);
  });
  it('say who wrote them, when and where', async () => {
    const { tags, truncated } = await tagsFromHistory(folder, ['apps/values.yaml']);
    deepEqual(tags, [
      {
        tag: '2.0.0',
        image: 'ghcr.io/acme/api',
        key: 'tag',
        file: 'apps/values.yaml',
        commit: git('rev-parse', 'HEAD').trim(),
        author: 'Mira Keller',
        date: '2026-01-03T10:00:00+01:00',
      },
    ]);
    equal(truncated, false);
  });
  it('are found in files with hostile names', async () => {
    deepEqual(await brief([hostile]), ['localhost:5000/web image 1.2']);
    const { tags } = await tagsFromHistory(folder, [hostile]);
    equal(tags[0]?.file, hostile);
  });
  it('include variables and, without a file, the whole folder', async () => {
    const all = await brief([]);
    ok(all.includes(' APP_TAG v9') && all.includes('ghcr.io/acme/api tag 2.0.0') && all.includes(' newTag v7'));
  });
  it('are relative to a folder inside of the repository', async () => {
    const { tags } = await tagsFromHistory(join(folder, 'apps'), ['values.yaml']);
    deepEqual(
      tags.map(({ file }) => file),
      ['values.yaml'],
    );
  });
  it('stop at the limit of commits and say so', async () => {
    const { tags, truncated } = await tagsFromHistory(folder, ['apps/dev/kustomization.yaml'], { maxCommits: 1 });
    deepEqual([tags.map(({ tag }) => tag), truncated], [['v1.2.0', '1.10'], true]);
  });
  it('end when the caller cancels', async () => {
    const cancel = new AbortController();
    const pending = tagsFromHistory(folder, [], { signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await rejects(pending, /cancelled/);
  });
  it('run no program that the repository configures', async () => {
    const marker = join(folder, 'ran');
    for (const key of ['diff.external', 'core.pager', 'gpg.program', 'core.fsmonitor', 'core.sshCommand'])
      git('config', key, `touch '${marker}'; true`);
    git('config', 'log.showSignature', 'true');
    ok((await brief(['apps/dev/kustomization.yaml'])).length > 0);
    await filesOfCommit(folder, 'HEAD', () => true);
    equal(existsSync(marker), false);
  });
});

describe('A git command', () => {
  it('ends at the limit of output, with what it wrote until then', async () => {
    const { bytes, truncated } = await runGit(folder, ['log', '--patch'], { timeoutMilliseconds: 10_000, maxBytes: 100 });
    ok(truncated && bytes.length <= 100);
  });
  it('ends at the limit of time', async () => {
    const started = performance.now();
    const waits = runGit(folder, ['cat-file', '--batch'], { timeoutMilliseconds: 200, maxBytes: 100 });
    equal((await waits).truncated, true);
    ok(performance.now() - started < 5000);
  });
  it('says in one line what git said', async () => {
    await rejects(runGit(folder, ['log', 'no-such-revision', '--'], { timeoutMilliseconds: 10_000, maxBytes: 100 }), (error) => {
      ok(error instanceof GitError);
      equal(error.message, "bad revision 'no-such-revision'");
      return true;
    });
  });
});
