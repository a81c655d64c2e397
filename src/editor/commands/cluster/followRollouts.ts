import { commands, l10n, window } from 'vscode';
import { ResponseError } from 'vscode-languageclient/node';
import { contextsOf } from '../../../core/flux/fluxPlaces.ts';
import { commands as ids } from '../../../manifest.ts';
import { CLUSTER_ERROR, rolloutProgressType, verifyRequest, type RolloutOutcome } from '../../../protocol/cluster.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forMessage } from '../../plainText.ts';
import { readSetting } from '../../settings.ts';
import { RolloutItem, type FollowedRollout } from './rolloutItem.ts';
import { withClusterProgress } from './withClusterProgress.ts';

type Ended = RolloutOutcome & FollowedRollout;

export interface FollowOptions {
  /** Asks Flux to look now. */
  readonly reconcile: boolean;
  /** When it was merged, for the sentence at the end; milliseconds since 1970. */
  readonly mergedAt?: number;
}

/** So many sentences are read in one notification. */
const TOLD = 3;

/**
 * Waits for all of them at once until each runs, or it is clear that it will not: the status bar tells how far they are, and one notification how they
 * ended. @throws CancellationError; what a cluster says where it is the only one
 */
export async function followRollouts(
  clusters: ClusterClient,
  rollouts: readonly FollowedRollout[],
  options: FollowOptions,
): Promise<void> {
  const outcomes = await follow(clusters, rollouts, options);
  const failed = outcomes.filter(({ ok }) => !ok);
  const [first] = failed;
  const sentences = [...failed, ...outcomes.filter(({ ok }) => ok)].map(({ sentence }) => sentence);
  const rest = sentences.length - TOLD;
  const more =
    rest > 0 ? [rest === 1 ? l10n.t('One more is in the Flux view.') : l10n.t('{0} more are in the Flux view.', rest)] : [];
  const sentence = forMessage([...sentences.slice(0, TOLD), ...more, ...unseen(rollouts)].join(' '));
  if (first === undefined) void window.showInformationMessage(sentence);
  else await tellFailed(sentence, first);
}

/** What nobody looked at, although an environment runs there, too. */
function unseen(rollouts: readonly FollowedRollout[]): string[] {
  const missing = rollouts.flatMap(({ planned: { environment } }) => missingOf(environment, rollouts));
  return [...new Set(missing)].map((name) => l10n.t('Context "{0}" is not connected, so it is not known what runs there.', name));
}

function missingOf(environment: string, rollouts: readonly FollowedRollout[]): readonly string[] {
  const contexts = contextsIn(environment, rollouts);
  return contextsOf(readSetting('flux.contexts'), [environment], contexts)?.missing ?? [];
}

function contextsIn(environment: string, rollouts: readonly FollowedRollout[]): string[] {
  const own = rollouts.filter(({ planned }) => planned.environment === environment);
  return [...new Set(own.map(({ context }) => context))];
}

async function follow(
  clusters: ClusterClient,
  rollouts: readonly FollowedRollout[],
  { reconcile, mergedAt }: FollowOptions,
): Promise<Ended[]> {
  const client = clusters.connected();
  const isOne = rollouts.length === 1;
  using item = new RolloutItem(rollouts);
  const text = item.show.bind(item);
  return await withClusterProgress(item.title, client, { type: rolloutProgressType, text }, (progress, token) =>
    Promise.all(
      rollouts.map(async (rollout, unit) => {
        const { context, planned } = rollout;
        const { environment, targets, folder } = planned;
        const isAll = contextsIn(environment, rollouts).length === 1 && missingOf(environment, rollouts).length === 0;
        const place = isAll ? environment : l10n.t('{0} in {1}', environment, context);
        const params = { context, targets, folder, place, reconcile, mergedAt: mergedAt ?? null, unit, progress };
        try {
          return { ...(await client.sendRequest(verifyRequest, params, token)), ...rollout };
        } catch (error) {
          if (isOne || token.isCancellationRequested) throw error;
          // The others go on.
          const sentence =
            error instanceof ResponseError && error.code === CLUSTER_ERROR
              ? l10n.t('{0}: {1}', context, error.message)
              : l10n.t('The connection to context "{0}" has ended.', context);
          return { ok: false, sentence, about: undefined, ...rollout };
        }
      }),
    ),
  );
}

async function tellFailed(sentence: string, { about, context, planned: { usage } }: Ended): Promise<void> {
  const events = l10n.t('Show Events');
  const logs = l10n.t('Show Logs');
  const back = l10n.t('Roll Back...');
  const hasLogs = about !== undefined && (about.kind === 'Pod' || about.group.endsWith('.toolkit.fluxcd.io'));
  const actions = [...(about === undefined ? [] : [events]), ...(hasLogs ? [logs] : []), back];
  const chosen = await window.showWarningMessage(sentence, ...actions);
  if (chosen === back) await commands.executeCommand(ids.rollBack, { usage });
  else if (chosen !== undefined)
    await commands.executeCommand(chosen === events ? ids.showEvents : ids.showLogs, { context, reference: about });
}
