/** Plans what a person wants changed, for the files as they are now. */
import type { CancellationToken } from 'vscode-languageserver/node';
import type { ChangePlan as CorePlan, Refused } from '../../core/change/plan.ts';
import { isRefused } from '../../core/change/plan.ts';
import { movesOf } from '../../core/change/promotion.ts';
import { planPromotionEdits } from '../../core/change/promotionPlan.ts';
import { planRollback } from '../../core/change/rollback.ts';
import { describeVersion, parseVersion } from '../../core/change/version.ts';
import type { Inventory, PlacedImage } from '../../core/inventory/inventory.ts';
import { listed } from '../../core/text/listed.ts';
import type { ChangePlan, Refusal } from '../../protocol.ts';
import type { IntendedChange } from '../../protocol/promotion.ts';
import { abortSignal } from '../abortSignal.ts';
import { findImage } from '../ids.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { plannedChange } from './plannedChange.ts';
import { findPromotion } from './promotion.ts';

export interface FoundPlan {
  readonly repository: RepositorySession;
  readonly inventory: Inventory;
  readonly title: string;
  readonly plan: CorePlan;
}

export async function planChange(
  session: Session,
  intended: IntendedChange,
  token: CancellationToken,
): Promise<ChangePlan | Refusal> {
  const found = await findPlan(session, intended, abortSignal(token));
  if ('refusal' in found) return found;
  const { repository, inventory, title, plan } = found;
  return plannedChange(session, repository, inventory, title, plan);
}

/** @throws the signal's reason */
export async function findPlan(session: Session, intended: IntendedChange, signal: AbortSignal): Promise<FoundPlan | Refused> {
  return intended.kind === 'promotion' ? await promotionPlan(session, intended, signal) : rollbackPlan(session, intended);
}

async function promotionPlan(
  session: Session,
  { scope, candidates }: Extract<IntendedChange, { kind: 'promotion' }>,
  signal: AbortSignal,
): Promise<FoundPlan | Refused> {
  const found = await findPromotion(session, scope, signal);
  if ('refusal' in found) return found;
  const { repository, inventory, promotion } = found;
  const moves = movesOf(promotion).filter(({ id }) => candidates.includes(id));
  if (moves.length < new Set(candidates).size)
    return { refusal: 'What runs has changed meanwhile. Choose again what to promote.' };
  const plan = planPromotionEdits(repository.snapshot, inventory, moves);
  if (isRefused(plan)) return plan;
  const [first] = plan.refused;
  if (first !== undefined) return { refusal: first.refusal };
  const warnings = new Set([...moves.flatMap((move) => move.warnings.map(({ message }) => message)), ...plan.warnings]);
  const [application = '', ...others] = new Set(moves.flatMap(({ images }) => images.map((image) => image.application)));
  const what = others.length === 0 ? application : `${String(moves.length)} images`;
  const title = `Promote ${what} to ${listed([...new Set(moves.map(({ environment }) => environment))])}`;
  return { repository, inventory, title, plan: { ...plan, warnings: [...warnings] } };
}

function rollbackPlan(
  session: Session,
  { usage, version: text, automation }: Extract<IntendedChange, { kind: 'rollback' }>,
): FoundPlan | Refused {
  const found = findImage(session, usage);
  if (found === undefined) return { refusal: 'This image is no longer in the repository. Refresh the view and choose it again.' };
  const version = parseVersion(text);
  if (isRefused(version)) return version;
  const { repository, inventory, image } = found;
  const plan = planRollback(repository.snapshot, inventory, { images: sameImages(inventory, image), version, automation });
  if (isRefused(plan)) return plan;
  const where = image.environment === '' ? '' : ` in ${image.environment}`;
  return { repository, inventory, title: `Roll back ${image.application}${where} to ${describeVersion(version)}`, plan };
}

/** The containers that go back together: the same image of the same application, as the environment has it. */
export function sameImages(inventory: Inventory, image: PlacedImage): PlacedImage[] {
  return inventory.images.filter(
    ({ application, environment, key, usage }) =>
      application === image.application &&
      environment === image.environment &&
      key === image.key &&
      usage.reference === image.usage.reference,
  );
}
