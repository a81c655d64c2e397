/** Looks whether Flux is well in a cluster. */
import type { Cluster } from '../clients/cluster.ts';
import { listResource } from '../clients/cluster/watch.ts';
import { ApiError } from '../clients/cluster/errors.ts';
import type { FluxCheck, ServedKind } from '../core/flux/fluxCheck.ts';
import { fluxCheck } from '../core/flux/fluxCheck.ts';
import { FLUX_KINDS } from '../core/flux/kinds.ts';
import { textIn } from '../core/kubernetes/liveObject.ts';

const DEPLOYMENTS = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespaced: true };

/** What the user may not see is a finding. @throws ClusterError where the cluster does not answer */
export async function checkFlux(cluster: Cluster, fluxNamespace: string, signal?: AbortSignal): Promise<FluxCheck> {
  const selector = { namespace: fluxNamespace, labelSelector: 'app.kubernetes.io/part-of=flux' };
  const [version, deployments, kinds] = await Promise.all([
    cluster.connection.json({ path: '/version', signal }),
    listResource(cluster.connection, DEPLOYMENTS, selector, signal).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 403) return undefined;
      throw error;
    }),
    servedKinds(cluster, signal),
  ]);
  return fluxCheck(textIn(version, 'gitVersion'), deployments, kinds);
}

async function servedKinds(cluster: Cluster, signal: AbortSignal | undefined): Promise<ServedKind[]> {
  const kinds = await Promise.all(
    FLUX_KINDS.map(async ({ group, kind }) => {
      const versions: string[] = [];
      for (const version of await cluster.discovery.versions(group, signal))
        if ((await cluster.discovery.resource(`${group}/${version}`, kind, signal)) !== undefined) versions.push(version);
      return { group, kind, versions };
    }),
  );
  return kinds.filter(({ versions }) => versions.length > 0);
}
