/** What fixes make of a repository, and what each of them has promised about it. */
import type { Fix } from '../../src/core/lint/fix.ts';
import { planFix, withHistory } from '../../src/core/lint/fix.ts';
import type { Problem } from '../../src/core/lint/problem.ts';
import { isRefusal } from '../../src/core/text/textEdit.ts';
import type { ConformanceCase } from '../conformance/cases.ts';
import { publicCases, readCases, textOf } from '../conformance/cases.ts';
import type { FixScenario } from './fixScenarios.ts';
import { fixScenarios } from './fixScenarios.ts';
import type { Files } from './lintedRepository.ts';
import { changedFiles, LintedRepository } from './lintedRepository.ts';

export interface FixOutcome {
  readonly problem: Problem;
  readonly fix: Fix;
  readonly before: LintedRepository;
  /** The files after the fix; those that it takes away are not there. */
  readonly files: Files;
  readonly after: LintedRepository;
}

/** The repositories of the public diagnostic cases, and those that this project made up for its fixes. */
export function repositoriesWithProblems(): FixScenario[] {
  const cases = readCases(publicCases).filter(({ kind, files }) => kind === 'diagnostic' && files !== undefined);
  return [...cases.map(scenarioOf), ...fixScenarios];
}

function scenarioOf({ id, files = {}, action }: ConformanceCase): FixScenario {
  const registry = (action['registry'] ?? {}) as Readonly<Record<string, readonly string[]>>;
  const families = (action['knownTagFamilies'] ?? {}) as Readonly<Record<string, readonly string[]>>;
  const remote = textOf(action, 'gitRemote');
  return {
    name: id,
    files,
    world: {
      order: (action['envOrder'] ?? []) as readonly string[],
      remoteUrls: remote === '' ? [] : [remote],
      registry: new Map(Object.entries(registry).map(([name, tags]) => [name, new Set(tags)] as const)),
      tagFamilies: new Map(Object.entries(families)),
    },
  };
}

/** Applies every fix of every problem, each to the repository as it was. @throws where a fix cannot be written */
export function* outcomesOf({ files, world }: FixScenario): Generator<FixOutcome> {
  const before = new LintedRepository(files, world);
  for (const problem of before.problems)
    for (const offered of problem.fixes) {
      const fix = withHistory(offered, world.history ?? []);
      if (fix === undefined) continue;
      const after = applied(before, fix);
      yield { problem, fix, before, files: after, after: new LintedRepository(after, world) };
    }
}

/** The files after a fix. @throws where it cannot be written */
export function applied({ input, files }: LintedRepository, fix: Fix): Files {
  const plan = planFix(input.repository, fix);
  if (isRefusal(plan)) throw new Error(`${fix.title} cannot be written: ${plan.reason}`);
  const gone = new Set(plan.renames.map(({ from }) => from));
  const kept = Object.entries(files).filter(([path]) => !gone.has(path));
  return { ...Object.fromEntries(kept), ...changedFiles(files, plan) };
}
