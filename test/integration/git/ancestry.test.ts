import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startGitServer } from '../../support/cluster/gitServer.ts';
import { isAncestor, remoteBranchesWith, resolveCommit } from '../../../src/clients/gitAncestry.ts';

it('commits, their ancestors, and the branches that have them', async () => {
  await using server = await startGitServer();
  const repository = server.repository('history');
  const { folder } = repository;
  const first = repository.push({ a: '1\n' });
  const second = repository.push({ a: '2\n' });
  const side = repository.push({ a: '3\n' }, { branch: 'feature/x' });
  repository.git('commit', '-q', '--allow-empty', '-m', 'not pushed');
  assert.equal(await resolveCommit(folder, 'HEAD~2'), second);
  assert.equal(await resolveCommit(folder, first.slice(0, 8)), first);
  assert.equal(await resolveCommit(folder, '--help'), undefined);
  assert.equal(await resolveCommit(folder, 'nope'), undefined);
  assert.equal(await isAncestor(folder, first, second), true);
  assert.equal(await isAncestor(folder, second, second), true);
  assert.equal(await isAncestor(folder, second, first), false);
  assert.equal(await isAncestor(folder, first, 'a'.repeat(40)), undefined);
  assert.deepEqual((await remoteBranchesWith(folder, second)).sort(), ['feature/x', 'main']);
  assert.deepEqual(await remoteBranchesWith(folder, side), ['feature/x']);
  assert.deepEqual(await remoteBranchesWith(folder, repository.git('rev-parse', 'HEAD')), []);
});
