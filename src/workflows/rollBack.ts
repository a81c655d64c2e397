/** Sets an image of an environment back to a version that ran there before. */
import { isRefused } from '../core/change/plan.ts';
import type { Refused } from '../core/change/plan.ts';
import type { Rollback } from '../core/change/rollback.ts';
import { planRollback } from '../core/change/rollback.ts';
import type { Version } from '../core/change/version.ts';
import { versionText } from '../core/change/version.ts';
import type { TagRun } from '../core/git/tagTimeline.ts';
import type { PlacedImage } from '../core/inventory/inventory.ts';
import type { OpenedRepository } from './openRepository.ts';
import type { PlannedChange } from './plannedChange.ts';
import { plannedChange } from './plannedChange.ts';
import { tagHistory } from './tagHistory.ts';

/**
 * The version that ran before the present one, or the one that `wanted` names (a tag, a digest, or both); undefined where history has none. Reads
 * no further than to there. @throws as `tagHistory` does
 */
export async function earlierRun(
  opened: OpenedRepository,
  image: PlacedImage,
  wanted?: string,
  signal?: AbortSignal,
): Promise<TagRun | undefined> {
  for await (const event of tagHistory(opened, image, signal)) {
    if (event.kind !== 'run' || isPresent(image, event.run.version)) continue;
    if (wanted === undefined || isNamed(event.run.version, wanted)) return event.run;
  }
  return undefined;
}

/** The change that a rollback makes. */
export function planRollbackChange(opened: OpenedRepository, rollback: Rollback): PlannedChange | Refused {
  const plan = planRollback(opened.repository, opened.inventory, rollback);
  return isRefused(plan) ? plan : plannedChange(opened, plan);
}

function isPresent({ usage }: PlacedImage, { tag, digest }: Version): boolean {
  return usage.tag === tag && usage.digest === digest;
}

function isNamed(version: Version, wanted: string): boolean {
  return version.tag === wanted || versionText(version) === wanted || (version.digest !== '' && version.digest === wanted);
}
