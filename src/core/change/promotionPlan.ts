/** The edits of a promotion: all chosen moves as one checked change. */
import type { Inventory } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { planEnvironmentChanges } from './environmentChanges.ts';
import type { WantedImage } from './imageChanges.ts';
import type { ChangePlan, Refused } from './plan.ts';
import type { PromotionMove } from './promotion.ts';

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
  const environments = new Set(moves.map(({ environment }) => environment));
  const { refused, ...plan } = planEnvironmentChanges(repository, inventory, [...moveOf.keys()], environments);
  const refusals = new Map<PromotionMove, string>();
  for (const { wanted, refusal } of refused) {
    const move = moveOf.get(wanted);
    if (move !== undefined) refusals.set(move, refusal);
  }
  if (plan.changes.length === 0)
    return { refusal: [...refusals.values()][0] ?? 'All of it is there already. Nothing has to change.' };
  return { ...plan, refused: [...refusals].map(([move, refusal]) => ({ move, refusal })) };
}
