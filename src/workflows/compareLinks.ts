/** What is new in an application between two versions of its image, as their labels in the registry name source and commit. */
import { OutsideError } from '../clients/errors.ts';
import type { Run } from '../clients/gitCommand.ts';
import type { RegistryImage } from '../clients/registry.ts';
import type { ProposedImage } from '../core/change/pullRequestText.ts';
import { sourceCompareLink } from '../core/change/webAddresses.ts';

/** What is known of a version (`tag`, `tag@digest` or digest) of an image; undefined where its registry is not asked, or has none. */
export type ReadRelease = (
  image: string,
  version: string,
  signal: AbortSignal,
) => Promise<Pick<RegistryImage, 'source' | 'revision'> | undefined>;

/** More links than that nobody follows. */
const MOST_IMAGES = 20;
/** The pull request does not wait longer for its links. */
const PATIENCE_MILLISECONDS = 15_000;

/**
 * Compare pages on the given hosts of GitHub, one for each image whose versions both name a commit of one source. What registries do not say in time is
 * left out. @throws the signal's reason
 */
export async function compareLinks(
  images: readonly ProposedImage[],
  release: ReadRelease,
  hosts: readonly string[],
  { signal, log }: Run,
): Promise<string[]> {
  const patience = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  const within = signal === undefined ? patience : AbortSignal.any([signal, patience]);
  const read = async (image: string, version: string) => {
    try {
      return version === '' ? undefined : await release(image, version, within);
    } catch (error) {
      signal?.throwIfAborted();
      if (!patience.aborted && !(error instanceof OutsideError)) throw error;
      log?.(error instanceof OutsideError ? error.message : `The registry of ${image} did not answer in time.`);
      return undefined;
    }
  };
  const changes = new Map(images.map((image) => [[image.image, image.from, image.to].join('\n'), image]));
  const links = await Promise.all(
    [...changes.values()].slice(0, MOST_IMAGES).map(async ({ image, from, to }) => {
      const [before, after] = await Promise.all([read(image, from), read(image, to)]);
      return before === undefined || after === undefined ? undefined : sourceCompareLink(before, after, hosts);
    }),
  );
  return [...new Set(links.filter((link) => link !== undefined))];
}
