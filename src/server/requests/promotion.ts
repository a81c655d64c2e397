/** What could be promoted from one environment into others. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { committedInventory } from '../../clients/committedInventory.ts';
import { commitNamed } from '../../clients/git.ts';
import type { Promotion, PromotionMove, PromotionRow, PromotionSource } from '../../core/change/promotion.ts';
import { planPromotion } from '../../core/change/promotion.ts';
import { describeVersion } from '../../core/change/version.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { shortName } from '../../core/oci/imageReference.ts';
import type { Refusal } from '../../protocol.ts';
import type { PromotionCandidate, PromotionCandidates, PromotionScope } from '../../protocol/promotion.ts';
import { abortSignal } from '../abortSignal.ts';
import { withGit } from '../askGit.ts';
import { partsOf } from '../ids.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';

export interface FoundPromotion {
  readonly repository: RepositorySession;
  readonly inventory: Inventory;
  readonly promotion: Promotion;
}

export async function promotionCandidates(
  session: Session,
  scope: PromotionScope,
  token: CancellationToken,
): Promise<PromotionCandidates | Refusal> {
  const found = await findPromotion(session, scope, abortSignal(token));
  if ('refusal' in found) return found;
  const { rows, absent } = found.promotion;
  const candidates = rows.flatMap((row) => row.moves.map((move) => candidateOf(row, move)));
  return {
    // Rows have those with something to move first, and a row can have both.
    candidates: [
      ...candidates.filter(({ obstacle }) => obstacle === ''),
      ...candidates.filter(({ obstacle }) => obstacle !== ''),
    ],
    absent: absent.map(({ application, environment, image }) => ({ application, environment, image: shortName(image) })),
  };
}

/** The promotion for the files as they are now. @throws the signal's reason */
export async function findPromotion(
  session: Session,
  { repository: folder, from, to, application, usage, commit }: PromotionScope,
  signal: AbortSignal,
): Promise<FoundPromotion | Refusal> {
  const repository = session.repositories().find((candidate) => candidate.folder === folder);
  if (repository === undefined) return { refusal: 'This repository is no longer open. Open its folder again.' };
  const source = commit === null ? undefined : await sourceAt(session, folder, from, commit, signal);
  if (source !== undefined && 'refusal' in source) return source;
  const inventory = repository.inventory(session.placementSettings);
  const image = usage === null ? undefined : inventory.image(partsOf(usage)[1] ?? '')?.usage.name;
  if (usage !== null && image === undefined)
    return { refusal: 'This image is no longer in the repository. Refresh the view and choose it again.' };
  const promotion = planPromotion(repository.snapshot, inventory, {
    from: source ?? { environment: from, inventory },
    to,
    choice: { application: application ?? undefined, image },
  });
  return { repository, inventory, promotion };
}

async function sourceAt(
  session: Session,
  folder: string,
  environment: string,
  name: string,
  signal: AbortSignal,
): Promise<PromotionSource | Refusal> {
  return await withGit(session, folder, async (repository) => {
    const commit = await commitNamed(folder, name, signal);
    if (commit === undefined)
      return { refusal: `There is no commit "${name}" here. Name a branch, a tag or the hash of a commit.` };
    const { settings } = repository.placed(session.placementSettings);
    const inventory = await committedInventory(folder, commit, repository.snapshot, settings, signal);
    return { environment, inventory, commit: commit.slice(0, 7) };
  });
}

function candidateOf({ application, image }: PromotionRow, move: PromotionMove): PromotionCandidate {
  const { id, environment, current, wanted, order, warnings, isTicked, obstacle } = move;
  return {
    id,
    application,
    environment,
    image: shortName(image),
    current: describeVersion(current),
    wanted: describeVersion(wanted),
    direction: order.relation,
    words: order.relation === 'same' ? '' : order.words,
    warnings: warnings.map(({ message }) => message),
    isTicked,
    obstacle,
  };
}
