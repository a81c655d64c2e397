import { l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { contextsByEnvironment } from '../../../core/flux/fluxPlaces.ts';
import { rolloutsNowRequest } from '../../../protocol/cluster.ts';
import { mergedRolloutsRequest, type MergedCommit } from '../../../protocol/objects.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { readSetting } from '../../settings.ts';
import { UserError } from '../../showError.ts';
import { followRollouts } from './followRollouts.ts';

/**
 * Follows what a merge has changed, in the clusters that are connected and that it concerns. Nothing is asked and nothing is written there: without such
 * a cluster nothing happens. @throws CancellationError, UserError where it is not known what has to run
 */
export async function verifyMerged(client: LanguageClient, clusters: ClusterClient, merged: MergedCommit): Promise<void> {
  const { running } = clusters;
  if (running === undefined) return;
  const mergedAt = Date.now();
  const rollouts = await client.sendRequest(mergedRolloutsRequest, merged);
  if ('refusal' in rollouts) throw new UserError(l10n.t('The rollout of the merge is not followed. {0}', rollouts.refusal));
  const contexts = contextsByEnvironment(readSetting('flux.contexts'));
  const places = await running.sendRequest(rolloutsNowRequest, { rollouts, contexts });
  const followed = rollouts.flatMap((planned, index) => (places[index] ?? []).map(({ context }) => ({ planned, context })));
  if (followed.length > 0) await followRollouts(clusters, followed, { reconcile: false, mergedAt });
}
