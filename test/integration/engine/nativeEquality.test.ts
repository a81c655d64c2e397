import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { BuildResult, FluxBuild, KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { hasCorpus, unpackCorpus } from '../../support/corpus.ts';
import { runGoTests, runKustomize, startFluxReference, type FluxReference } from '../../support/nativeKustomize.ts';
import { sampleFolder } from '../../support/paths.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';
import { fluxCases, fluxFiles } from './fluxCases.ts';

let engine: KustomizeEngine;
let flux: FluxReference;
before(() => {
  engine = createTestEngine();
  flux = startFluxReference();
});
after(async () => {
  flux[Symbol.dispose]();
  await engine.dispose();
});

function textOf(result: BuildResult): string {
  return result.ok ? result.yaml : `${result.error.message}\n${result.error.cause}`;
}

function foldersWithKustomization(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)kustomization\.yaml$/.test(path))
    .map((path) => path.slice(0, -'/kustomization.yaml'.length))
    .toSorted();
}

async function assertSameAsKustomize(root: string, directory: string): Promise<void> {
  const expected = runKustomize(join(root, directory));
  const result = await engine.build({ mode: 'kustomize', root, directory });
  assert.equal(textOf(result), expected, directory);
}

async function assertSameAsFlux(request: Omit<FluxBuild, 'mode'>, archive = false): Promise<void> {
  const { root, directory, kustomization, values = {}, substitution, source } = request;
  const expected = await flux.build({
    root,
    directory,
    kustomization,
    values,
    lenient: substitution === 'lenient',
    archive,
    ...(source?.ignore === undefined ? {} : { ignore: source.ignore }),
  });
  const result = await engine.build({ ...request, mode: 'flux' });
  assert.equal(result.ok, expected.error === undefined, `${textOf(result)}\nFlux: ${expected.error}`);
  if (result.ok) assert.equal(result.yaml, expected.yaml);
}

describe('kustomize mode prints what kustomize v5.8.1 prints, byte for byte', () => {
  test('for every folder of the sample repository', async () => {
    const folders = foldersWithKustomization(sampleFolder);
    assert.ok(folders.length > 3);
    for (const folder of folders) {
      if (runKustomize(join(sampleFolder, folder)) !== null) await assertSameAsKustomize(sampleFolder, folder);
    }
  });

  if (hasCorpus) {
    describe('for a fixed sample of 100 roots of public repositories', () => {
      const roots = JSON.parse(readFileSync(join(import.meta.dirname, 'corpusRoots.json'), 'utf8')) as string[];
      let corpus: string;
      before(() => {
        corpus = unpackCorpus();
      });
      after(() => rmSync(corpus, { recursive: true }));
      for (const root of roots) {
        const [repository = '', ...rest] = root.split('/');
        test(root, () => assertSameAsKustomize(join(corpus, repository), rest.join('/')));
      }
    });
  }
});

describe("flux mode renders what Flux's own code renders", () => {
  for (const [name, request] of Object.entries(fluxCases)) {
    test(name, async () => {
      using repository = temporaryRepository(fluxFiles);
      await assertSameAsFlux({ root: repository.root, ...request });
    });
  }

  test('for every folder of the sample repository', async () => {
    for (const directory of ['', ...foldersWithKustomization(sampleFolder)]) {
      await assertSameAsFlux({ root: sampleFolder, directory, kustomization: { spec: { targetNamespace: 'preview' } } });
    }
  });

  test('from the artefact that source-controller packs', async () => {
    using repository = temporaryRepository({
      ...fluxFiles,
      '.sourceignore': '*.md\n/generated/b.yaml\n',
      'generated/.sourceignore': 'c.yaml\n!b.yaml\n',
      'generated/.github/workflow.yaml': 'on: push\n',
      'generated/.sops.yaml': 'creation_rules: []\n',
    });
    symlinkSync('../plain/config.yaml', join(repository.root, 'generated/link.yaml'));
    const request = { root: repository.root, directory: 'generated', kustomization: {} };
    for (const ignore of [undefined, '', '/*\n!/generated\n', 'generated/a.yaml\n', '!*.yaml\n', '/generated/\n']) {
      await assertSameAsFlux({ ...request, source: ignore === undefined ? {} : { ignore } }, true);
    }
  });

  test('and adds commonMetadata to every object', async () => {
    using repository = temporaryRepository(fluxFiles);
    const commonMetadata = { labels: { team: 'payments', app: 'overridden' }, annotations: { on: 'true' } };
    const request = { root: repository.root, directory: 'plain' };
    const result = await engine.build({ ...request, mode: 'flux', kustomization: { spec: { commonMetadata } } });
    const { yaml } = await flux.build({ ...request, kustomization: {} });
    const expected = parseAllDocuments(yaml).map((document) => document.toJS() as { metadata: Record<string, object> });
    for (const { metadata } of expected) {
      metadata['labels'] = { ...metadata['labels'], ...commonMetadata.labels };
      metadata['annotations'] = { ...metadata['annotations'], ...commonMetadata.annotations };
    }
    assert.ok(result.ok);
    assert.deepEqual(
      parseAllDocuments(result.yaml).map((document) => document.toJS() as unknown),
      expected,
    );
  });
});

test('the tests of the Go code pass', () => {
  const { ok, output } = runGoTests();
  assert.ok(ok, output);
});
