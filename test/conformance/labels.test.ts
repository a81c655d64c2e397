import { equal, ok } from 'node:assert/strict';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hasCorpus, unpackCorpusByOwner } from '../support/corpus.ts';
import type { LabelledRow } from '../support/layoutLabels.ts';
import { isFailure, readLabels, scoreFolders, scoreRepository, totalOf } from '../support/layoutLabels.ts';
import { sampleFolder } from '../support/paths.ts';
import { readRepository } from '../support/repositoryFiles.ts';

/** All labelled rows but those of the sample. `npm run labels -- FOLDER...` scores them in other checkouts. */
function publicLabels(): Map<string, readonly LabelledRow[]> {
  const files = globSync('cases/layout-labels{,-more}.json', { cwd: import.meta.dirname });
  return new Map(files.flatMap((file) => [...readLabels(readFileSync(join(import.meta.dirname, file), 'utf8'))]));
}

describe('Applications and environments as people label them', () => {
  if (hasCorpus) {
    let folder = '';
    before(() => {
      folder = unpackCorpusByOwner();
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('are right in the repositories of the corpus', () => {
      const scores = scoreFolders(publicLabels(), [folder]);
      ok(scores.size > 1, `Only ${[...scores.keys()].join(', ')} have labels.`);
      const total = totalOf(scores.values());
      ok(!isFailure(total), total.misses.join('\n'));
    });
  }

  it('are all right in the sample', () => {
    const labels = readLabels(readFileSync(join(import.meta.dirname, 'cases/layout-labels-sample.json'), 'utf8'));
    const score = scoreRepository(readRepository(sampleFolder), labels.get('study-app-gitops') ?? []);
    equal(score.misses.join('\n'), '');
    ok(score.rows > 0);
  });

  it('are found wrong where the label says something else', () => {
    const row = {
      app: 'web',
      env: 'staging',
      image: 'ghcr.io/acme/study-app-api',
      tag: 'v9',
      file: 'apps/dev/kustomization.yaml',
    };
    const { file, tag, environment, application } = scoreRepository(readRepository(sampleFolder), [row]);
    equal([file, tag, environment, application].join(), '1,0,0,0');
  });
});
