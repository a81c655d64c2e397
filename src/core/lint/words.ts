/** How problems speak of roots and environments. */
import type { Inventory } from '../inventory/inventory.ts';
import type { BuildRoot } from '../repository/model.ts';
import { listed } from '../text/listed.ts';

const MOST_NAMES = 4;

/** The environments of roots in their order, or the directories of roots without environment: `dev and prod`. */
export function namesOfRoots(inventory: Inventory, roots: Iterable<BuildRoot>): string {
  const names = new Set<string>();
  for (const root of new Set(roots)) {
    const environments = inventory.environmentsOf(root).filter((name) => name !== '');
    for (const name of environments.length === 0 ? [directoryName(root)] : environments) names.add(name);
  }
  const order = inventory.environments;
  const sorted = [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const more = sorted.length - MOST_NAMES;
  return more > 0 ? listed([...sorted.slice(0, MOST_NAMES - 1), `${String(more + 1)} more`]) : listed(sorted);
}

function directoryName({ directory }: BuildRoot): string {
  return directory === '.' ? 'this repository' : directory;
}

/** `runs` or `run`, by how many names there are in a text that `namesOfRoots` made. */
export function verb(names: string, singular: string, plural: string): string {
  return / and |, /.test(names) ? plural : singular;
}
