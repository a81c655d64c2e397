/** The applications and environments that a proposal, its branch and its text go by. */

export interface ProposalNames {
  readonly applications: readonly string[];
  readonly environments: readonly string[];
}

export interface NamedChange {
  readonly application: string;
  readonly environment: string;
}

/**
 * The names in their order, each once: the same choice gives the same proposal. `besides`: environments that change too and were not chosen, because they
 * share a line.
 */
export function proposalNames(changes: readonly NamedChange[], besides: readonly string[] = []): ProposalNames {
  const chosen = changes.filter(({ environment }) => !besides.includes(environment));
  const named = chosen.length > 0 ? chosen : changes;
  return {
    applications: distinct(named.map(({ application }) => application)),
    environments: distinct(named.map(({ environment }) => environment)),
  };
}

/** As they are written in titles and messages: `api, web`. */
export function writtenNames({ applications, environments }: ProposalNames): NamedChange {
  return { application: applications.join(', '), environment: environments.join(', ') };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.filter((name) => name !== ''))].sort();
}
