/** The clusters that are connected. */
import { ClusterError } from '../../clients/cluster/errors.ts';
import { loadKubeconfig } from '../../clients/cluster/kubeconfig.ts';
import { Cluster } from '../../clients/cluster.ts';
import { FLUX_KINDS } from '../../core/flux/kinds.ts';
import { groupOf } from '../../core/kubernetes/liveObject.ts';
import type { ConnectedContext, ContextChoice } from '../../protocol/cluster.ts';
import type { LiveCluster } from '../../workflows/watchCluster.ts';
import { watchCluster } from '../../workflows/watchCluster.ts';
import { Rights } from './rights.ts';
import type { Rollout } from './rollouts.ts';

export interface ConnectedCluster {
  readonly live: LiveCluster;
  readonly fluxNamespace: string;
  readonly rights: Rights;
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
    const rights = new Rights(cluster, this.changed);
    try {
      await firstRights(rights, live, fluxNamespace, signal);
    } catch (error) {
      live[Symbol.dispose]();
      throw error;
    }
    this.disconnect(context);
    this.clusters.set(context, { live, fluxNamespace, rights, rollouts: [] });
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

/** So that the first rows have their actions. */
async function firstRights(rights: Rights, live: LiveCluster, namespace: string, signal: AbortSignal): Promise<void> {
  const kinds = FLUX_KINDS.filter(({ group, kind }) =>
    live.followed.some((resource) => groupOf(resource.apiVersion) === group && resource.kind === kind),
  );
  const asked = Promise.all(kinds.map(({ group, kind }) => rights.ask({ group, kind, namespace })));
  await Promise.race([asked, aborted(signal)]);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
