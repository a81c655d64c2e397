/** What is odd about an image, in words. */
import { classifyTag } from '../oci/tagScheme.ts';
import type { FluxKustomization, ImageOverride } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { isDecidedLater } from './decidedLater.ts';
import { driftOf, shownVersion } from './drift.ts';
import type { Inventory, PlacedImage } from './inventory.ts';

/** The most important first; the order of this list is the order of importance. */
export const STATES = ['error', 'warning', 'unknown', 'drift', 'automation', 'pinned', 'none'] as const;
export type ImageState = (typeof STATES)[number];

export interface Remark {
  readonly state: ImageState;
  readonly words: string;
}

/** All remarks on an image, the most important first. Empty where nothing is odd. */
export function remarksOn(inventory: Inventory, image: PlacedImage): Remark[] {
  const { usage, root } = image;
  const remarks: Remark[] = [];
  const isEmptied = usage.entries.some((entry) => isEmpty(entry) && !isDecidedLater(entry, usage));
  if (root.failure !== undefined) remarks.push({ state: 'error', words: `does not build: ${root.failure}` });
  if (root.failure === undefined && usage.status === 'exact' && usage.digest === '') {
    if (isEmptied) remarks.push({ state: 'warning', words: 'newTag is empty, base decides' });
    if (usage.tag === '' && !isEmptied) remarks.push({ state: 'warning', words: 'no tag, not pinned' });
    else if (classifyTag(usage.tag).kind === 'moving') remarks.push({ state: 'warning', words: 'not pinned' });
  }
  if (root.failure === undefined && usage.status === 'unknown')
    remarks.push({ state: 'unknown', words: unknownWords(usage.why) });
  const drift = driftOf(inventory, image);
  if (drift !== undefined) remarks.push({ state: drift.kind === 'ahead' ? 'none' : 'drift', words: drift.words });
  if (usage.setter !== undefined)
    remarks.push({ state: 'automation', words: `set by image automation (${policyOf(usage.setter)})` });
  if (usage.digest !== '') remarks.push({ state: 'pinned', words: 'pinned by digest' });
  if (isSuspended(root.deployedBy)) remarks.push({ state: 'none', words: 'suspended' });
  return remarks;
}

/** `unknown: remote base not fetched`. */
export function unknownWords(why: string): string {
  return `unknown: ${why.endsWith(' is not fetched') && !why.includes('component') ? 'remote base not fetched' : why}`;
}

/** Tag and remarks: `backend-v0.0.5   1 patch behind dev`, `latest, not pinned`; of an unknown tag the remarks alone. */
export function describeImage(inventory: Inventory, image: PlacedImage): string {
  const remarks = remarksOn(inventory, image).map(({ words }) => words);
  const text = shownVersion(image.usage);
  if (remarks[0] === 'not pinned') return [`${text}, not pinned`, ...remarks.slice(1)].join('   ');
  return [text, ...remarks].filter((part) => part !== '').join('   ');
}

/** `flux-system:backend` of `flux-system:backend:tag`. */
export function policyOf(setter: string): string {
  return setter.split(':').slice(0, 2).join(':');
}

/** The state that matters most; 'none' for none. */
export function worst(states: Iterable<ImageState>): ImageState {
  const present = new Set(states);
  return STATES.find((state) => present.has(state)) ?? 'none';
}

/** `newTag: ""`, `newTag: null`, or nothing behind the colon, with no digest beside it. */
function isEmpty({ newTag, digest }: ImageOverride): boolean {
  return newTag !== undefined && isWithoutText(newTag) && (digest === undefined || isWithoutText(digest));
}

function isWithoutText(scalar: ScalarNode): boolean {
  return isNull(scalar) || scalar.text === '';
}

function isSuspended(deployedBy: readonly FluxKustomization[]): boolean {
  return deployedBy.length > 0 && deployedBy.every(({ suspended }) => suspended);
}
