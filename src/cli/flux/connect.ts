/** What the verbs of `flux` share. */
import { Cluster } from '../../clients/cluster.ts';
import { ClusterError } from '../../clients/cluster/errors.ts';
import { loadKubeconfig } from '../../clients/cluster/kubeconfig.ts';
import { isFluxGroup } from '../../core/flux/kinds.ts';
import { groupOf } from '../../core/kubernetes/liveObject.ts';
import { InputError } from '../../workflows/openRepository.ts';
import type { LiveCluster, WatchOptions } from '../../workflows/watchCluster.ts';
import { watchCluster } from '../../workflows/watchCluster.ts';
import { note } from '../command.ts';

const DAY_SECONDS = 86_400;
/** So long a cluster may take until it has answered everything. */
const PATIENCE_MILLISECONDS = 10_000;

/**
 * Follows the cluster of a context, of which everything has been read, until it is disposed of. What the user may not read is told, and stays in `notices`.
 * @throws InputError with a sentence where it cannot be read, or has no Flux
 */
export async function connect(context: string | undefined, options: WatchOptions): Promise<LiveCluster> {
  if (context === undefined || context === '') throw new InputError('--context is missing. See flux --help.');
  const kubeconfig = loadKubeconfig();
  kubeconfig.problems.forEach(note);
  return await sentences(async () => {
    const live = await watchCluster(new Cluster(kubeconfig, context), options);
    try {
      await answered(live, options.signal);
      if (!live.followed.some(({ apiVersion }) => isFluxGroup(groupOf(apiVersion))))
        throw new InputError(`Flux is not installed in the cluster of context "${context}". Name another one with --context.`);
    } catch (error) {
      live[Symbol.dispose]();
      throw error;
    }
    live.notices.forEach(note);
    return live;
  });
}

/** Resolves when nothing is left that the cluster has not answered. @throws ClusterError where that takes too long, the signal's reason */
async function answered(live: LiveCluster, signal: AbortSignal | undefined): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  const either = signal === undefined ? patience : AbortSignal.any([signal, patience]);
  try {
    await live.until(() => (live.interruption === undefined ? true : undefined), either);
  } catch (error) {
    throw (signal?.aborted === true ? undefined : live.interruption) ?? error;
  }
}

/** What a cluster refuses is told as it is. @throws InputError */
export async function sentences<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ClusterError ? new InputError(error.message, { cause: error }) : error;
  }
}

/** @throws InputError where that is no number of seconds */
export function milliseconds(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  const number = Number(seconds);
  if (!(number > 0)) throw new InputError(`${seconds} is no number of seconds. See flux --help.`);
  // Timers go wrong after 24 days.
  if (number > DAY_SECONDS) throw new InputError(`${seconds} seconds are more than a day. Give at most ${String(DAY_SECONDS)}.`);
  return number * 1000;
}

/** Ends with Ctrl+C. */
export function interrupt(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  return controller.signal;
}
