/** What the Flux controller of an object wrote about it lately. */
import type { Cluster } from '../clients/cluster.ts';
import { lastLogLines } from '../clients/cluster/podLogs.ts';
import { listResource } from '../clients/cluster/watch.ts';
import type { LogLine } from '../core/flux/controllerLog.ts';
import { controllerNameOf, linesAbout } from '../core/flux/controllerLog.ts';
import { compareText } from '../core/text/compareText.ts';
import type { ObjectReference } from '../core/kubernetes/liveObject.ts';
import { referenceTo } from '../core/kubernetes/liveObject.ts';
import { containersOf } from '../core/kubernetes/podStatus.ts';

const PODS = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const LINES = 2000;

/** Oldest first. @throws ClusterError where the user may not read them */
export async function controllerLogs(
  cluster: Cluster,
  reference: ObjectReference,
  fluxNamespace: string,
  signal?: AbortSignal,
): Promise<LogLine[]> {
  const selector = { namespace: fluxNamespace, labelSelector: `app=${controllerNameOf(reference)}` };
  const pods = await listResource(cluster.connection, PODS, selector, signal);
  const logs = await Promise.all(
    pods.map(async (pod) => {
      const container = containersOf(pod)[0]?.name ?? 'manager';
      return linesAbout(await lastLogLines(cluster, referenceTo(pod), { container, lines: LINES, signal }), reference);
    }),
  );
  return logs.flat().sort((a, b) => compareText(a.time, b.time));
}
