/** Where something else runs than Git says. */
import { runningImage } from '../../core/flux/runningImage.ts';
import { versionOf } from '../../core/oci/imageReference.ts';
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import type { RunningDifference, WantedImage } from '../../protocol/objects.ts';
import type { ConnectedCluster } from './session.ts';
import { nameOf } from './session.ts';

export function differencesIn(
  clusters: readonly ConnectedCluster[],
  images: readonly WantedImage[],
  contexts: Readonly<Record<string, readonly string[]>>,
): RunningDifference[] {
  return images.flatMap((image) => {
    const own = clustersOf(clusters, image.environment, image.kustomizations, contexts);
    const texts = own.flatMap((cluster) => {
      const text = textIn(cluster, image);
      return text === '' ? [] : [own.length > 1 ? `${text} in ${nameOf(cluster)}` : text];
    });
    return texts.length === 0 ? [] : [{ usage: image.usage, text: texts.join(', ') }];
  });
}

/**
 * The clusters that an environment runs in. `contexts`: those of each environment, as the user has set them. An environment without any is looked for in
 * the clusters that have a Flux Kustomization that deploys it.
 */
export function clustersOf(
  clusters: readonly ConnectedCluster[],
  environment: string,
  kustomizations: readonly ObjectReference[],
  contexts: Readonly<Record<string, readonly string[]>>,
): ConnectedCluster[] {
  const given = contexts[environment];
  return clusters.filter((cluster) => {
    const { ended, tree } = cluster.live;
    if (ended !== undefined) return false;
    return given?.includes(nameOf(cluster)) ?? kustomizations.some((reference) => tree.node(reference) !== undefined);
  });
}

/** `running backend-v0.0.4 (ImagePullBackOff: ...)`; '' where it runs as Git says, or is not there. */
function textIn({ live: { tree } }: ConnectedCluster, image: WantedImage): string {
  const running = runningImage(tree, image);
  if (running === undefined || (!running.differs && running.why === '')) return '';
  const others = running.references.filter((reference) => reference !== image.reference).map(versionOf);
  const what = others.length === 0 ? 'not running everywhere' : `running ${[...new Set(others)].join(' and ')}`;
  return running.why === '' ? what : `${what} (${running.why})`;
}
