/** What the verbs of `flux` share. */
import { Cluster } from '../../clients/cluster.ts';
import { ClusterError } from '../../clients/cluster/errors.ts';
import { loadKubeconfig } from '../../clients/cluster/kubeconfig.ts';
import { InputError } from '../../workflows/openRepository.ts';
import type { LiveCluster, WatchOptions } from '../../workflows/watchCluster.ts';
import { watchCluster } from '../../workflows/watchCluster.ts';
import { note } from '../command.ts';

const DAY_SECONDS = 86_400;

/** Follows the cluster of a context until it is disposed of. @throws InputError with a sentence where it cannot be reached */
export async function connect(context: string | undefined, options: WatchOptions): Promise<LiveCluster> {
  if (context === undefined || context === '') throw new InputError('--context is missing. See flux --help.');
  const kubeconfig = loadKubeconfig();
  kubeconfig.problems.forEach(note);
  return await sentences(async () => {
    const live = await watchCluster(new Cluster(kubeconfig, context), options);
    live.notices.forEach(note);
    return live;
  });
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
