import type { SeenTag } from '../git/patchTags.ts';
import type { PlacedImage } from '../inventory/inventory.ts';
import { repositoryKey } from '../oci/imageReference.ts';

/**
 * The commit that gave an image the version that it has; undefined where the history of the deciding file does not tell, as for a tag that is not
 * committed. `history`: newest first.
 */
export function lastChange(history: readonly SeenTag[], { key, usage }: PlacedImage): SeenTag | undefined {
  const isTag = usage.tag !== '';
  const owner = isTag ? usage.tagOwner : usage.digestOwner;
  const version = isTag ? usage.tag : usage.digest;
  const inFile = history.filter((seen) => seen.file === owner?.file && (seen.key === 'digest') !== isTag);
  const named = inFile.filter(({ image }) => [key, repositoryKey(usage.name)].includes(repositoryKey(image)));
  // Of an image that is named next to its tag, every change is known.
  if (named.length > 0) return named[0]?.tag === version ? named[0] : undefined;
  return inFile.find(({ image, tag }) => image === '' && tag === version);
}
