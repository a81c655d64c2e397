/** Which images have problems: what rows, their tooltips and the badge say of them. */
import { STATES } from '../core/inventory/state.ts';
import type { ImageState } from '../core/inventory/state.ts';
import type { PlacedImage } from '../core/inventory/inventory.ts';
import { imagesThrough } from '../core/language/reach.ts';
import type { Problem } from '../core/lint/problem.ts';
import type { ImageUsage } from '../core/repository/model.ts';
import type { RepositorySession } from './repositorySession.ts';
import type { Session } from './session.ts';

/** The errors and warnings of an image, errors first. */
export type ProblemsOf = (image: Pick<PlacedImage, 'usage'>) => readonly Problem[];

const known = new WeakMap<readonly Problem[], ProblemsOf>();

/** Those that a rule found for the images themselves, else those that stand at a line which decides them. Nothing where diagnostics are off. */
export function imageProblems(session: Session, repository: RepositorySession): ProblemsOf {
  if (!session.diagnosticSettings.enabled) return () => [];
  const problems = session.problemsOf(repository);
  let found = known.get(problems);
  if (found === undefined) known.set(problems, (found = assign(session, repository, problems)));
  return found;
}

function assign(session: Session, repository: RepositorySession, problems: readonly Problem[]): ProblemsOf {
  const inventory = repository.inventory(session.placementSettings);
  const byUsage = new Map<ImageUsage, Problem[]>();
  for (const severity of ['error', 'warning'] as const)
    for (const problem of problems.filter((one) => one.severity === severity)) {
      const through = () => imagesThrough(repository.snapshot, inventory, problem.place.file, problem.place);
      const usages = problem.usages.length > 0 ? problem.usages : through().map(({ usage }) => usage);
      for (const usage of new Set(usages)) {
        const list = byUsage.get(usage);
        if (list === undefined) byUsage.set(usage, [problem]);
        else list.push(problem);
      }
    }
  return ({ usage }) => byUsage.get(usage) ?? [];
}

/** The state of an image, by what is odd about it and by its problems. */
export function withProblems(state: ImageState, problems: readonly Problem[]): ImageState {
  const states = problems.map(({ severity }): ImageState => (severity === 'information' ? 'none' : severity));
  return STATES.find((one) => one === state || states.includes(one)) ?? 'none';
}

/** `1 error`, `2 warnings`: what is said of problems that nothing else tells; '' for none. */
export function problemWords(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const [count, word] = errors > 0 ? [errors, 'error'] : [problems.length, 'warning'];
  return count === 0 ? '' : `${String(count)} ${word}${count === 1 ? '' : 's'}`;
}
