/** Moves the versions of one environment into others. */
import { committedInventory } from '../clients/committedInventory.ts';
import { commitNamed } from '../clients/git.ts';
import { isRefused } from '../core/change/plan.ts';
import type { Refused } from '../core/change/plan.ts';
import type { Promotion, PromotionChoice, PromotionMove, PromotionSource } from '../core/change/promotion.ts';
import { planPromotion } from '../core/change/promotion.ts';
import { planPromotionEdits } from '../core/change/promotionPlan.ts';
import type { OpenedRepository } from './openRepository.ts';
import { InputError } from './openRepository.ts';
import type { PlannedChange } from './plannedChange.ts';
import { plannedChange } from './plannedChange.ts';

export interface PromotionRequest extends PromotionChoice {
  readonly from: string;
  readonly to: readonly string[];
  /** A commit: what the source environment ran there, and not what it runs now. */
  readonly at?: string | undefined;
  readonly signal?: AbortSignal;
}

/** What could be promoted. @throws InputError where the commit does not exist, GitError, or the signal's reason */
export async function preparePromotion(opened: OpenedRepository, request: PromotionRequest): Promise<Promotion> {
  const { application, image } = request;
  const from = await sourceFor(opened, request);
  return planPromotion(opened.repository, opened.inventory, { from, to: request.to, choice: { application, image } });
}

/** The change that makes some moves of a promotion, all or none of them. */
export function planPromotionChange(opened: OpenedRepository, moves: readonly PromotionMove[]): PlannedChange | Refused {
  const plan = planPromotionEdits(opened.repository, opened.inventory, moves);
  if (isRefused(plan)) return plan;
  const [first] = plan.refused;
  return first === undefined ? plannedChange(opened, plan) : { refusal: first.refusal };
}

async function sourceFor(
  { folder, repository, inventory, placement }: OpenedRepository,
  { from, at, signal }: PromotionRequest,
): Promise<PromotionSource> {
  if (at === undefined) return { environment: from, inventory };
  const commit = await commitNamed(folder, at, signal);
  if (commit === undefined)
    throw new InputError(`${folder} has no commit "${at}". Name a branch, a tag or the hash of a commit.`);
  const committed = await committedInventory(folder, commit, repository, placement.settings, signal);
  return { environment: from, inventory: committed, commit: commit.slice(0, 7) };
}
