/** Which steps of an image's way come after an `images:` entry. */
import type { ImageOverride, ImageUsage } from '../repository/model.ts';

/** Whether an entry that ran after this one, or something behind all entries, wrote the tag or digest: what this one leaves open does not matter then. */
export function isDecidedLater(entry: ImageOverride, usage: ImageUsage): boolean {
  const owner = usage.tagOwner ?? usage.digestOwner;
  if (owner === undefined) return false;
  if (owner.entry !== undefined) return usage.entries.indexOf(owner.entry) > usage.entries.indexOf(entry);
  return usage.layers.some(({ what, owners }) => what === 'replacement' && owners.includes(owner));
}
