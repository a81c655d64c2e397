import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { editsOf } from '../../src/core/change/operations.ts';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import { planFix, withHistory } from '../../src/core/lint/fix.ts';
import { fixAll } from '../../src/core/lint/fixAll.ts';
import { isSuppressible, lint } from '../../src/core/lint/lint.ts';
import type { Place, Problem } from '../../src/core/lint/problem.ts';
import { fileSuppression, lineSuppression } from '../../src/core/lint/suppressions.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { place } from '../../src/core/repository/placement.ts';
import { applyEdits, isRefusal } from '../../src/core/text/textEdit.ts';
import type { TextEdit } from '../../src/core/text/textEdit.ts';
import { publicCases, readCases } from '../conformance/cases.ts';
import { fuzzSeconds, fuzzSeed } from '../support/fuzz.ts';
import { fixScenarios } from '../support/fixScenarios.ts';
import { hostileRepositories } from '../support/hostileRepositories.ts';
import { corpusParts } from '../support/corpusParts.ts';
import { seenTag } from '../support/lintedRepository.ts';
import { mutate, mutations } from '../support/mutations.ts';
import { sampleFolder } from '../support/paths.ts';
import { readRepository } from '../support/repositoryFiles.ts';
import { within } from '../support/within.ts';

type Texts = ReadonlyMap<string, string>;
type Mutations = Parameters<typeof mutate>[1];

/** Of the processor, so that others that use it as well do not count. */
const LIMIT_MILLISECONDS = 5_000;
/** What means something to rules, where a text has room for another line. */
const LINES = [
  '# gitops-cockpit: ignore mutable-tag, x',
  '# gitops-cockpit: ignore-file empty-new-tag',
  '    newTag: ""',
  '    newTag: 1.10',
  '    NewTag: v1',
  `    digest: sha256:${'0'.repeat(64)}`,
  '    newTag: v1 # {"$imagepolicy": "flux-system:app:tag"}',
  '  - name: app',
  'images: []',
  'resources: [../x, a b, .]',
  '---',
];
/** Whose fixes are tried, of a repository with thousands. */
const MOST_PROBLEMS = 20;
const MOST_HOSTILE_PROBLEMS = 1;

const remoteUrls = ['https://github.com/acme/gitops', 'https://github.com/acme/study-app-gitops'];

function lintTexts(repository: GitOpsRepository): Problem[] {
  const inventory = new Inventory(repository.roots, place(repository.roots));
  const history = [...repository.paths()].slice(0, 20).map((path) => seenTag(path, 'app', 'v0.0.1', 'a1b2c3d'));
  return lint({ repository, inventory, facts: { remoteUrls, history } });
}

/** What holds for the problems of any repository. */
function check(repository: GitOpsRepository, all: readonly Problem[], most = MOST_PROBLEMS): void {
  const fileOf = (path: string) => repository.file(path);
  const problems = all.slice(0, most);
  for (const problem of problems) {
    const { code, message, related, fixes } = problem;
    for (const one of [problem.place, ...related.map((other) => other.place)]) isInside(repository, one, code);
    assert.ok(message !== '' && !/[\u0000-\u001f]/.test(message), `${code}: ${message}`);
    for (const fix of fixes) {
      const plan = planFix(repository, withHistory(fix, []) ?? fix);
      if (!isRefusal(plan)) doApply(repository, plan.files, fix.title);
    }
    const own = fileOf(problem.place.file);
    if (own === undefined || !isSuppressible(code)) continue;
    for (const operation of [fileSuppression(own, code), lineSuppression(own, code, problem.place.start)]) {
      const edits = editsOf([operation], fileOf);
      assert.ok(!isRefusal(edits), `${code} cannot be kept quiet`);
      doApply(repository, edits, code);
    }
  }
  const safe = fixAll(repository, problems, 'all');
  const plan = safe && planFix(repository, safe);
  if (plan !== undefined && !isRefusal(plan)) doApply(repository, plan.files, 'fix all');
}

function isInside(repository: GitOpsRepository, { file, start, end }: Place, what: string): void {
  const length = repository.file(file)?.text.length;
  // A directory that is not there is told at the path that leads to it, which can be no file.
  assert.ok(length !== undefined, `${what} is told in ${file}, which is not there`);
  assert.ok(
    0 <= start && start <= end && end <= length,
    `${what} is told from ${String(start)} to ${String(end)} of ${String(length)} in ${file}`,
  );
}

function doApply(repository: GitOpsRepository, files: ReadonlyMap<string, readonly TextEdit[]>, what: string): void {
  for (const [path, edits] of files)
    assert.equal(typeof applyEdits(repository.file(path)?.text ?? '', edits), 'string', `${what} does not apply to ${path}`);
}

interface AddedLine {
  readonly at: number;
  readonly text: string;
}

const addedLines = fc.array(fc.record({ at: fc.nat(), text: fc.constantFrom(...LINES) }), { maxLength: 2 });

function withLines(text: string, added: readonly AddedLine[]): string {
  const lines = text.split('\n');
  for (const { at, text: line } of added) lines.splice(at % (lines.length + 1), 0, line);
  return lines.join('\n');
}

function changeAndCheck(files: Texts, which: number, changes: Mutations, added: readonly AddedLine[]): void {
  const path = [...files.keys()][which % files.size] ?? '';
  const text = withLines(mutate(files.get(path) ?? '', changes), added);
  within(LIMIT_MILLISECONDS, path, () => {
    const before = createRepository(files, { remoteUrls });
    lintTexts(before);
    const changed = before.with(new Map([[path, text]]));
    const problems = lintTexts(changed);
    check(changed, problems);
    // What is kept from the snapshot before is what a new one has.
    const anew = lintTexts(createRepository(new Map([...files, [path, text]]), { remoteUrls }));
    const lines = (all: readonly Problem[]) =>
      all.map(({ code, severity, message, place: at }) => `${severity} ${code} ${at.file} ${String(at.start)} ${message}`);
    assert.deepEqual(lines(problems), lines(anew));
  });
}

describe('Lint, its fixes and its comments take any input:', () => {
  const own = [
    new Map([...readRepository(sampleFolder)].filter(([path]) => !path.endsWith('gotk-components.yaml'))),
    ...[publicCases, join(import.meta.dirname, '../conformance/cases/own.json')].flatMap((path) =>
      readCases(path)
        .filter(({ files }) => files !== undefined)
        .map(({ files = {} }) => new Map(Object.entries(files))),
    ),
    ...fixScenarios.map(({ files }) => new Map(Object.entries(files))),
  ];

  test('the sample, the cases and the repositories of fixes, broken', () => {
    fuzz(own, fuzzSeconds / 2);
  });

  test('parts of the corpora where they are there, broken', () => {
    fuzz([...own.slice(0, 1), ...corpusParts()], fuzzSeconds / 2);
  });

  for (const [name, files] of hostileRepositories())
    test(name, () => {
      within(LIMIT_MILLISECONDS, name, () => {
        const repository = createRepository(files);
        check(repository, lintTexts(repository), MOST_HOSTILE_PROBLEMS);
      });
    });
});

function fuzz(repositories: readonly Texts[], seconds: number): void {
  console.log(`  lint fuzz: seed ${String(fuzzSeed)}, ${String(repositories.length)} repositories, ${String(seconds)} s`);
  let runs = 0;
  fc.assert(
    fc.property(fc.constantFrom(...repositories.keys()), fc.nat(), mutations, addedLines, (index, which, changes, added) => {
      runs++;
      changeAndCheck(repositories[index] ?? new Map(), which, changes, added);
    }),
    { seed: fuzzSeed, numRuns: 1_000_000, interruptAfterTimeLimit: seconds * 1_000, endOnFailure: true },
  );
  console.log(`  lint fuzz: ${String(runs)} inputs`);
  assert.ok(runs > 0);
}
