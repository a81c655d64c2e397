/** Versions for images of some environments, as one checked change that leaves the other environments alone where it can. */
import type { Inventory } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';
import { listed } from '../text/listed.ts';
import type { ImageChanges, WantedImage } from './imageChanges.ts';
import { otherChanges, planImageChanges } from './imageChanges.ts';
import { otherUsersOf } from './lineUsers.ts';
import type { ChangePlan, ImageChange } from './plan.ts';
import { describeVersion } from './version.ts';

export interface EnvironmentChanges extends ChangePlan {
  readonly refused: ImageChanges['refused'];
}

/** Never throws, and writes nothing. A plan without changes where all of it is there already, or refused. */
export function planEnvironmentChanges(
  repository: GitOpsRepository,
  inventory: Inventory,
  all: readonly WantedImage[],
  environments: ReadonlySet<string>,
): EnvironmentChanges {
  const wanted = withoutTwins(all);
  const { outcome, refused } = planImageChanges(
    repository,
    wanted,
    (one) => otherUsersOf(repository, inventory, [one], environments).building.length > 0,
  );
  const others = otherChanges(outcome.changes, wanted);
  return {
    files: outcome.files,
    changes: [...outcome.changes.filter((change) => !others.includes(change)), ...others],
    alsoChanges: placesOf(inventory, outcome.changes, environments),
    warnings: otherSentences(inventory, others),
    next: outcome.next,
    refused,
  };
}

/** A root that is in several environments has its images in each of them; they are one line. */
function withoutTwins(all: readonly WantedImage[]): WantedImage[] {
  const seen = new Set<object>();
  return all.filter(({ usage }) => !seen.has(usage) && seen.add(usage));
}

function placesOf(inventory: Inventory, changes: readonly ImageChange[], chosen: ReadonlySet<string>): string[] {
  const names = new Set(changes.flatMap(({ root }) => namesOf(inventory, root)));
  return [...names].filter((name) => !chosen.has(name)).sort((a, b) => inventory.compareEnvironments(a, b));
}

function namesOf(inventory: Inventory, root: BuildRoot): string[] {
  return inventory.environmentsOf(root).map((name) => (name === '' ? root.id : name));
}

function otherSentences(inventory: Inventory, changes: readonly ImageChange[]): string[] {
  const sentences = changes.map(
    ({ root, before, after }) =>
      `${listed(namesOf(inventory, root))} changes too: ${before.name} ${describeVersion(before)} > ${describeVersion(after)}.`,
  );
  return [...new Set(sentences)];
}
