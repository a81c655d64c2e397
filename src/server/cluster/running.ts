/** Where something else runs than Git says. */
import { runningImage } from '../../core/flux/runningImage.ts';
import { versionOf } from '../../core/oci/imageReference.ts';
import type { RunningDifference, WantedImage } from '../../protocol/objects.ts';
import type { ConnectedCluster } from './session.ts';
import { nameOf } from './session.ts';

/**
 * `contexts`: the context of each environment, as the user has set it. An environment without one is looked for in the clusters that have the Flux
 * Kustomization that deploys it.
 */
export function differencesIn(
  clusters: readonly ConnectedCluster[],
  images: readonly WantedImage[],
  contexts: Readonly<Record<string, string>>,
): RunningDifference[] {
  const following = clusters.filter(({ live }) => live.ended === undefined);
  return images.flatMap((image) => {
    const context = contexts[image.environment];
    const own = following.filter((cluster) => (context === undefined ? deploys(cluster, image) : nameOf(cluster) === context));
    const texts = own.flatMap((cluster) => {
      const text = textIn(cluster, image);
      return text === '' ? [] : [own.length > 1 ? `${text} in ${nameOf(cluster)}` : text];
    });
    return texts.length === 0 ? [] : [{ usage: image.usage, text: texts.join(', ') }];
  });
}

function deploys({ live: { tree } }: ConnectedCluster, { kustomizations }: WantedImage): boolean {
  return kustomizations.some((reference) => tree.node(reference) !== undefined);
}

/** `running backend-v0.0.4 (ImagePullBackOff: ...)`; '' where it runs as Git says, or is not there. */
function textIn({ live: { tree } }: ConnectedCluster, image: WantedImage): string {
  const running = runningImage(tree, image);
  if (running === undefined || (!running.differs && running.why === '')) return '';
  const others = running.references.filter((reference) => reference !== image.reference).map(versionOf);
  const what = others.length === 0 ? 'not running everywhere' : `running ${[...new Set(others)].join(' and ')}`;
  return running.why === '' ? what : `${what} (${running.why})`;
}
