/** What a person should know before an image is promoted, and which of it keeps a move from being ticked from the start. */
import type { ImagePolicy } from '../inventory/imageAutomation.ts';
import type { PlacedImage } from '../inventory/inventory.ts';
import { isMutableTag } from '../oci/tagScheme.ts';
import { listed, listedBriefly } from '../text/listed.ts';
import type { OtherUsers } from './lineUsers.ts';
import type { VersionOrder } from './promotionOrder.ts';
import type { PromotionSource, SourceImage } from './promotionSource.ts';
import type { Version } from './version.ts';
import { describeVersion } from './version.ts';
import { automationSentence, downgradeSentence, incomparableSentence, movingTagSentence, suspendedSentence } from './warnings.ts';

export interface PromotionWarning {
  readonly code:
    | 'downgrade'
    | 'incomparable'
    | 'mutable-tag'
    | 'policy'
    | 'automation'
    | 'digest-lost'
    | 'digest-moves'
    | 'suspended'
    | 'shared-owner'
    | 'own-line'
    | 'other-repository'
    | 'several-versions'
    | 'unknown';
  /** One sentence. */
  readonly message: string;
  /** Whether a person should decide on it before the move is made. */
  readonly serious: boolean;
}

/**
 * Whether a warning keeps a move from being ticked. Kargo moves a whole set of versions forward by itself and leaves going back, and what is pinned, to a
 * person; Renovate never proposes a downgrade and never drops a digest. So a move is ticked where it goes forward, and where tags are hashes of commits
 * that nothing orders but the environments. It is not ticked where it goes back, where the tags do not compare though they should, where the tag moves
 * by itself or a pin gets lost, where automation would undo it, where another environment changes with it, and where the outcome is not known. A suspended
 * target is ticked: Git says what is wanted, and it arrives when Flux is resumed.
 */
export function unticks({ serious }: PromotionWarning): boolean {
  return serious;
}

interface Move {
  readonly environment: string;
  readonly current: Version;
  readonly wanted: Version;
  readonly order: VersionOrder;
  readonly images: readonly PlacedImage[];
  readonly source: SourceImage;
  readonly from: PromotionSource;
  readonly policy: ImagePolicy | undefined;
  /** Users of the deciding lines that are no target of the promotion. */
  readonly others: OtherUsers;
}

export function promotionWarnings(move: Move): PromotionWarning[] {
  return [
    ...orderWarnings(move),
    ...digestWarnings(move),
    ...lineWarnings(move),
    ...sourceWarnings(move),
    ...targetWarnings(move),
  ];
}

function orderWarnings({ current, wanted, order, policy }: Move): PromotionWarning[] {
  const warnings: PromotionWarning[] = [];
  const isMoving = wanted.tag !== '' && wanted.digest === '' && isMutableTag(wanted.tag);
  if (isMoving) warnings.push(serious('mutable-tag', movingTagSentence(wanted.tag)));
  else if (order.relation === 'older')
    warnings.push(serious('downgrade', downgradeSentence(wanted.tag, order.amount, describeVersion(current))));
  else if (order.relation === 'incomparable' && !order.unordered && !isMutableTag(current.tag))
    warnings.push(serious('incomparable', incomparableSentence(describeVersion(wanted), describeVersion(current))));
  if (policy !== undefined && order.refused.includes(wanted.tag))
    warnings.push(
      serious('policy', `ImagePolicy ${policy.namespace}/${policy.name} (${policy.rule}) does not take ${wanted.tag}.`),
    );
  return warnings;
}

function digestWarnings({ environment, current, wanted, from }: Move): PromotionWarning[] {
  if (wanted.digest !== '' && current.digest !== '' && wanted.tag !== current.tag)
    return [hint('digest-moves', `The digest moves with the tag, to ${short(wanted.digest)}.`)];
  if (current.digest === '' || wanted.digest !== '') return [];
  return [
    serious(
      'digest-lost',
      `${environment} is pinned by digest and ${from.environment} is not: ${short(current.digest)} is removed, because it would win over the new tag.`,
    ),
  ];
}

/** Whether the deciding line can stay as it is for others, because the target gets one of its own. */
function canHaveOwnLine({ root, usage }: PlacedImage): boolean {
  return usage.kind !== 'HelmRelease' && root.failure === undefined;
}

function lineWarnings({ environment, images, others, order }: Move): PromotionWarning[] {
  const warnings: PromotionWarning[] = [];
  const setters = new Set(images.flatMap(({ usage }) => usage.setter ?? []));
  for (const setter of setters) if (order.relation !== 'same') warnings.push(serious('automation', automationSentence(setter)));
  const owner = images[0]?.usage.tagOwner ?? images[0]?.usage.owner;
  if (owner === undefined || others.building.length === 0) return warnings;
  if (others.rendering.length === 0 && images.every(canHaveOwnLine))
    warnings.push(
      hint('own-line', `${owner.file} is also for ${listedBriefly(others.building)}, so ${environment} gets a line of its own.`),
    );
  else if (others.decided.length > 0)
    warnings.push(serious('shared-owner', `This line also decides ${listed(others.decided)}: it changes there too.`));
  return warnings;
}

function sourceWarnings({ environment, images, source, from }: Move): PromotionWarning[] {
  const warnings: PromotionWarning[] = [];
  const all = [source.image, ...source.others];
  if (source.others.length > 0) {
    const versions = all.map(({ usage }) => `${describeVersion(usage)} (${usage.workload || usage.container})`);
    warnings.push(serious('several-versions', `${from.environment} runs ${listedBriefly(versions)}; this takes the first.`));
  }
  const names = new Set(images.map(({ usage }) => usage.name).filter((name) => name !== source.image.usage.name));
  if (names.size > 0)
    warnings.push(
      hint(
        'other-repository',
        `${environment} pulls it from ${listed([...names])} and ${from.environment} from ${source.image.usage.name}: the tag has to be in both.`,
      ),
    );
  return warnings;
}

function targetWarnings({ environment, images }: Move): PromotionWarning[] {
  const warnings: PromotionWarning[] = [];
  const suspended = new Map(
    images.flatMap(({ root }) => root.deployedBy.filter((flux) => flux.suspended).map((flux) => [suspendedSentence(flux), flux])),
  );
  for (const message of suspended.keys()) warnings.push(hint('suspended', message));
  const unknown = images.find(({ usage, root }) => usage.status === 'unknown' || root.failure !== undefined);
  if (unknown !== undefined) {
    const why = (unknown.root.failure ?? unknown.usage.why).replace(/\.$/, '');
    warnings.push(serious('unknown', `What ${environment} runs is not certain: ${why}.`));
  }
  return warnings;
}

function serious(code: PromotionWarning['code'], message: string): PromotionWarning {
  return { code, message, serious: true };
}

function hint(code: PromotionWarning['code'], message: string): PromotionWarning {
  return { code, message, serious: false };
}

function short(digest: string): string {
  return describeVersion({ tag: '', digest });
}
