import { equal, ok } from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { isFailure, readLabels, scoreFolders, scoreRepository } from '../support/layoutLabels.ts';
import { sampleFolder } from '../support/paths.ts';
import { readRepository } from '../support/repositoryFiles.ts';

/** Where labelled repositories may lie beside the sample: folders `owner+name`, as in `npm run labels`. */
const directories = [
  dirname(sampleFolder),
  ...(process.env['GITOPS_COCKPIT_LABELLED'] ?? '').split(delimiter).filter((path) => path !== ''),
];

describe('Applications and environments as people label them', () => {
  for (const file of globSync('cases/layout-labels*.json', { cwd: import.meta.dirname }).toSorted()) {
    const scores = scoreFolders(readLabels(readFileSync(join(import.meta.dirname, file), 'utf8')), directories);
    for (const [repository, score] of scores)
      it(`are right in ${repository}`, () => {
        // One miss is what a threshold in per cent leaves a small repository.
        ok(score.misses.length <= 1 || !isFailure(score), score.misses.join('\n'));
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
