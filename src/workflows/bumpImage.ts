/** Sets the tag of an image in an environment: plans the edits, and writes them. */
import { join, relative, sep } from 'node:path';
import type { FileReplacement, WriteRefusal } from '../clients/writeFiles.ts';
import { replaceFiles } from '../clients/writeFiles.ts';
import { planImageBump } from '../core/change/imageBump.ts';
import type { Refused } from '../core/change/plan.ts';
import { isRefused } from '../core/change/plan.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import type { PlacedImage } from '../core/inventory/inventory.ts';
import { Inventory } from '../core/inventory/inventory.ts';
import { repositoryKey, shortName } from '../core/oci/imageReference.ts';
import { place } from '../core/repository/placement.ts';
import type { OpenedRepository } from './openRepository.ts';
import { InputError, withTexts } from './openRepository.ts';

export interface BumpRequest {
  /** Name of the image, of its last component, or of the application. */
  readonly image: string;
  readonly environment: string;
  /** A tag, `tag@digest`, or a digest. */
  readonly tag: string;
  readonly mode: 'owner' | 'override';
}

export interface PlannedBump {
  readonly opened: OpenedRepository;
  /** Paths relative to the repository. */
  readonly files: readonly ChangedText[];
  readonly changes: readonly {
    readonly environment: string;
    readonly application: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly warnings: readonly string[];
}

/** Whether a repository has an image that a request means. */
export function hasImage(
  { inventory }: OpenedRepository,
  { image, environment }: Pick<BumpRequest, 'image' | 'environment'>,
): boolean {
  return imagesFor(inventory, image, environment).length > 0;
}

/** The images that a request means: by name, else by the last component of the name, else by application. */
export function imagesFor(inventory: Inventory, image: string, environment: string): PlacedImage[] {
  const near = inventory.images.filter((placed) => placed.environment === environment);
  const key = repositoryKey(image);
  const tests: ((placed: PlacedImage) => boolean)[] = [
    ({ usage }) => usage.name === image || usage.originalName === image,
    (placed) => placed.key === key || repositoryKey(placed.usage.name) === key,
    ({ usage }) => shortName(usage.name) === image || shortName(usage.originalName) === image,
    ({ application }) => application === image,
  ];
  for (const test of tests) {
    const found = near.filter(test);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Plans every line that decides one of the images. A sentence where that cannot be done; undefined where no image is meant. @throws InputError where the
 * name means different images: a tag of one is none of another
 */
function planBump(opened: OpenedRepository, request: BumpRequest): PlannedBump | Refused | undefined {
  const images = imagesFor(opened.inventory, request.image, request.environment);
  const keys = new Set(images.map(({ key }) => key));
  const names = new Set(images.map(({ usage }) => usage.name));
  if (keys.size > 1 && names.size > 1)
    throw new InputError(
      `${request.image} means several images in ${request.environment || 'no environment'}: ${[...names].join(', ')}. Name one of them.`,
    );
  let { repository, placement } = opened;
  const changes = new Map<string, PlannedBump['changes'][number]>();
  const warnings = new Set<string>();
  const paths = new Set<string>();
  let refusal: Refused | undefined;
  for (const { id } of images) {
    placement = place(repository.roots, placement.settings, placement);
    const inventory = new Inventory(repository.roots, placement);
    const image = inventory.image(id);
    if (image === undefined || (paths.size > 0 && isAt(image, request.tag))) continue;
    const plan = planImageBump(repository, { ...request, usage: image.usage, root: image.root, placement });
    if (isRefused(plan)) {
      refusal ??= plan;
      continue;
    }
    repository = plan.next;
    for (const path of plan.files.keys()) paths.add(path);
    for (const warning of plan.warnings) warnings.add(warning);
    for (const { root, before, after } of plan.changes) {
      for (const placed of inventory.images) {
        if (placed.root !== root || placed.usage !== before) continue;
        const { environment, application } = placed;
        changes.set(placed.id, { environment, application, from: before.reference, to: after.reference });
      }
    }
  }
  if (images.length === 0) return undefined;
  if (refusal !== undefined) return refusal;
  const files = [...paths].sort().map((path) => ({
    path,
    before: opened.repository.file(path)?.text ?? '',
    after: repository.file(path)?.text ?? '',
  }));
  return { opened, files, changes: [...changes.values()], warnings: [...warnings] };
}

/**
 * Plans several bumps, each on what the ones before it leave. Images that have their tag already are passed over where another one changes. The
 * request itself where no image is meant by it.
 */
export function planBumps(
  opened: OpenedRepository,
  requests: readonly BumpRequest[],
): PlannedBump | Refused | { readonly unknown: BumpRequest } {
  const files = new Map<string, ChangedText>();
  const changes: PlannedBump['changes'][number][] = [];
  const warnings = new Set<string>();
  let current = opened;
  let settled: Refused | undefined;
  for (const request of requests) {
    const plan = planBump(current, request);
    if (plan === undefined) return { unknown: request };
    if (isRefused(plan)) {
      if (plan.isDone !== true) return plan;
      settled = plan;
      continue;
    }
    for (const file of plan.files) files.set(file.path, { ...file, before: files.get(file.path)?.before ?? file.before });
    changes.push(...plan.changes);
    plan.warnings.forEach((warning) => warnings.add(warning));
    current = withTexts(current, plan.files);
  }
  if (files.size === 0 && settled !== undefined) return settled;
  return { opened, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), changes, warnings: [...warnings] };
}

/** Writes a planned bump. Returns one sentence where a file refuses: nothing is written then. */
export function writeBump({ opened, files }: PlannedBump): string | undefined {
  const replacements: FileReplacement[] = files.map(({ path, before, after }) => ({
    path: join(opened.folder, path),
    before,
    after,
  }));
  const refusal = replaceFiles(replacements);
  return refusal === undefined ? undefined : refusalSentence(refusal, opened);
}

function refusalSentence({ path, reason }: WriteRefusal, { folder, prefix }: OpenedRepository): string {
  const shown = prefix + relative(folder, path).split(sep).join('/');
  switch (reason) {
    case 'changed':
      return `${shown} changed while the bump was planned. Nothing was written. Run it again.`;
    case 'read-only':
      return `${shown} is read-only. Nothing was written. Allow writing it, then run this again.`;
    case 'folder-read-only':
      return `The folder of ${shown} is read-only, and a new text is written beside the old one first. Nothing was written. Allow writing in that folder, then run this again.`;
  }
}

function isAt({ usage }: PlacedImage, tag: string): boolean {
  return usage.tag === tag || usage.digest === tag || `${usage.tag}@${usage.digest}` === tag;
}
