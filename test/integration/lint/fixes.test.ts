import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { KustomizeEngine } from '../../../src/clients/kustomize.ts';
import type { Rendering } from '../../../src/clients/renderRoot.ts';
import { renderRoot } from '../../../src/clients/renderRoot.ts';
import type { Fix } from '../../../src/core/lint/fix.ts';
import { textOf } from '../../../src/core/lint/entryFields.ts';
import type { BuildRoot, ImageUsage } from '../../../src/core/repository/model.ts';
import type { FixOutcome } from '../../support/fixOutcomes.ts';
import { outcomesOf, repositoriesWithProblems } from '../../support/fixOutcomes.ts';
import { renderedImages } from '../../support/modelAgainstEngine.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';
import { createTestEngine } from '../../support/testEngine.ts';

let engine: KustomizeEngine;
before(() => {
  engine = createTestEngine();
});
after(() => engine.dispose());

/** Codes whose fixes only take away what does nothing, or change comments: every byte that is applied stays as it was. */
const HARMLESS = /^(?:remove-entry|remove-suppression|replace-marker|add-tag-suffix)$/;

function isHarmless({ fix, problem }: FixOutcome): boolean {
  if (fix.id === 'remove-key') return problem.code === 'duplicate-yaml-key' || problem.code === 'empty-new-tag';
  return HARMLESS.test(fix.id);
}

describe('What kustomize and Flux render after a fix is what the fix has promised:', () => {
  for (const repository of repositoriesWithProblems())
    test(repository.name, async () => {
      using folder = temporaryRepository(repository.files);
      for (const outcome of outcomesOf(repository)) {
        const what = `${outcome.fix.title} (${outcome.fix.id}) of ${outcome.problem.code}`;
        const [old, now] = [await renderAll(outcome, folder.root, false), await renderAll(outcome, folder.root, true)];
        if (isHarmless(outcome)) assert.deepEqual(textsOf(now), textsOf(old), what);
        else keepsPromise(outcome, now, what);
        isTrueOfTheModel(outcome, now, what);
      }
    });
});

/** The renderings of all roots, with the files as they are after the fix where it `isFixed`. */
async function renderAll(
  { before: old, after: now, files }: FixOutcome,
  folder: string,
  isFixed: boolean,
): Promise<Map<string, Rendering>> {
  const overlay = new Map<string, string | undefined>();
  if (isFixed)
    for (const path of new Set([...Object.keys(old.files), ...Object.keys(files)]))
      if (old.files[path] !== files[path]) overlay.set(path, files[path]);
  const renderings = new Map<string, Rendering>();
  for (const root of (isFixed ? now : old).input.repository.roots)
    if (root.artifact === undefined) renderings.set(root.id, await renderRoot(engine, folder, root, { reveal: true, overlay }));
  return renderings;
}

function textsOf(renderings: ReadonlyMap<string, Rendering>): [string, string | undefined][] {
  // What was not fetched names temporary places.
  return [...renderings].map(([id, { text, failure }]) => [id, text ?? failure?.replaceAll(/\d+/g, '0')]);
}

/** The model that rules and fixes are made with says what the engine renders. */
function isTrueOfTheModel({ after: now }: FixOutcome, renderings: ReadonlyMap<string, Rendering>, what: string): void {
  for (const root of now.input.repository.roots) {
    const text = renderings.get(root.id)?.text;
    // The API server would refuse other lines of the same Flux Kustomization.
    if (text === undefined) continue;
    const images = renderedImages(text);
    for (const usage of root.usages.filter(isRendered))
      assert.ok(
        images.some((line) => line.endsWith(` = ${usage.reference}`)),
        `${what}: ${root.id} has no ${usage.reference} in ${images.join(', ')}`,
      );
  }
}

function isRendered({ kind, container, status }: ImageUsage): boolean {
  return status === 'exact' && kind !== '' && !/^(?:values|chart\b)/.test(container);
}

interface ChangedUsage {
  readonly old: ImageUsage | undefined;
  readonly now: ImageUsage;
}

/** Images that are another reference, or known for the first time, after the fix. */
function changedUsages({ before: old, after: now }: FixOutcome): ChangedUsage[] {
  const key = (root: BuildRoot, { kind, workload, container }: ImageUsage) => `${root.id} ${kind} ${workload} ${container}`;
  const all = new Map(
    old.input.repository.roots.flatMap((root) => root.usages.map((usage) => [key(root, usage), usage] as const)),
  );
  return now.input.repository.roots.flatMap((root) =>
    root.usages.flatMap((usage): ChangedUsage[] => {
      const before = all.get(key(root, usage));
      return before?.reference === usage.reference && before.status === usage.status ? [] : [{ old: before, now: usage }];
    }),
  );
}

/** Only images that the changed lines are about are others, and they are what the title says. */
function keepsPromise(outcome: FixOutcome, renderings: ReadonlyMap<string, Rendering>, what: string): void {
  const { fix } = outcome;
  const changed = changedUsages(outcome);
  for (const { old, now } of changed) {
    const about = `${what}: ${old?.reference ?? 'nothing'} becomes ${now.reference}`;
    assert.ok(isAbout(now, outcome) || isAbout(old, outcome), about);
    const expected = promise(fix, outcome, old, now);
    if (expected !== undefined) assert.equal(now.reference, expected, about);
  }
  if (outcome.after.problems.every(({ severity }) => severity !== 'error'))
    for (const { failure } of renderings.values()) assert.equal(failure, undefined, what);
}

function isAbout(usage: ImageUsage | undefined, { problem: { place } }: FixOutcome): boolean {
  if (usage === undefined) return true;
  const files = [usage.nameOwner, usage.tagOwner, usage.digestOwner].map((owner) => owner?.file);
  return files.includes(place.file) || usage.entries.some(({ file }) => file === place.file) || usage.status === 'unknown';
}

/** The reference that a fix has promised for an image that it changes; undefined where its title names none. */
function promise({ id, title }: Fix, { problem }: FixOutcome, old: ImageUsage | undefined, now: ImageUsage): string | undefined {
  const entry = now.entries.find(({ file }) => file === problem.place.file);
  const newTag = entry === undefined ? '' : textOf(entry, 'newTag');
  switch (id) {
    case 'replace-name':
    case 'use-renamed-name':
      return entry === undefined || newTag === '' ? undefined : `${now.name}:${newTag}`;
    case 'restore-previous-value':
      return `${now.name}:${/^Restore (\S+)/.exec(title)?.[1] ?? ''}`;
    case 'remove-key':
      return title.startsWith('Delete newTag') ? `${now.name}@${now.digest}` : `${now.name}:${newTag}`;
    case 'move-digest':
      return `${now.name}@sha256:${'ab'.repeat(32)}`;
    case 'strip-tag':
      return `${now.name}:${newTag}`;
    case 'pin-tag':
      return old?.reference.replace(/(-[a-z]+)\1$/, '$1');
    default:
      return undefined;
  }
}
