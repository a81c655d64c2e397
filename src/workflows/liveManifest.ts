/** An object of a cluster as YAML to be read. */
import { dump } from 'js-yaml';
import type { Cluster } from '../clients/cluster.ts';
import { trimmedMetadata } from '../core/kubernetes/trimmed.ts';
import { maskSecrets } from '../core/kubernetes/secretMask.ts';
import type { ObjectReference } from '../core/kubernetes/liveObject.ts';

/** Without the book-keeping of field owners; values of Secrets are masked. undefined where there is no such object. */
export async function liveManifest(
  cluster: Cluster,
  reference: ObjectReference,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const object = await cluster.get(reference, signal);
  if (object === undefined) return undefined;
  return maskSecrets(dump({ ...object, metadata: trimmedMetadata(object.metadata) }, { noRefs: true, lineWidth: -1 }));
}
