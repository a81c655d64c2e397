/** The one application and environment that a proposal, its branch and its text go by. */

export interface ProposalNames {
  readonly application: string;
  readonly environment: string;
}

export interface NamedChange {
  readonly application: string;
  readonly environment: string;
}

/**
 * Several names in their order, joined: the same choice gives the same proposal. `besides`: environments that change too and were not chosen, because they
 * share a line.
 */
export function proposalNames(changes: readonly NamedChange[], besides: readonly string[] = []): ProposalNames {
  const chosen = changes.filter(({ environment }) => !besides.includes(environment));
  const named = chosen.length > 0 ? chosen : changes;
  return {
    application: joined(named.map(({ application }) => application)),
    environment: joined(named.map(({ environment }) => environment)),
  };
}

function joined(names: readonly string[]): string {
  return [...new Set(names.filter((name) => name !== ''))].sort().join('-');
}
