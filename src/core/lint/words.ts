/** How problems speak of roots and environments. */
import type { Inventory } from '../inventory/inventory.ts';
import type { BuildRoot, ImageUsage } from '../repository/model.ts';
import { listedBriefly } from '../text/listed.ts';

/** The environments of roots in their order, or the directories of roots without environment: `dev and prod`. */
export function namesOfRoots(inventory: Inventory, roots: Iterable<BuildRoot>): string {
  const names = new Set<string>();
  for (const root of new Set(roots)) {
    const environments = inventory.environmentsOf(root).filter((name) => name !== '');
    for (const name of environments.length === 0 ? [directoryName(root)] : environments) names.add(name);
  }
  const order = inventory.environments;
  return listedBriefly([...names].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
}

function directoryName({ directory }: BuildRoot): string {
  return directory === '.' ? 'this repository' : directory;
}

/** `runs` or `run`, by how many names there are in a text that `namesOfRoots` made. */
export function verb(names: string, singular: string, plural: string): string {
  return / and |, /.test(names) ? plural : singular;
}

/** The reference; where it has neither tag nor digest, with what a container runtime makes of that. */
export function referenceInWords({ reference, tag, digest }: ImageUsage): string {
  return tag === '' && digest === '' ? `${reference} without a tag, which is latest` : reference;
}

/** Names of roots at the start of a sentence. */
export function asSubject(names: string): string {
  return names.startsWith('this ') ? `T${names.slice(1)}` : names;
}
