import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { commitChange } from '../../../src/workflows/commitChange.ts';
import type { LocalRemote } from '../../support/localRemote.ts';
import { startLocalRemote, userState } from '../../support/localRemote.ts';

let remote: LocalRemote;
let folder = '';
let count = 0;
const path = 'apps/prod/kustomization.yaml';
before(async () => {
  remote = await startLocalRemote();
});
after(() => remote[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await remote.clone(`clone-${String(count++)}`);
});
const text = () => readFileSync(join(folder, path), 'utf8');
const commit = () => {
  const before = text();
  return commitChange(
    folder,
    [{ path, before, after: before.replace('backend-v0.0.5', 'backend-v0.0.6') }],
    'chore(prod): bump backend to backend-v0.0.6\n',
  );
};

describe('A commit on the current branch', () => {
  it('has the changed file alone; what else is staged or dirty stays so', async () => {
    writeFileSync(join(folder, 'staged.txt'), 'staged\n');
    remote.git(folder, 'add', 'staged.txt');
    appendFileSync(join(folder, 'README.md'), 'dirty\n');
    const { commit: made, branch } = await commit();
    assert.deepEqual([branch, remote.git(folder, 'rev-parse', 'HEAD')], ['main', made]);
    assert.equal(
      remote.git(folder, 'show', '--format=%s', '--name-only', 'HEAD'),
      `chore(prod): bump backend to backend-v0.0.6\n\n${path}`,
    );
    assert.equal(remote.git(folder, 'status', '--porcelain'), ' M README.md\nA  staged.txt');
    assert.equal(statSync(join(folder, path)).mode & 0o777, 0o644);
  });

  it('is refused where it would take other edits along, and nothing is written', async () => {
    const refused = async (words: RegExp) => {
      const before = userState(folder);
      await assert.rejects(commit(), words);
      assert.deepEqual(userState(folder), before);
    };
    appendFileSync(join(folder, path), '# mine\n');
    await refused(
      /kustomization\.yaml has other changes that are not committed, and they would be committed too\. Commit or stash them first/,
    );
    remote.git(folder, 'add', path);
    await refused(/has other changes/);
    remote.git(folder, 'stash', '--quiet');
    remote.git(folder, 'checkout', '--quiet', '--detach');
    await refused(/No branch is checked out/);
    remote.git(folder, 'switch', '--quiet', 'main');
    remote.git(folder, 'update-ref', 'MERGE_HEAD', 'HEAD~1');
    await refused(/A merge is not finished here\. Finish or abort it/);
  });

  it('that was ended between writing and committing is completed by the same plan', async () => {
    const before = text();
    const after = before.replace('backend-v0.0.5', 'backend-v0.0.6');
    writeFileSync(join(folder, path), after);
    await commitChange(join(folder, 'apps'), [{ path: path.slice('apps/'.length), before, after }], 'x\n');
    assert.equal(remote.git(folder, 'status', '--porcelain'), '');
    assert.equal(remote.git(folder, 'show', '--format=%s', '--name-only', 'HEAD'), `x\n\n${path}`);
  });

  it('that a hook refuses leaves the file and the index as they were', async () => {
    writeFileSync(join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\necho "not on Fridays" >&2\nexit 1\n', { mode: 0o755 });
    writeFileSync(join(folder, 'staged.txt'), 'staged\n');
    remote.git(folder, 'add', 'staged.txt');
    const before = [text(), remote.git(folder, 'status', '--porcelain'), remote.git(folder, 'rev-parse', 'HEAD')];
    await assert.rejects(commit(), /A commit hook refused: not on Fridays\. Nothing was committed\./);
    assert.deepEqual([text(), remote.git(folder, 'status', '--porcelain'), remote.git(folder, 'rev-parse', 'HEAD')], before);
  });

  it('is refused where the file changed since it was planned', async () => {
    const change = { path, before: 'something else', after: 'new' };
    await assert.rejects(commitChange(folder, [change], 'x'), /changed while the commit was being made\. Nothing was written/);
  });
});
