import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BuildResult, KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { buildRequest } from '../../../src/clients/renderRoot.ts';
import type { ConformanceCase } from '../../conformance/cases.ts';
import { publicCases, readCases, textOf } from '../../conformance/cases.ts';
import { repositoryOf, rootOf } from '../../conformance/effectiveImage.ts';
import { runCases } from '../../conformance/checks.ts';
import { differenceOf, renderedImages } from '../../support/modelAgainstEngine.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

const own = readCases(join(import.meta.dirname, '../../conformance/cases/own.json'));
const all = [...readCases(publicCases), ...own];

let engine: KustomizeEngine;
before(() => {
  engine = createTestEngine();
});
after(() => engine.dispose());

/** The engine is the newest Flux: it cannot say what older ones did. */
function isForNewestFlux({ action }: ConformanceCase): boolean {
  return !textOf(action, 'kustomizeController').startsWith('<');
}

async function render(one: ConformanceCase, files: Readonly<Record<string, string>>): Promise<BuildResult> {
  const root = rootOf(repositoryOf(files, one.action), one.action);
  assert.ok(root !== undefined, `${one.id} has no such root`);
  using folder = temporaryRepository(files);
  return await engine.build(buildRequest(root, folder.root, undefined, 'values'));
}

function imagesOf(result: BuildResult): Record<string, string> {
  assert.ok(result.ok, result.ok ? '' : result.error.cause);
  return Object.fromEntries(renderedImages(result.yaml).map((line) => line.split(' = ') as [string, string]));
}

describe('The cases', () => {
  for (const one of own) {
    test(`${one.id} passes`, () => {
      assert.deepEqual(
        runCases([one]).results.map(({ failure }) => failure),
        [undefined],
      );
    });
  }
});

describe('What a case expects is what the render engine does:', () => {
  for (const one of all.filter(({ kind }) => kind === 'effective-image').filter(isForNewestFlux)) {
    test(one.id, async () => {
      const { files = {}, expected } = one;
      const result = await render(one, files);
      const error = textOf(expected, 'errorMatches');
      if (error === '') {
        const images = imagesOf(result);
        for (const [container, image] of Object.entries((expected['images'] ?? {}) as Record<string, string>))
          assert.equal(images[container], image, container);
      } else if (result.ok) assert.match(one.id, /invalid-regexp/, 'only kustomize before 5.8 refuses this');
      // The controller checks the path before it calls the code that the engine consists of.
      else if (!/^lstat .*: no such file/.test(result.error.cause)) assert.match(result.error.cause, new RegExp(error));
    });
  }
  for (const one of all.filter(({ kind, action }) => kind === 'bump' && textOf(action, 'container') !== '')) {
    test(`${one.id}, after the bump`, async () => {
      const { files = {}, action, expected } = one;
      const changed = (expected['files'] ?? {}) as Record<string, string>;
      const container = textOf(action, 'container');
      if (textOf(expected, 'refusal') !== '') {
        assert.deepEqual(changed, {});
        return;
      }
      assert.equal(imagesOf(await render(one, { ...files, ...changed }))[container], textOf(expected, 'effectiveImage'));
    });
  }
});

test('The model says of every root of every case what the render engine renders, or that it does not know', async () => {
  const differences: string[] = [];
  for (const one of all.filter(({ files }) => files !== undefined).filter(isForNewestFlux)) {
    const { files = {}, action } = one;
    const repository = repositoryOf(files, action);
    using folder = temporaryRepository(files);
    for (const root of repository.roots) {
      const difference = differenceOf(root, await engine.build(buildRequest(root, folder.root, undefined, 'values')));
      if (difference !== undefined) differences.push(`${one.id} ${root.id}: ${difference}`);
    }
  }
  assert.deepEqual(differences, []);
});
