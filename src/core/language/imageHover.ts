/** What a hover says of the images that a place reaches: one in full, several as a row for each environment. */
import { shownVersion } from '../inventory/drift.ts';
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import type { Remark } from '../inventory/state.ts';
import { remarksOn } from '../inventory/state.ts';
import { isDead, useOf } from '../lint/entryUses.ts';
import type { Place } from '../lint/problem.ts';
import { shortName } from '../oci/imageReference.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageOverride, ImageUsage } from '../repository/model.ts';
import { groupBy } from '../text/groupBy.ts';
import { listedBriefly } from '../text/listed.ts';
import type { DeployedBy, ImageDetails } from './imageDetails.ts';
import { deployedBy, imageDetails, LAYER_WORDS } from './imageDetails.ts';
import { whereaboutsAmong } from './whereabouts.ts';
import { writtenAt } from './writtenAt.ts';

export interface ImageHover {
  /** The whole reference where there is one, else the name that all have, else how many images there are. */
  readonly title: string;
  readonly rows: readonly HoverRow[];
  /** How many rows were left out. */
  readonly more: number;
  /** Of the only row. */
  readonly details: ImageDetails | undefined;
  readonly deployedBy: readonly DeployedBy[];
}

/** An image in one environment, whatever containers have it. */
export interface HoverRow {
  readonly image: PlacedImage;
  /** Environment, or what there is in its place; the application too where there are several. */
  readonly where: string;
  /** The version, or the whole reference where names differ. */
  readonly version: string;
  /** What is odd, the most important first. */
  readonly remarks: readonly Remark[];
  /** `Deployment backend: backend, init:migrate`, for each workload. */
  readonly workloads: readonly string[];
  /** The lines that the reference passes through, oldest first. */
  readonly steps: readonly { readonly what: string; readonly place: Place }[];
  /** The deciding line. */
  readonly decides: Place | undefined;
}

const MOST_ROWS = 8;
const MOST_DEPLOYERS = 6;

/** undefined for no images. */
export function imageHover(
  repository: GitOpsRepository,
  inventory: Inventory,
  images: readonly PlacedImage[],
): ImageHover | undefined {
  const groups = [...groupBy(images, rowKey).values()];
  const [first] = groups;
  if (first === undefined) return undefined;
  const names = new Set(images.map(({ usage }) => usage.name));
  const applications = new Set(images.map(({ application }) => application));
  const naming: Naming = {
    placeOf: whereaboutsAmong(images),
    namesDiffer: names.size > 1,
    applicationsDiffer: applications.size > 1,
  };
  const rows = groups.slice(0, MOST_ROWS).map((group) => rowOf(repository, inventory, group, naming));
  const [image] = first as [PlacedImage, ...PlacedImage[]];
  const flux = new Map(
    images.flatMap(({ root }) => root.deployedBy).map((one) => [`${one.file} ${one.name} ${one.cluster}`, one]),
  );
  return {
    title: groups.length === 1 ? titleOf(image.usage) : names.size === 1 ? nameOf(image.usage) : `${String(names.size)} images`,
    rows,
    more: groups.length - rows.length,
    details: groups.length === 1 ? imageDetails(repository, inventory, image) : undefined,
    deployedBy: [...flux.values()].slice(0, MOST_DEPLOYERS).map((one) => deployedBy(repository, one)),
  };
}

function titleOf(usage: ImageUsage): string {
  return usage.reference === '' ? nameOf(usage) : usage.reference;
}

/** A chart that decides its images has none to name. */
function nameOf({ name, kind, workload }: ImageUsage): string {
  return name === '' ? `${kind} ${workload}` : name;
}

/** Containers that one line decides, and that are the same, are one. */
function rowKey({ environment, application, root, usage }: PlacedImage): string {
  const { owner, reference, why } = usage;
  const place = owner === undefined ? '' : `${owner.file} ${String(owner.scalar.start)}`;
  return [environment === '' ? root.id : environment, application, reference, place, why].join('\n');
}

/** What tells rows apart. */
interface Naming {
  readonly placeOf: (image: PlacedImage) => string;
  readonly namesDiffer: boolean;
  readonly applicationsDiffer: boolean;
}

function rowOf(
  repository: GitOpsRepository,
  inventory: Inventory,
  group: readonly PlacedImage[],
  { placeOf, namesDiffer, applicationsDiffer }: Naming,
): HoverRow {
  const [image] = group as readonly [PlacedImage, ...PlacedImage[]];
  const { usage, application } = image;
  // What a chart decides has no version here.
  const isOpen = usage.status === 'unknown' && usage.tag === '' && usage.digest === '';
  const version = isOpen ? '' : shownVersion(usage);
  const place = listedBriefly([...new Set(group.map(placeOf))]);
  const containers = groupBy(group, (one) => [one.usage.kind, one.usage.workload].filter((word) => word !== '').join(' '));
  return {
    image,
    where: applicationsDiffer ? `${application} in ${place}` : place,
    version:
      namesDiffer && usage.name !== '' ? [shortName(usage.name), version].filter((part) => part !== '').join(':') : version,
    remarks: remarksOn(inventory, image).filter(({ state }) => state !== 'automation' && state !== 'pinned'),
    workloads: [...containers].flatMap(([workload, own]) => {
      const names = new Set(own.map((one) => one.usage.container).filter((name) => name !== ''));
      return workload === '' ? [] : names.size === 0 ? workload : `${workload}: ${[...names].join(', ')}`;
    }),
    steps: usage.layers.flatMap(({ what, owners: [owner] }) => {
      const place = writtenAt(repository, owner);
      return place === undefined ? [] : [{ what: LAYER_WORDS[what], place }];
    }),
    decides: writtenAt(repository, usage.owner),
  };
}

/** What is to say of an entry that matches no image; undefined where nothing is certain or nothing runs it. */
export function silentEntry(repository: GitOpsRepository, entry: ImageOverride): string | undefined {
  const use = useOf(repository, entry);
  if (use === undefined || use.matched.length > 0 || use.runs.some(({ run }) => run.matched)) return undefined;
  if (isDead(repository, use)) return 'This entry matches no image.';
  const why = use.runs.map(({ root }) => root.failure ?? root.unknowns[0]?.why).find((reason) => reason !== undefined);
  return why === undefined ? undefined : `Whether this entry matches an image is not known: ${why.replace(/\.$/, '')}.`;
}
