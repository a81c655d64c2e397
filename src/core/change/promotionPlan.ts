/** The edits of a promotion: all chosen moves as one checked change. */
import type { Inventory } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';
import { listed } from '../text/listed.ts';
import type { WantedImage } from './imageChanges.ts';
import { otherChanges, planImageChanges } from './imageChanges.ts';
import { otherUsersOf } from './lineUsers.ts';
import type { ChangePlan, ImageChange, Refused } from './plan.ts';
import type { PromotionMove } from './promotion.ts';
import { describeVersion } from './version.ts';

export interface PromotionPlan extends ChangePlan {
  /** Moves that cannot be made, each with a sentence why. The plan makes the others. */
  readonly refused: readonly { readonly move: PromotionMove; readonly refusal: string }[];
}

/** Plans moves of a promotion that was planned for the same snapshot. Never throws, and writes nothing. */
export function planPromotionEdits(
  repository: GitOpsRepository,
  inventory: Inventory,
  moves: readonly PromotionMove[],
): PromotionPlan | Refused {
  if (moves.length === 0) return { refusal: 'Nothing is chosen, so nothing has to change.' };
  const moveOf = new Map<WantedImage, PromotionMove>();
  for (const move of moves) for (const { root, usage } of move.images) moveOf.set({ root, usage, version: move.wanted }, move);
  const wanted = withoutTwins([...moveOf.keys()]);
  const environments = new Set(moves.map(({ environment }) => environment));
  const { outcome, refused } = planImageChanges(repository, wanted, (one) => {
    const images = (moveOf.get(one)?.images ?? []).filter(({ usage }) => usage === one.usage);
    return otherUsersOf(repository, inventory, images, environments).building.length > 0;
  });
  const refusals = new Map(refused.flatMap(({ wanted: one, refusal }) => [[moveOf.get(one), refusal] as const]));
  const [first] = refusals.values();
  if (outcome.changes.length === 0) return { refusal: first ?? 'All of it is there already. Nothing has to change.' };
  const others = otherChanges(outcome.changes, wanted);
  return {
    files: outcome.files,
    changes: [...outcome.changes.filter((change) => !others.includes(change)), ...others],
    alsoChanges: placesOf(inventory, outcome.changes, environments),
    warnings: others.length === 0 ? [] : otherSentences(inventory, others),
    next: outcome.next,
    refused: [...refusals].flatMap(([move, refusal]) => (move === undefined ? [] : [{ move, refusal }])),
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
  const sentences = new Set(
    changes.map(
      ({ root, before, after }) =>
        `${listed(namesOf(inventory, root))} changes too: ${before.name} ${describeVersion(before)} > ${describeVersion(after)}.`,
    ),
  );
  return [...sentences];
}
