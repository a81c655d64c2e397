/** Follows all objects of a kind; those of some namespaces where the user may see no others, for as long as that is so. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../clients/cluster.ts';
import type { ClusterError } from '../clients/cluster/errors.ts';
import { ApiError } from '../clients/cluster/errors.ts';
import type { WatchEvent } from '../clients/cluster/watch.ts';
import { PATIENCE_MILLISECONDS } from '../clients/cluster/watch.ts';
import type { Resource } from '../core/kubernetes/resource.ts';
import { trimmed } from '../core/kubernetes/trimmed.ts';

export interface FollowOptions {
  /** Where to look when the user may not list the kind in all namespaces. */
  readonly namespaces: readonly string[];
  /** How long a refusal must last until it is believed, and after which it is asked once more. */
  readonly patienceMilliseconds: number | undefined;
  readonly signal: AbortSignal;
}

/** A namespace is '' where all of them are meant. */
export interface Follower {
  told(event: WatchEvent, namespace: string): void;
  /** Only the namespaces of the options are followed from now on. */
  narrowed(): void;
  /** Why what is known may be out of date; undefined once it is not. */
  hindered(namespace: string, error: ClusterError | undefined): void;
  /** What is not followed, in a sentence; undefined once it is. */
  limited(namespace: string, sentence: string | undefined): void;
  /** All that may be listed has been, or the cluster does not answer. May be told more than once. */
  settled(): void;
}

/** Ends with an error where waiting would not help, and with the signal. */
export async function followKind(
  cluster: Cluster,
  resource: Resource,
  { namespaces, patienceMilliseconds = PATIENCE_MILLISECONDS, signal }: FollowOptions,
  follower: Follower,
): Promise<void> {
  const failed = Promise.withResolvers<never>();
  let narrow: AbortController | undefined;
  let wasAllowed = false;
  const follow = (namespace: string, ended: AbortSignal, answers: Answers) =>
    followIn(cluster, resource, { namespace, patience: patienceMilliseconds, ended }, follower, answers);

  const inNamespaces = (ended: AbortSignal) => {
    const open = new Set(namespaces);
    const settled = (namespace: string) => {
      open.delete(namespace);
      if (open.size === 0) follower.settled();
    };
    for (const namespace of namespaces) {
      const followed = follow(namespace, ended, {
        allowed: () => follower.limited(namespace, undefined),
        refused: () => {
          follower.limited(namespace, `You may not list ${resource.plural} in the namespace ${namespace}.`);
          follower.told({ type: 'listed', objects: [] }, namespace);
        },
        settled: () => settled(namespace),
      });
      followed.catch((error: unknown) => ended.aborted || failed.reject(error));
    }
    if (namespaces.length === 0) follower.settled();
  };

  const everywhere = follow('', signal, {
    allowed: () => {
      wasAllowed = true;
      narrow?.abort();
      narrow = undefined;
      for (const namespace of ['', ...namespaces]) follower.limited(namespace, undefined);
    },
    refused: () => {
      if (narrow !== undefined) return;
      narrow = new AbortController();
      follower.limited('', limit(resource, namespaces, wasAllowed));
      follower.narrowed();
      inNamespaces(AbortSignal.any([signal, narrow.signal]));
    },
    settled: () => narrow ?? follower.settled(),
  });
  try {
    await Promise.race([everywhere, failed.promise]);
  } finally {
    narrow?.abort();
  }
}

/** Whoever asks for namespaces knows that there may be no more, but not that there were more before. */
function limit({ plural }: Resource, namespaces: readonly string[], wasAllowed: boolean): string | undefined {
  if (namespaces.length === 0) return `You may not list ${plural} in this cluster.`;
  return wasAllowed ? `You may no longer list ${plural} in all namespaces, only in ${namespaces.join(', ')}.` : undefined;
}

interface Answers {
  allowed(): void;
  refused(): void;
  /** Allowed, refused, or not answered. */
  settled(): void;
}

/** Until the user may not, and again after a while: rights come back. */
async function followIn(
  cluster: Cluster,
  resource: Resource,
  { namespace, patience, ended }: { readonly namespace: string; readonly patience: number; readonly ended: AbortSignal },
  follower: Follower,
  answers: Answers,
): Promise<never> {
  const scope = { keep: trimmed, patienceMilliseconds: patience, ...(namespace === '' ? {} : { namespace }) };
  for (;;) {
    try {
      for await (const event of cluster.watch(resource, scope, ended)) {
        // What had been read before the end may be older than what others know by now.
        ended.throwIfAborted();
        if (event.type === 'listed') answers.allowed();
        follower.hindered(namespace, event.type === 'interrupted' ? event.error : undefined);
        follower.told(event, namespace);
        // A cluster that stops answering while it is listed must not keep the other kinds waiting.
        if (event.type === 'listed' || event.type === 'interrupted') answers.settled();
      }
    } catch (error) {
      follower.hindered(namespace, undefined);
      if (ended.aborted || !(error instanceof ApiError && error.status === 403)) throw error;
      answers.refused();
      answers.settled();
    }
    await sleep(patience, undefined, { signal: ended });
  }
}
