import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { KustomizeEngine } from '../../../src/clients/kustomize.ts';
import { buildRequest } from '../../../src/clients/renderRoot.ts';
import { planImageBump } from '../../../src/core/change/imageBump.ts';
import { isRefused } from '../../../src/core/change/plan.ts';
import type { BuildRoot, ImageUsage } from '../../../src/core/repository/model.ts';
import { applyEdits } from '../../../src/core/text/textEdit.ts';
import { InputError, openRepositories } from '../../../src/workflows/openRepository.ts';
import { differenceOf, isRendered, lineOf, renderedImages } from '../../support/modelAgainstEngine.ts';
import { createTestEngine } from '../../support/testEngine.ts';

type Files = Readonly<Record<string, string | { readonly link: string }>>;

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../../conformance/cases/model.json'), 'utf8')) as {
  cases: readonly { readonly id: string; readonly files: Files }[];
};

/** A tag that is nowhere else. */
const PROBE = 'zz9-probe';

let engine: KustomizeEngine;
before(() => {
  engine = createTestEngine();
});
after(() => engine.dispose());

function write(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-model-'));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'string') writeFileSync(file, content);
    else symlinkSync(content.link, file);
  }
  return folder;
}

async function open(folder: string): Promise<Awaited<ReturnType<typeof openRepositories>>> {
  try {
    return await openRepositories(folder);
  } catch (error) {
    // Nothing here is a build root.
    if (error instanceof InputError) return [];
    throw error;
  }
}

describe('The model says what the render engine renders, or that it does not know, and a bump renders to its tag:', () => {
  for (const { id, files } of cases) {
    test(id, async () => {
      const folder = write(files);
      try {
        const differences: string[] = [];
        for (const { repository, placement } of await open(folder)) {
          for (const root of repository.roots.filter(({ artifact }) => artifact === undefined)) {
            const difference = differenceOf(root, await engine.build(buildRequest(root, folder, undefined, 'values')));
            if (difference !== undefined) differences.push(`${root.id}: ${difference}`);
            if (root.failure !== undefined) continue;
            for (const usage of root.usages.filter(({ status }) => status === 'exact')) {
              const plan = planImageBump(repository, { usage, root, tag: PROBE, mode: 'owner', placement });
              if (isRefused(plan)) continue;
              const texts: Record<string, string | { link: string }> = { ...files };
              for (const [path, edits] of plan.files) texts[path] = changed(folder, path, edits);
              differences.push(...(await afterBump(texts, root, usage)));
            }
          }
        }
        assert.deepEqual(differences, []);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});

function changed(folder: string, path: string, edits: Parameters<typeof applyEdits>[1]): string {
  const text = applyEdits(readFileSync(join(folder, path), 'utf8'), edits);
  assert.ok(typeof text === 'string');
  return text;
}

async function afterBump(files: Files, root: BuildRoot, usage: ImageUsage): Promise<string[]> {
  const folder = write(files);
  try {
    const [opened] = await open(folder);
    const same = opened?.repository.roots.find(({ id }) => id === root.id);
    if (same === undefined) return [`${root.id} is gone after the bump`];
    const result = await engine.build(buildRequest(same, folder, undefined, 'values'));
    if (!result.ok) return [`${root.id} does not build after the bump: ${result.error.cause}`];
    const reference = `${usage.name}:${PROBE}`;
    if (isRendered(result.yaml, usage, reference)) return [];
    return [`after the bump there is no ${lineOf({ ...usage, reference })} among ${renderedImages(result.yaml).join(', ')}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
