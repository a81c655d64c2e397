/** Rollouts that are verified, or were, as rows; and the verification itself. */
import { targetsIn } from '../../core/flux/rollout/targets.ts';
import type { State } from '../../core/kubernetes/objectStatus.ts';
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { versionOf } from '../../core/oci/imageReference.ts';
import type { ClusterRow, RolloutOutcome, RolloutParams, RolloutProgress } from '../../protocol/cluster.ts';
import type { TimedStep, Verification, VerifyProgress } from '../../workflows/verifyRollout.ts';
import { stepsText } from '../../workflows/progressText.ts';
import { verifyRollout } from '../../workflows/verifyRollout.ts';
import type { ConnectedCluster } from './session.ts';

export interface Rollout {
  readonly number: number;
  readonly title: string;
  steps: readonly TimedStep[];
  outcome: Verification['outcome'] | 'cancelled' | undefined;
}

let count = 0;
/** So many that have ended are kept in the view when others begin. */
const KEPT = 3;

/** Resolves when the image runs in all targets, or it is clear that it will not. @throws ClusterError, the signal's reason */
export async function verify(
  cluster: ConnectedCluster,
  { targets, folder, place, reconcile, mergedAt, unit }: RolloutParams,
  signal: AbortSignal,
  { report, changed }: { readonly report: (progress: RolloutProgress) => void; readonly changed: () => void },
): Promise<RolloutOutcome> {
  const ended = cluster.rollouts.filter(({ outcome }) => outcome !== undefined).slice(KEPT);
  for (const rollout of ended) cluster.rollouts.splice(cluster.rollouts.indexOf(rollout), 1);
  const results = await Promise.all(
    targetsIn(cluster.live.tree, targets).map(async (target) => {
      count += 1;
      const rollout: Rollout = {
        number: count,
        title: `${target.image === '' ? target.commit.slice(0, 7) : versionOf(target.image)} in ${place}`,
        steps: [],
        outcome: undefined,
      };
      cluster.rollouts.unshift(rollout);
      const follow = (progress: VerifyProgress) => {
        rollout.steps = progress.steps;
        const runs = progress.steps.every(({ state }) => state === 'done');
        report({ unit, runs, short: shortText(progress), steps: stepsText(progress) });
        changed();
      };
      try {
        const verification = await verifyRollout(cluster.live, target, {
          signal,
          folder,
          place,
          reconcile,
          mergedAt: mergedAt ?? undefined,
          report: follow,
        });
        rollout.steps = verification.steps;
        rollout.outcome = verification.outcome;
        return verification;
      } finally {
        rollout.outcome ??= 'cancelled';
        changed();
      }
    }),
  );
  const worst = results.find(({ outcome }) => outcome !== 'running') ?? results[0];
  if (worst === undefined) return { ok: false, sentence: 'There is nothing to verify.', about: undefined };
  const about = worst.steps.find(({ state }) => state !== 'done')?.about;
  const lines = worst.lastLines.length === 0 ? '' : ` It wrote last: ${worst.lastLines.at(-1) ?? ''}`;
  return { ok: worst.outcome === 'running', sentence: `${worst.sentence}${lines}`, about };
}

function shortText({ steps, interruption }: VerifyProgress): string {
  const current = steps.find(({ state }) => state !== 'done');
  if (interruption !== undefined) return interruption;
  return current === undefined ? 'running' : `${current.name}${current.progress === '' ? '' : ` ${current.progress}`}`;
}

function secondsText(milliseconds: number | undefined): string {
  const seconds = Math.round((milliseconds ?? 0) / 1000);
  return seconds === 0 ? '' : ` ${String(seconds)} s`;
}

const STATES: Readonly<Record<TimedStep['state'], State>> = {
  done: 'Ready',
  waiting: 'Progressing',
  failing: 'Failed',
  blocked: 'Failed',
  pending: 'Unknown',
};

export function rolloutRows({ live, rollouts }: ConnectedCluster): ClusterRow[] {
  const context = live.cluster.context.name;
  return rollouts.map(({ number, title, steps, outcome }) => {
    const current = steps.find(({ state }) => state !== 'done');
    const description =
      outcome === 'cancelled'
        ? 'no longer verified'
        : current === undefined
          ? 'runs'
          : `${current.name} ${current.progress}`.trim();
    const state =
      outcome === undefined ? 'Progressing' : outcome === 'running' ? 'Ready' : outcome === 'cancelled' ? 'Unknown' : 'Failed';
    return row(
      context,
      ['rollout', String(number), outcome ?? ''],
      'rollout',
      `Rollout of ${title}`,
      description,
      state,
      undefined,
      steps.length > 0,
    );
  });
}

export function stepRows({ live, rollouts }: ConnectedCluster, number: number): ClusterRow[] {
  const context = live.cluster.context.name;
  return (rollouts.find((rollout) => rollout.number === number)?.steps ?? []).map(
    ({ name, state, why, progress, milliseconds, about }) => {
      const description =
        state === 'done' ? secondsText(milliseconds).trim() : [progress, why].filter((text) => text !== '').join('   ');
      return row(context, ['rollout', String(number), 'step', name], 'step', name, description, STATES[state], about, false);
    },
  );
}

function row(
  context: string,
  id: readonly string[],
  kind: 'rollout' | 'step',
  label: string,
  description: string,
  state: State,
  reference: ObjectReference | undefined,
  hasChildren: boolean,
): ClusterRow {
  return {
    id: JSON.stringify([context, ...id]),
    context,
    reference,
    kind,
    label,
    description,
    state,
    accessibleLabel: [label, state === 'Unknown' ? 'not yet' : state, description].filter((text) => text !== '').join(', '),
    details: [],
    hasChildren,
    // Its steps matter while it goes on; an ended one has another id.
    opensAtFirst: state === 'Progressing',
    abilities: [],
  };
}
