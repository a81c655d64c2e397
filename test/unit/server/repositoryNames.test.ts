import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repositoryName } from '../../../src/server/repositoryNames.ts';

test('repositories are called by their folders, with as much of the way as tells them apart', () => {
  const all = ['/work/gitops', '/home/gitops', '/home/api', '/', 'C:\\work\\infra'].map((folder) => ({ folder }));
  assert.deepEqual(
    all.map((repository) => repositoryName(repository, all)),
    ['work/gitops', 'home/gitops', 'api', '/', 'infra'],
  );
});
