import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FixId } from '../../src/core/lint/fix.ts';
import { fixAll, isSafeEdit } from '../../src/core/lint/fixAll.ts';
import { ruleCodes } from '../../src/core/lint/lint.ts';
import type { FixOutcome } from '../support/fixOutcomes.ts';
import { applied, outcomesOf, repositoriesWithProblems } from '../support/fixOutcomes.ts';
import { LintedRepository } from '../support/lintedRepository.ts';

const repositories = repositoriesWithProblems();

describe('Every fix of every problem', () => {
  for (const repository of repositories)
    test(repository.name, () => {
      for (const outcome of outcomesOf(repository)) {
        const what = `${outcome.fix.title} (${outcome.fix.id}) of ${outcome.problem.code}`;
        changesOnlyWhatItIsAbout(outcome, what);
        mendsTheProblem(outcome, what);
      }
    });
});

/** Fixes that put a line in another place or take it away; all others write in one line. */
const REMOVING: ReadonlySet<FixId> = new Set(['remove-entry', 'remove-key', 'remove-suppression', 'pin-tag']);

/** Whole lines go, or part of one line is another one. */
function changesOnlyWhatItIsAbout({ fix, before, files }: FixOutcome, what: string): void {
  if (fix.change.type === 'rename-file') {
    const { from, to } = fix.change;
    assert.equal(files[to], before.files[from], what);
    return;
  }
  const changed = Object.keys(before.files).filter((path) => before.files[path] !== files[path]);
  assert.equal(changed.length, 1, `${what} changes ${changed.join(', ')}`);
  const [path = ''] = changed;
  const [old, now] = [(before.files[path] ?? '').split('\n'), (files[path] ?? '').split('\n')];
  const added = now.filter((line) => !old.includes(line));
  assert.ok(added.length <= 1, `${what} adds ${added.join('|')}`);
  if (!REMOVING.has(fix.id)) {
    assert.equal(now.length, old.length, what);
    assert.equal(now.filter((line, index) => line !== old[index]).length, 1, what);
  } else {
    // What is left stands in the order in which it stood.
    const kept = now.filter((line) => old.includes(line));
    let at = -1;
    for (const line of kept) assert.ok((at = old.indexOf(line, at + 1)) >= 0, `${what} moves ${line}`);
  }
}

function mendsTheProblem({ problem, before, after }: FixOutcome, what: string): void {
  const count = (linted: LintedRepository) => linted.problems.filter(({ code }) => code === problem.code).length;
  assert.ok(count(after) < count(before), `${what}: ${after.lines.join('\n')}`);
  const errors = (linted: LintedRepository) =>
    linted.problems.filter(({ severity }) => severity === 'error').map(({ code, place }) => `${code} ${place.file}`);
  // An image that the broken pattern kept from being rendered can be wrong itself.
  if (problem.code === 'image-name-regexp') return;
  const old = errors(before);
  assert.deepEqual(
    errors(after).filter((error) => !old.includes(error)),
    [],
    what,
  );
}

describe('Fix all', () => {
  for (const { name, files, world } of repositories)
    test(name, () => {
      const before = new LintedRepository(files, world);
      for (const code of ruleCodes) {
        const own = before.problems.filter((problem) => problem.code === code);
        const fix = fixAll(before.input.repository, own, 'Fix all');
        if (fix === undefined) continue;
        const after = new LintedRepository(applied(before, fix), world);
        const left = after.problems.filter((problem) => problem.code === code && problem.fixes.some(isSafeEdit));
        assert.deepEqual(
          left.map(({ message }) => message),
          [],
          code,
        );
      }
      const all = fixAll(before.input.repository, before.problems, 'Fix all');
      if (all !== undefined) applied(before, all);
    });
});

test('the repositories have every kind of fix that the rules offer', () => {
  const offered = new Set(repositories.flatMap((repository) => [...outcomesOf(repository)].map(({ fix }) => fix.id)));
  const byWorkflows: readonly FixId[] = ['replace-output', 'use-version-output'];
  const elsewhere: readonly FixId[] = ['fix-all', 'ignore'];
  const all: Readonly<Record<FixId, true>> = {
    'add-tag-suffix': true,
    'align-with-ref': true,
    'fix-all': true,
    ignore: true,
    'move-digest': true,
    'pin-tag': true,
    'quote-value': true,
    'remove-entry': true,
    'remove-key': true,
    'remove-suppression': true,
    'rename-file': true,
    'rename-key': true,
    'replace-marker': true,
    'replace-name': true,
    'replace-output': true,
    'replace-path': true,
    'restore-previous-value': true,
    'strip-tag': true,
    'use-renamed-name': true,
    'use-version-output': true,
  };
  const missing = (Object.keys(all) as FixId[]).filter((id) => !offered.has(id) && ![...byWorkflows, ...elsewhere].includes(id));
  assert.deepEqual(missing, []);
});
