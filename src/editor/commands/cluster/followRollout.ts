import { StatusBarAlignment, commands, l10n, window } from 'vscode';
import { contextsOf } from '../../../core/flux/fluxPlaces.ts';
import { commands as ids, views } from '../../../manifest.ts';
import { rolloutProgressType, verifyRequest, type RolloutOutcome, type RolloutProgress } from '../../../protocol/cluster.ts';
import type { PlannedRollout } from '../../../protocol/objects.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forLabel, forMessage } from '../../plainText.ts';
import { readSetting } from '../../settings.ts';
import { withClusterProgress } from './withClusterProgress.ts';

type Ended = RolloutOutcome & { readonly context: string };

/**
 * Waits in all the contexts at once until the version runs, or it is clear that it will not: the status bar tells how far it is, and one notification how
 * it ended. @throws CancellationError; what a cluster says where it is the only one
 */
export async function followRollout(
  clusters: ClusterClient,
  planned: PlannedRollout,
  contexts: readonly string[],
  reconcile: boolean,
): Promise<void> {
  const outcomes = await follow(clusters, planned, contexts, reconcile);
  const failed = outcomes.find(({ ok }) => !ok);
  const sentences = [...outcomes.map((outcome) => outcome.sentence), ...unseen(planned.environment, contexts)];
  const sentence = forMessage(sentences.join(' '));
  if (failed === undefined) void window.showInformationMessage(sentence);
  else await tellFailed(sentence, failed, planned);
}

/** What nobody looked at, although the environment runs there, too. */
function unseen(environment: string, contexts: readonly string[]): string[] {
  const missing = contextsOf(readSetting('flux.contexts'), [environment], contexts)?.missing ?? [];
  return missing.map((name) => l10n.t('Context "{0}" is not connected, so it is not known what runs there.', name));
}

async function follow(
  clusters: ClusterClient,
  { version, environment, targets, folder }: PlannedRollout,
  contexts: readonly string[],
  reconcile: boolean,
): Promise<Ended[]> {
  const client = clusters.connected();
  const isOne = contexts.length === 1;
  const isAll = isOne && unseen(environment, contexts).length === 0;
  const item = window.createStatusBarItem('gitopsCockpit.rollout', StatusBarAlignment.Left);
  item.name = l10n.t('Rollout');
  item.command = `${views.flux}.focus`;
  const waiting = { short: l10n.t('waiting'), steps: '' };
  const latest = new Map(contexts.map((context) => [context, { context, ...waiting }]));
  const show = () => {
    const all = [...latest.values()];
    const short = all.map((one) => (isOne ? one.short : `${one.context} ${one.short}`)).join(', ');
    item.text = `$(sync~spin) ${forLabel(l10n.t('{0} in {1}: {2}', version, environment, short))}`;
    item.tooltip = all.map(({ context, steps }) => l10n.t('Context "{0}": {1}', context, steps)).join('\n');
    item.accessibilityInformation = { label: l10n.t('Rollout of {0} in {1}: {2}', version, environment, short) };
    return all.map(({ context, steps }) => (isOne ? steps : `${context}: ${steps}`)).join(' | ');
  };
  const text = (progress: RolloutProgress) => {
    latest.set(progress.context, progress);
    return show();
  };
  show();
  item.show();
  try {
    const title = l10n.t('Waiting for {0} in {1}', version, environment);
    return await withClusterProgress(title, client, { type: rolloutProgressType, text }, (progress, token) =>
      Promise.all(
        contexts.map(async (context) => {
          const place = isAll ? environment : l10n.t('{0} in {1}', environment, context);
          const params = { context, targets, folder, place, reconcile, progress };
          try {
            return { ...(await client.sendRequest(verifyRequest, params, token)), context };
          } catch (error) {
            if (isOne || token.isCancellationRequested) throw error;
            // The others go on.
            const sentence = l10n.t('The connection to context "{0}" has ended.', context);
            return { ok: false, sentence, about: undefined, context };
          }
        }),
      ),
    );
  } finally {
    item.dispose();
  }
}

async function tellFailed(sentence: string, { about, context }: Ended, { usage }: PlannedRollout): Promise<void> {
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
