/**
 * What a promotion would move: every image of the source environment against the same image in each target, with what a person should know before it is
 * ticked. Computed from snapshots alone; `promotionPlan.ts` makes the edits.
 */
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import { imageAutomation, policyFor } from '../inventory/imageAutomation.ts';
import { repositoryKey, shortName } from '../oci/imageReference.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { compareText } from '../text/compareText.ts';
import { groupBy } from '../text/groupBy.ts';
import { otherUsersOf } from './lineUsers.ts';
import type { VersionOrder } from './promotionOrder.ts';
import { compareVersions } from './promotionOrder.ts';
import type { PromotionSource, SourceImage } from './promotionSource.ts';
import { groupOf, SourceImages } from './promotionSource.ts';
import type { PromotionWarning } from './promotionWarnings.ts';
import { promotionWarnings, unticks } from './promotionWarnings.ts';
import type { Version } from './version.ts';
import { referenceWith, versionText } from './version.ts';

export type { PromotionSource } from './promotionSource.ts';
export type { PromotionWarning } from './promotionWarnings.ts';

export interface PromotionRequest {
  readonly from: PromotionSource;
  /** Target environments. */
  readonly to: readonly string[];
  /** What to promote; everything where nothing is said. */
  readonly choice?: PromotionChoice;
  /** Digests by `name:tag` that somebody has asked a registry for: with them a target that is pinned stays pinned. */
  readonly digests?: ReadonlyMap<string, string>;
}

export interface PromotionChoice {
  readonly application?: string | undefined;
  /** Name of an image, or its last component. */
  readonly image?: string | undefined;
}

/** One image of one application, in one version of the source environment. */
export interface PromotionRow {
  readonly id: string;
  readonly application: string;
  /** Name of the image in the source environment. */
  readonly image: string;
  /** What the source environment runs. */
  readonly version: Version;
  /** One for each target environment and version that runs there, in the order of environments. */
  readonly moves: readonly PromotionMove[];
}

/** What one tick of a person stands for. */
export interface PromotionMove {
  readonly id: string;
  readonly environment: string;
  readonly current: Version;
  readonly wanted: Version;
  readonly order: VersionOrder;
  /** The containers that are set together. */
  readonly images: readonly PlacedImage[];
  readonly warnings: readonly PromotionWarning[];
  /** Whether it should be ticked from the start: see `unticks`. */
  readonly isTicked: boolean;
  /** Why there is nothing to tick, one sentence; '' for a move that can be made. */
  readonly obstacle: string;
}

/** An image of the source environment that a target environment does not have: promoting brings no new applications. */
export interface AbsentImage {
  readonly application: string;
  readonly image: string;
  readonly environment: string;
}

export interface Promotion {
  /** Rows with something to move first, then by application and image. */
  readonly rows: readonly PromotionRow[];
  readonly absent: readonly AbsentImage[];
}

/** Never throws. Environments that do not exist have no rows. */
export function planPromotion(repository: GitOpsRepository, inventory: Inventory, request: PromotionRequest): Promotion {
  const sources = new SourceImages(request.from);
  const targets = new Set(
    request.to.filter((environment) => environment !== request.from.environment || isOtherSnapshot(request)),
  );
  const paired: Pair[] = [];
  const present = new Set<string>();
  for (const image of inventory.images) {
    if (!targets.has(image.environment)) continue;
    present.add(`${groupOf(image)}\n${image.environment}`);
    const source = sources.of(image);
    if (source !== undefined && isChosen(image, source.image, request.choice)) paired.push({ target: image, source });
  }
  const context: Context = { repository, inventory, request, targets };
  const rows = [...groupBy(paired, rowKey)].map(([id, pairs]) => rowOf(context, id, pairs));
  rows.sort((a, b) => rank(a) - rank(b) || compareText(a.application, b.application) || compareText(a.image, b.image));
  return { rows, absent: absentImages(sources, targets, present, request.choice) };
}

/** All moves that differ, ticked or not. */
export function movesOf({ rows }: Promotion): PromotionMove[] {
  return rows.flatMap(({ moves }) => moves.filter(({ obstacle }) => obstacle === ''));
}

interface Pair {
  readonly target: PlacedImage;
  readonly source: SourceImage;
}

interface Context {
  readonly repository: GitOpsRepository;
  readonly inventory: Inventory;
  readonly request: PromotionRequest;
  readonly targets: ReadonlySet<string>;
}

/** "Exactly what prod ran at commit X" can go into prod itself. */
function isOtherSnapshot({ from }: PromotionRequest): boolean {
  return from.commit !== undefined;
}

function isChosen(target: PlacedImage, source: PlacedImage, choice: PromotionChoice = {}): boolean {
  if (choice.application !== undefined && target.application !== choice.application) return false;
  return choice.image === undefined || [target, source].some((image) => isNamed(image, choice.image ?? ''));
}

function isNamed({ usage, key }: PlacedImage, name: string): boolean {
  const names = [usage.name, usage.originalName];
  return names.includes(name) || key === repositoryKey(name) || names.some((one) => shortName(one) === name);
}

function rowKey({ target, source: { image } }: Pair): string {
  return [target.application, target.key, versionText(image.usage)].join('\n');
}

function rank({ moves }: PromotionRow): number {
  return moves.some(({ obstacle }) => obstacle === '') ? 0 : 1;
}

function rowOf(context: Context, id: string, pairs: readonly Pair[]): PromotionRow {
  const [{ source, target }] = pairs as [Pair, ...Pair[]];
  const { usage } = source.image;
  const groups = groupBy(pairs, ({ target: { environment, usage: now } }) => `${environment}\n${versionText(now)}`);
  const moves = [...groups.values()]
    .map((members) => moveOf(context, id, members))
    .sort((a, b) => context.inventory.compareEnvironments(a.environment, b.environment));
  return { id, application: target.application, image: usage.name, version: versionOf(usage), moves };
}

function moveOf(context: Context, row: string, pairs: readonly Pair[]): PromotionMove {
  const [{ target, source }] = pairs as [Pair, ...Pair[]];
  const images = pairs.map((pair) => pair.target);
  const { repository, inventory, request, targets } = context;
  const current = versionOf(target.usage);
  const wanted = wantedVersion(source.image, target, request.digests);
  const policy = policyFor(imageAutomation(repository), target.usage);
  const order = compareVersions(wanted, current, policy);
  const move = {
    id: [row, target.environment, versionText(current)].join('\n'),
    environment: target.environment,
    current,
    wanted,
    order,
    images,
  };
  const obstacle = obstacleFor(request.from, source.image, order);
  if (obstacle !== '') return { ...move, warnings: [], isTicked: false, obstacle };
  const warnings = promotionWarnings({
    ...move,
    source,
    from: request.from,
    policy,
    others: otherUsersOf(repository, inventory, images, targets),
  });
  return { ...move, warnings, isTicked: !warnings.some(unticks), obstacle };
}

function versionOf({ tag, digest }: Version): Version {
  return { tag, digest };
}

/** The tag and the digest of the source belong together. A digest that a registry has told keeps a pinned target pinned. */
function wantedVersion({ usage }: PlacedImage, target: PlacedImage, digests: PromotionRequest['digests']): Version {
  const { tag, digest } = usage;
  if (digest !== '' || target.usage.digest === '' || tag === target.usage.tag) return { tag, digest };
  return { tag, digest: digests?.get(referenceWith(target.usage.name, { tag, digest: '' })) ?? '' };
}

function obstacleFor(from: PromotionSource, { usage }: PlacedImage, { relation }: VersionOrder): string {
  const place = from.commit === undefined ? from.environment : `${from.environment} at ${from.commit}`;
  if (usage.status === 'unknown') return `What ${place} runs is not known: ${usage.why.replace(/\.$/, '')}.`;
  if (usage.tag.includes('${'))
    return `${place} has ${usage.tag} for a tag, which nothing replaces there, so there is no version to promote.`;
  if (usage.tag === '' && usage.digest === '') return `${place} runs it without a tag, so there is nothing to promote.`;
  return relation === 'same' ? `It runs that already.` : '';
}

function absentImages(
  sources: SourceImages,
  targets: ReadonlySet<string>,
  present: ReadonlySet<string>,
  choice: PromotionChoice | undefined,
): AbsentImage[] {
  const absent = new Map<string, AbsentImage>();
  for (const image of sources.all()) {
    if (!isChosen(image, image, choice)) continue;
    for (const environment of targets) {
      const key = `${groupOf(image)}\n${environment}`;
      if (!present.has(key)) absent.set(key, { application: image.application, image: image.usage.name, environment });
    }
  }
  return [...absent.values()];
}
