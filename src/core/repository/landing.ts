/** How planned changes come into the repository, and which way an environment takes first. */
import { isProductionLike } from './environmentNames.ts';

export const LANDINGS = ['edit', 'commit', 'pullRequest'] as const;

/** Edits of the files, a commit on the branch that is checked out, or a pull request. */
export type Landing = (typeof LANDINGS)[number];

/** What people set for an environment: the way that comes first, or `ask`, which prefers none. */
export type LandingPolicy = Landing | 'ask';

export const LANDING_POLICIES: readonly LandingPolicy[] = [...LANDINGS, 'ask'];

/** From the most careful to the least. */
const CAREFUL: readonly LandingPolicy[] = ['pullRequest', 'commit', 'edit', 'ask'];

/** What is set for an environment, else a pull request where it is like production, else `ask`. */
function policyOf(environment: string, policies: ReadonlyMap<string, LandingPolicy>): LandingPolicy {
  return policies.get(environment) ?? (isProductionLike(environment) ? 'pullRequest' : 'ask');
}

/** All ways, the one that the most careful of the environments asks for first. */
export function landingsFor(environments: Iterable<string>, policies: ReadonlyMap<string, LandingPolicy>): Landing[] {
  const wanted = new Set([...environments].map((environment) => policyOf(environment, policies)));
  const first = CAREFUL.find((policy) => wanted.has(policy));
  return [...LANDINGS].sort((a, b) => Number(b === first) - Number(a === first));
}
