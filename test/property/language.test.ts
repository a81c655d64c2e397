import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import { completionContext } from '../../src/core/language/completionContext.ts';
import { entryAt, imagesFor, nameCompletions, repaired, tagCompletions } from '../../src/core/language/completions.ts';
import { definitionAt } from '../../src/core/language/definition.ts';
import { rootsOfFile } from '../../src/core/language/fileUse.ts';
import { hintsIn } from '../../src/core/language/hints.ts';
import { imageHover, silentEntry } from '../../src/core/language/imageHover.ts';
import { imageLenses } from '../../src/core/language/lenses.ts';
import { pathLinks } from '../../src/core/language/links.ts';
import { describeMarker } from '../../src/core/language/policies.ts';
import { reachedAt } from '../../src/core/language/reached.ts';
import { referencesAt } from '../../src/core/language/references.ts';
import { planImageRename, renameTargetAt } from '../../src/core/language/rename.ts';
import { valuesOfVariable, variablesIn } from '../../src/core/language/variables.ts';
import type { Place } from '../../src/core/lint/problem.ts';
import type { RepositoryFile } from '../../src/core/repository/files.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { place } from '../../src/core/repository/placement.ts';
import { applyEdits, isRefusal } from '../../src/core/text/textEdit.ts';
import { publicCases, readCases } from '../conformance/cases.ts';
import { hasCorpus, unpackCorpus } from '../support/corpus.ts';
import { hostileRepositories } from '../support/hostileRepositories.ts';
import { mutate, mutations } from '../support/mutations.ts';
import { sampleFolder } from '../support/paths.ts';
import { readRepository } from '../support/repositoryFiles.ts';
import { rmSync } from 'node:fs';
import { within } from '../support/within.ts';

const own = join(import.meta.dirname, '../conformance/cases/own.json');
const repositories: ReadonlyMap<string, string>[] = [
  new Map([...readRepository(sampleFolder)].filter(([path]) => !path.endsWith('gotk-components.yaml'))),
  ...[...readCases(publicCases), ...readCases(own)]
    .filter(({ files }) => files !== undefined)
    .map(({ files = {} }) => new Map(Object.entries(files))),
];
if (hasCorpus) {
  const folder = unpackCorpus();
  // Real files, in repositories that are small enough to be read again for every change.
  for (const name of ['flux2-kustomize-helm-example', 'flux2-multi-tenancy'])
    repositories.push(
      new Map([...readRepository(join(folder, name))].filter(([path, text]) => /\.ya?ml$/.test(path) && text.length < 20_000)),
    );
  rmSync(folder, { recursive: true });
}

/** Asks everything at the given offsets of a file, and checks that every answer lies in the text that it is about. */
function askEverything(
  files: ReadonlyMap<string, string>,
  path: string,
  offsets: (file: RepositoryFile) => Iterable<number>,
): void {
  const repository = createRepository(files);
  const inventory = new Inventory(repository.roots, place(repository.roots));
  const file = repository.file(path);
  if (file === undefined) return;
  const check = ({ file: name, start, end }: Place): void => {
    const length = repository.file(name)?.text.length ?? -1;
    assert.ok(start >= 0 && start <= end && end <= length, `${name} ${String(start)}-${String(end)} of ${String(length)}`);
  };
  imageLenses(repository, inventory, file).forEach((lens) => check(lens.place));
  pathLinks(repository, file).forEach((link) => check(link.place));
  for (const { offset } of hintsIn(repository, inventory, file, { start: 0, end: file.text.length }))
    check({ file: path, start: offset, end: offset });
  for (const variable of variablesIn(file)) {
    check(variable.place);
    for (const value of valuesOfVariable(repository, variable)) if (value.place !== undefined) check(value.place);
  }
  for (const { place: top, deployedBy } of rootsOfFile(repository, path))
    [...(top === undefined ? [] : [top]), ...deployedBy.map((flux) => flux.place)].forEach(check);

  for (const offset of offsets(file)) {
    const { mention, images, place: origin } = reachedAt(repository, inventory, file, offset);
    check(origin);
    const hover = imageHover(repository, inventory, images);
    for (const { steps, decides } of hover?.rows ?? [])
      [...steps.map((step) => step.place), ...(decides ? [decides] : [])].forEach(check);
    for (const { place: part } of hover?.details?.parts ?? []) check(part);
    if (mention?.type === 'entry') silentEntry(repository, mention.entry);
    if (mention?.type === 'marker') describeMarker(repository, mention.marker);
    const definition = definitionAt(repository, inventory, file, offset);
    if (definition !== undefined) [definition.origin, ...definition.targets].forEach(check);
    if (mention !== undefined) referencesAt(repository, inventory, file, offset, true).forEach(check);
    completeAt(repository, inventory, file, offset);
    const target = renameTargetAt(file, offset);
    if (target === undefined || isRefusal(target)) continue;
    check(target.place);
    const plan = planImageRename(repository, target.name, 'registry.example/renamed');
    if (isRefusal(plan)) continue;
    for (const [name, edits] of plan) assert.equal(typeof applyEdits(repository.file(name)?.text ?? '', edits), 'string');
  }
}

function completeAt(
  repository: ReturnType<typeof createRepository>,
  inventory: Inventory,
  file: RepositoryFile,
  offset: number,
): void {
  const context = completionContext(file, offset);
  if (context === undefined) return;
  const { start, end } = context.range;
  assert.ok(start >= 0 && start <= offset && offset <= end && end <= file.text.length);
  assert.ok(!file.text.slice(start, end).includes('\n'), 'a completion replaces a part of one line');
  const mended = repaired(repository, file, context);
  const entry = mended && entryAt(mended.file, context);
  if (mended === undefined || entry === undefined) return;
  nameCompletions(mended.repository, mended.file, entry);
  tagCompletions(inventory, entry, imagesFor(repository, inventory, entry), [], new Date(0));
}

const LIMIT_MILLISECONDS = 10_000;

describe('No file makes an editor feature throw, hang, or answer outside of a text:', () => {
  test('at every place of files with bytes and lines taken out and put in', () => {
    fc.assert(
      fc.property(fc.constantFrom(...repositories), fc.nat(), mutations, fc.nat(6), (files, which, changes, first) => {
        const path = [...files.keys()][which % files.size] ?? '';
        const text = mutate(files.get(path) ?? '', changes);
        within(LIMIT_MILLISECONDS, path, () => {
          askEverything(new Map([...files, [path, text]]), path, function* () {
            // Every place of a short file, every seventh of a long one, beginning anywhere.
            const step = text.length < 400 ? 1 : 7;
            for (let offset = first % step; offset <= text.length; offset += step) yield offset;
          });
        });
      }),
      { numRuns: 400 },
    );
  });

  for (const [name, files] of hostileRepositories()) {
    test(name, () => {
      const [path = ''] = files.keys();
      const places = ({ text }: RepositoryFile): number[] =>
        [0, Math.floor(text.length / 2), text.length, text.indexOf('image'), text.indexOf('name')].filter((at) => at >= 0);
      within(LIMIT_MILLISECONDS, name, () => {
        askEverything(files, path, places);
      });
    });
  }
});
