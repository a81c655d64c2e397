/** The last lines that a container wrote. */
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { cleanMessage } from '../../core/kubernetes/conditionMessage.ts';
import type { Cluster } from '../cluster.ts';

export interface LogOptions {
  readonly container: string;
  readonly lines: number;
  /** Of the container that ended before this one. */
  readonly previous?: boolean;
  readonly signal?: AbortSignal | undefined;
}

const MAX_BYTES = 1_000_000;

/** Without what a terminal would obey. @throws ApiError where there are none, or the user may not read them */
export async function lastLogLines(cluster: Cluster, pod: ObjectReference, options: LogOptions): Promise<string[]> {
  const text = await cluster.connection.text({
    path: `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`,
    query: {
      container: options.container,
      tailLines: options.lines,
      limitBytes: MAX_BYTES,
      ...(options.previous === true ? { previous: true } : {}),
    },
    accept: 'text/plain, */*',
    signal: options.signal,
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(cleanMessage);
}
