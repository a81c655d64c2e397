import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { createRepository } from '../../../src/core/repository/gitOpsRepository.ts';
import { hasCorpus, unpackCorpus } from '../../support/corpus.ts';
import { compareWithEngine } from '../../support/modelAgainstEngine.ts';
import { sampleFolder } from '../../support/paths.ts';
import { readRepository } from '../../support/repositoryFiles.ts';
import { createTestEngine } from '../../support/testEngine.ts';

let engine: KustomizeEngine;
before(() => {
  engine = createTestEngine();
});
after(() => engine.dispose());

describe('The images that the model is certain of are those that kustomize and Flux render', () => {
  test('for every root of the sample repository', async () => {
    const { roots, images, disagreements } = await compareWithEngine(
      engine,
      createRepository(readRepository(sampleFolder)),
      sampleFolder,
    );
    assert.deepEqual(disagreements, []);
    assert.ok(roots >= 2 && images >= 6, `${String(roots)} roots, ${String(images)} images`);
  });

  if (hasCorpus) {
    let folder = '';
    before(() => {
      folder = unpackCorpus();
    });
    after(() => rmSync(folder, { recursive: true }));
    // Of the large repository every third root: all 637 agree, which takes half a minute.
    for (const [name, step, least] of [
      ['flux2-kustomize-helm-example', 1, 2],
      ['flux2-multi-tenancy', 1, 4],
      ['home-ops', 1, 80],
      ['infra-deployments', 3, 200],
    ] as const) {
      test(`for the roots of ${name}`, async () => {
        const checkout = join(folder, name);
        const repository = createRepository(readRepository(checkout));
        const chosen = new Set(repository.roots.filter((_, index) => index % step === 0));
        const { roots, disagreements } = await compareWithEngine(engine, repository, checkout, (root) => chosen.has(root));
        assert.deepEqual(disagreements, []);
        assert.ok(roots >= least, `${String(roots)} roots`);
      });
    }
  }
});
