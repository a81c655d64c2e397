/** Follows a cluster: one tree of its state after another, by watches. Nothing is contacted before this is called. */
import type { Cluster } from '../clients/cluster.ts';
import { ApiError, ClusterError } from '../clients/cluster/errors.ts';
import type { WatchEvent } from '../clients/cluster/watch.ts';
import type { ObjectChange } from '../core/flux/clusterTree.ts';
import { ClusterTree } from '../core/flux/clusterTree.ts';
import type { KindOfObject } from '../core/flux/kinds.ts';
import { FLUX_KINDS, WORKLOAD_KINDS } from '../core/flux/kinds.ts';
import type { Resource } from '../core/kubernetes/resource.ts';
import { groupOf } from '../core/kubernetes/liveObject.ts';
import { followKind } from './followKind.ts';

export interface WatchOptions {
  /** All kinds that matter unless told. */
  readonly kinds?: readonly KindOfObject[];
  /** Where to look when the user may not list a kind in all namespaces. */
  readonly namespaces?: readonly string[];
  /** How long a refusal must last until it is believed, and after which the cluster is asked once more; half a minute unless told. */
  readonly patienceMilliseconds?: number;
  readonly signal?: AbortSignal;
}

/** So that a burst of events makes one tree; nobody sees the difference. */
const PAUSE_MILLISECONDS = 50;

/** Owns its cluster: with what is followed ends what was asked, and the program that signs in. */
export class LiveCluster implements Disposable {
  readonly cluster: Cluster;
  /** The kinds that the cluster serves of those that were asked for: without one of Flux, Flux is not installed. */
  followed: readonly Resource[] = [];
  private current = ClusterTree.empty;
  private problem: ClusterError | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly ending = new AbortController();
  private readonly hindrances = new Map<string, ClusterError>();
  private readonly limits = new Map<string, string>();
  private pending: ObjectChange[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isReady = false;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  get tree(): ClusterTree {
    return this.current;
  }

  /** What is not followed, and why; one sentence each. */
  get notices(): readonly string[] {
    return [...this.limits.values()];
  }

  /** Why the tree may be out of date just now; it follows again by itself. */
  get interruption(): ClusterError | undefined {
    return this.hindrances.values().next().value;
  }

  /** Why nothing is followed any more: the credentials were refused, or it was disposed of. */
  get ended(): ClusterError | undefined {
    return this.problem;
  }

  /** Calls back after each change of the tree, of the interruption, and at the end. */
  onChange(listener: () => void): Disposable {
    this.listeners.add(listener);
    return { [Symbol.dispose]: () => this.listeners.delete(listener) };
  }

  /** The first answer of `check` that is not undefined, asked now and after each change. Rejects when nothing is followed any more. */
  async until<T>(check: (tree: ClusterTree) => T | undefined, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      if (this.problem !== undefined) {
        reject(this.problem);
        return;
      }
      try {
        const found = check(this.current);
        if (found !== undefined) resolve(found);
      } catch (error) {
        reject(error);
      }
    };
    const abort = () => reject(signal.reason as Error);
    const changes = this.onChange(look);
    signal.addEventListener('abort', abort, { once: true });
    try {
      look();
      return await promise;
    } finally {
      changes[Symbol.dispose]();
      signal.removeEventListener('abort', abort);
    }
  }

  /** Resolves when the tree or the interruption is another one than what was seen. */
  async next(seen: Pick<LiveCluster, 'tree' | 'interruption'>, signal: AbortSignal): Promise<void> {
    const isOther = (tree: ClusterTree) => tree !== seen.tree || this.interruption?.message !== seen.interruption?.message;
    await this.until((tree) => isOther(tree) || undefined, signal);
  }

  [Symbol.dispose](): void {
    this.end(new ClusterError(`The connection to context "${this.cluster.context.name}" was closed.`));
  }

  /** Resolves with the first tree, when all kinds have been listed. */
  async start(options: WatchOptions): Promise<void> {
    const { kinds = [...FLUX_KINDS, ...WORKLOAD_KINDS], signal } = options;
    const ended = this.ending.signal;
    const end = () => this[Symbol.dispose]();
    signal?.addEventListener('abort', end, { once: true });
    try {
      const resources = await Promise.all(kinds.map(({ group, kind }) => this.cluster.resource(group, kind, signal ?? ended)));
      this.followed = resources.filter((resource) => resource !== undefined);
      await Promise.all(this.followed.map((resource) => this.listed(resource, options)));
      signal?.throwIfAborted();
      if (this.problem !== undefined) throw this.problem;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    } finally {
      signal?.removeEventListener('abort', end);
    }
    this.isReady = true;
    this.flush();
  }

  /** Follows a kind; resolves when it has been listed, or cannot be. */
  private listed(resource: Resource, { namespaces = [], patienceMilliseconds }: WatchOptions): Promise<void> {
    const { apiVersion, kind } = resource;
    const group = groupOf(apiVersion);
    const keyOf = (namespace: string) => `${group} ${kind} ${namespace}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    const options = { namespaces, patienceMilliseconds, signal: this.ending.signal };
    const followed = followKind(this.cluster, resource, options, {
      told: (event, namespace) => this.take(event, group, kind, namespace),
      narrowed: () => this.keepOnly(group, kind, namespaces),
      hindered: (namespace, error) => this.note(this.hindrances, keyOf(namespace), error),
      limited: (namespace, sentence) => this.note(this.limits, keyOf(namespace), sentence),
      settled: resolve,
    });
    void followed.catch((error: unknown) => this.stop(resource, error)).finally(resolve);
    return promise;
  }

  private take(event: WatchEvent, group: string, kind: string, of: string): void {
    const namespace = of === '' ? undefined : of;
    if (event.type === 'listed') this.pending.push({ type: 'listed', group, kind, namespace, objects: event.objects });
    else if (event.type === 'changed' || event.type === 'deleted') this.pending.push(event);
    this.flushSoon();
  }

  /** What is no longer followed is no longer known. */
  private keepOnly(group: string, kind: string, namespaces: readonly string[]): void {
    this.flush();
    const kept = [...this.current.nodes(group, kind)].flatMap(({ reference, object }) =>
      object !== undefined && namespaces.includes(reference.namespace) ? [object] : [],
    );
    this.pending.push({ type: 'listed', group, kind, objects: kept });
    this.flushSoon();
  }

  private note<T>(of: Map<string, T>, key: string, value: T | undefined): void {
    if (value === undefined) of.delete(key);
    else of.set(key, value);
    this.flushSoon();
  }

  private flushSoon(): void {
    if (this.problem !== undefined) return;
    this.timer ??= setTimeout(() => this.flush(), PAUSE_MILLISECONDS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.isReady) return;
    this.current = this.current.with(this.pending);
    this.pending = [];
    for (const listener of this.listeners) listener();
  }

  /** A kind that is no longer served is gone with its objects; anything else ends all. */
  private stop({ apiVersion, kind, plural }: Resource, error: unknown): void {
    if (this.ending.signal.aborted) return;
    if (error instanceof ApiError) {
      this.limits.set(`${apiVersion} ${kind}`, `${plural} are no longer followed: ${error.message}`);
      this.keepOnly(groupOf(apiVersion), kind, []);
    } else this.end(error instanceof ClusterError ? error : new ClusterError(String(error), { cause: error }));
  }

  private end(why: ClusterError): void {
    if (this.problem !== undefined) return;
    this.problem = why;
    clearTimeout(this.timer);
    this.ending.abort(why);
    this.cluster[Symbol.dispose]();
    for (const listener of this.listeners) listener();
  }
}

/** The cluster is closed with what follows it, and where that does not begin. @throws ClusterError where it cannot be reached, or refuses the credentials; the signal's reason */
export async function watchCluster(cluster: Cluster, options: WatchOptions = {}): Promise<LiveCluster> {
  const live = new LiveCluster(cluster);
  await live.start(options);
  return live;
}
