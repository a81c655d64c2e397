/** Where rollouts are just now, for whoever shows them without waiting for them. */
import { targetsIn } from '../../core/flux/rollout/targets.ts';
import type { RolloutNow } from '../../protocol/cluster.ts';
import type { PlannedRollout } from '../../protocol/objects.ts';
import { rolloutNow } from '../../workflows/rolloutNow.ts';
import { clustersOf } from './running.ts';
import type { ConnectedCluster } from './session.ts';
import { nameOf } from './session.ts';

type Asked = Pick<PlannedRollout, 'environment' | 'targets' | 'folder'>;

/** For each of them, the clusters of its environment. @throws the signal's reason */
export async function rolloutsNow(
  clusters: readonly ConnectedCluster[],
  asked: readonly Asked[],
  contexts: Readonly<Record<string, readonly string[]>>,
  signal: AbortSignal,
): Promise<RolloutNow[][]> {
  return await Promise.all(
    asked.map(async (rollout) => {
      const kustomizations = rollout.targets.map(({ kustomization }) => kustomization);
      const own = clustersOf(clusters, rollout.environment, kustomizations, contexts);
      return await Promise.all(own.map((cluster) => nowIn(cluster, rollout, signal)));
    }),
  );
}

/** That of the target that is furthest behind. */
async function nowIn(cluster: ConnectedCluster, { targets, folder }: Asked, signal: AbortSignal): Promise<RolloutNow> {
  const own = targetsIn(cluster.live.tree, targets);
  const states = await Promise.all(own.map((target) => rolloutNow(cluster.live, target, { folder, signal })));
  const open = states
    .map(({ steps }) => steps.findIndex(({ state }) => state !== 'done'))
    .flatMap((index, at) => (index === -1 ? [] : [{ index, step: states[at]?.steps[index] }]))
    .toSorted((a, b) => a.index - b.index);
  const step = open[0]?.step;
  return {
    context: nameOf(cluster),
    runs: step === undefined,
    step: `${step?.name ?? ''} ${step?.progress ?? ''}`.trim(),
    why: step?.why ?? '',
    fails: step?.state === 'failing' || step?.state === 'blocked',
  };
}
