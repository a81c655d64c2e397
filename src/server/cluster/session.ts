/** The clusters that are connected. */
import { isAllowed } from '../../clients/cluster/accessReview.ts';
import { ClusterError } from '../../clients/cluster/errors.ts';
import { loadKubeconfig } from '../../clients/cluster/kubeconfig.ts';
import { Cluster } from '../../clients/cluster.ts';
import { FLUX_KINDS, isFluxGroup, keyOf } from '../../core/flux/kinds.ts';
import type { ConnectedContext, ContextChoice } from '../../protocol/cluster.ts';
import type { LiveCluster } from '../../workflows/watchCluster.ts';
import { watchCluster } from '../../workflows/watchCluster.ts';
import type { Rollout } from './rollouts.ts';

export interface ConnectedCluster {
  readonly live: LiveCluster;
  readonly fluxNamespace: string;
  /** Kinds of Flux whose objects the user may change, in all namespaces or in that of Flux. */
  readonly changeable: ReadonlySet<string>;
  /** Newest first. */
  readonly rollouts: Rollout[];
}

export class ClusterSession {
  private readonly clusters = new Map<string, ConnectedCluster>();
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** What the kubeconfig files say; reads files, nothing else. */
  contexts(): { contexts: ContextChoice[]; problems: readonly string[] } {
    const { contexts, current, problems } = loadKubeconfig();
    return {
      contexts: contexts.map(({ name, server, user }) => ({
        name,
        server,
        user,
        isCurrent: name === current,
        isConnected: this.clusters.get(name)?.live.ended === undefined && this.clusters.has(name),
      })),
      problems,
    };
  }

  /** Follows the cluster of a context until it is disconnected; again where it was connected before. @throws ClusterError */
  async connect(context: string, fluxNamespace: string, namespaces: readonly string[], signal: AbortSignal): Promise<void> {
    const cluster = new Cluster(loadKubeconfig(), context);
    const live = await watchCluster(cluster, { namespaces: [...new Set([fluxNamespace, ...namespaces])], signal });
    const changeable = await changeableKinds(live, fluxNamespace, signal).catch((error: unknown) => {
      live[Symbol.dispose]();
      throw error;
    });
    this.disconnect(context);
    this.clusters.set(context, { live, fluxNamespace, changeable, rollouts: [] });
    live.onChange(this.changed);
    this.changed();
  }

  disconnect(context: string): void {
    const known = this.clusters.get(context);
    this.clusters.delete(context);
    known?.live[Symbol.dispose]();
    this.changed();
  }

  /** By name. */
  get all(): readonly ConnectedCluster[] {
    return [...this.clusters.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  connected(): ConnectedContext[] {
    return this.all.map(({ live }) => {
      const state = live.ended === undefined ? (live.interruption === undefined ? 'following' : 'interrupted') : 'ended';
      return { name: live.cluster.context.name, state, problem: (live.ended ?? live.interruption)?.message ?? '' };
    });
  }

  /** @throws ClusterError where it is not connected */
  cluster(context: string): ConnectedCluster {
    const found = this.clusters.get(context);
    if (found === undefined) throw new ClusterError(`The context "${context}" is not connected. Connect to it first.`);
    return found;
  }

  tell(): void {
    this.changed();
  }

  dispose(): void {
    for (const { live } of this.clusters.values()) live[Symbol.dispose]();
    this.clusters.clear();
  }
}

export function nameOf({ live }: ConnectedCluster): string {
  return live.cluster.context.name;
}

async function changeableKinds(live: LiveCluster, fluxNamespace: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const followed = FLUX_KINDS.filter(({ group, kind }) =>
    live.followed.some((resource) => resource.kind === kind && isFluxGroup(group)),
  );
  const allowed = await Promise.all(
    followed.map(async ({ group, kind }) => {
      const may = (namespace: string) => isAllowed(live.cluster, 'patch', { group, kind, namespace, name: '' }, signal);
      return (await may('')) || (await may(fluxNamespace)) ? [keyOf(group, kind)] : [];
    }),
  );
  return new Set(allowed.flat());
}
