import assert from 'node:assert/strict';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { sampleFolder } from '../../support/paths.ts';
import { createSampleRepository, git, sampleRemote } from '../../support/sampleRepository.ts';

const now = new Date('2026-06-15T12:00:00Z');

describe('the sample repository', () => {
  const folder = createSampleRepository(now);
  after(() => rmSync(dirname(folder), { recursive: true }));

  it('holds exactly the files of the fixture', () => {
    const files = globSync('**/*.*', { cwd: sampleFolder }).sort();
    const committed = git(folder, ['ls-files']).trim().split('\n').sort();
    assert.deepEqual(committed, files);
    for (const file of files)
      assert.equal(readFileSync(join(folder, file), 'utf8'), readFileSync(join(sampleFolder, file), 'utf8'), file);
  });

  it('is clean, on main, and not ahead of its GitHub remote', () => {
    assert.equal(git(folder, ['status', '--porcelain', '--branch']).trim(), '## main...origin/main');
    assert.equal(git(folder, ['remote', 'get-url', 'origin']).trim(), sampleRemote);
  });

  it('tells of bumps by several people over weeks, an empty tag, and promotions merged from pull requests', () => {
    const log = git(folder, ['log', '--format=%an|%aI|%s']).trim().split('\n');
    assert.equal(log[0], 'study-app-workflow[bot]|2026-06-13T12:00:00+00:00|chore(dev): bump backend to backend-v0.0.6');
    assert.equal(new Set(log.map((line) => line.split('|')[0])).size, 4);
    assert.equal(log.filter((line) => line.includes('|Merge pull request #')).length, 5);
    const tags = git(folder, ['log', '--reverse', '--first-parent', '-p', '--format=', 'apps/dev/kustomization.yaml'])
      .split('\n')
      .filter((line) => /^\+.*newTag: (backend|"")/.test(line))
      .map((line) => line.split(': ')[1]);
    assert.deepEqual(tags, ['backend-v0.0.2', 'backend-v0.0.3', 'backend-v0.0.4', '""', 'backend-v0.0.5', 'backend-v0.0.6']);
  });
});
