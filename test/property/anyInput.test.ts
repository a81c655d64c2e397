import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { planImageBump } from '../../src/core/change/imageBump.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { publicCases, readCases } from '../conformance/cases.ts';
import { hostileRepositories } from '../support/hostileRepositories.ts';
import { mutate, mutations } from '../support/mutations.ts';
import { sampleFolder } from '../support/paths.ts';
import { readRepository } from '../support/repositoryFiles.ts';
import { within } from '../support/within.ts';

const own = join(import.meta.dirname, '../conformance/cases/own.json');
const repositories: readonly ReadonlyMap<string, string>[] = [
  new Map([...readRepository(sampleFolder)].filter(([path]) => !path.endsWith('gotk-components.yaml'))),
  ...[...readCases(publicCases), ...readCases(own)]
    .filter(({ files }) => files !== undefined)
    .map(({ files = {} }) => new Map(Object.entries(files))),
];

const LIMIT_MILLISECONDS = 5_000;

describe('No input makes the model throw or hang:', () => {
  test('files with bytes and lines taken out and put in, read at once and as a change', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...repositories),
        fc.nat(),
        mutations,
        fc.nat(),
        fc.constantFrom('v2', `v2@sha256:${'ab'.repeat(32)}`, 'a b'),
        (files, which, changes, pick, tag) => {
          const path = [...files.keys()][which % files.size] ?? '';
          const text = mutate(files.get(path) ?? '', changes);
          within(LIMIT_MILLISECONDS, path, () => {
            const changed = createRepository(files).with(new Map([[path, text]]));
            const anew = createRepository(new Map([...files, [path, text]]));
            const references = (repository: typeof anew) =>
              repository.roots.map(({ id, usages }) => [id, usages.map(({ reference }) => reference)]);
            assert.deepEqual(references(changed), references(anew));
            const all = anew.roots.flatMap((root) => root.usages.map((usage) => ({ root, usage })));
            const chosen = all[pick % Math.max(all.length, 1)];
            if (chosen === undefined) return;
            for (const mode of ['owner', 'override'] as const) planImageBump(anew, { ...chosen, tag, mode });
          });
        },
      ),
      { numRuns: 1_500 },
    );
  });

  for (const [name, files] of hostileRepositories()) {
    test(name, () => {
      within(LIMIT_MILLISECONDS, name, () => {
        const repository = createRepository(files);
        for (const root of repository.roots) {
          const [usage] = root.usages;
          if (usage !== undefined) planImageBump(repository, { root, usage, tag: 'v2', mode: 'owner' });
        }
      });
    });
  }
});
