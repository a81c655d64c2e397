import { CancellationError, StatusBarAlignment, commands, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { commands as ids, views } from '../../../manifest.ts';
import { bumpTargetsRequest } from '../../../protocol.ts';
import { rolloutProgressType, verifyRequest, type RolloutOutcome, type RolloutProgress } from '../../../protocol/cluster.ts';
import { plannedRolloutRequest, type PlannedRollout } from '../../../protocol/objects.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forLabel, forMessage } from '../../plainText.ts';
import { UserError } from '../../showError.ts';
import { targetsAtCursor } from '../atCursor.ts';
import { confirm } from './chooseObject.ts';
import { contextFor } from './connect.ts';
import { withClusterProgress } from './withClusterProgress.ts';

/** A row of the Applications view. Nothing means the image at the cursor, or one that the person picks. */
export type ImageArgument = { readonly usage?: string | undefined } | undefined;

/**
 * Waits until what the last commit says of an image really runs, or it is clear that it will not. Resolves when that has begun to be followed: the status
 * bar tells how far it is, and one notification how it ended. @throws CancellationError, UserError
 */
export async function verifyRollout(client: LanguageClient, clusters: ClusterClient, given: ImageArgument): Promise<void> {
  clusters.connected();
  const usage = given?.usage ?? (await chooseUsage(client));
  const planned = await client.sendRequest(plannedRolloutRequest, { usage });
  if ('refusal' in planned) throw new UserError(planned.refusal);
  const { version, environment } = planned;
  const context = await contextFor(clusters, [environment], l10n.t('Verify Rollout'));
  const asking = l10n.t('Reconcile and Wait');
  const question = l10n.t('Verify that {0} runs in {1}, context "{2}"?', version, environment, context);
  const detail = l10n.t('Flux can be asked to look now, instead of at its next interval.');
  const chosen = await confirm(question, detail, asking, l10n.t('Only Wait'));
  const outcome = await follow(clusters, planned, context, chosen === asking);
  await tell(outcome, context);
}

async function chooseUsage(client: LanguageClient): Promise<string> {
  const atCursor = await targetsAtCursor(client);
  const targets = atCursor.length > 0 ? atCursor : await client.sendRequest(bumpTargetsRequest);
  const [only, ...others] = targets;
  if (only === undefined) throw new UserError(l10n.t('No image was found in this workspace.'));
  if (others.length === 0) return only.usage;
  const items = targets.map(({ usage, repository, application, environment, tag }) => ({
    label: forLabel(environment === '' ? application : l10n.t('{0} in {1}', application, environment)),
    description: forLabel([tag, repository].filter((part) => part !== '').join('   ')),
    usage,
  }));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Verify Rollout'), matchOnDescription: true });
  if (chosen === undefined) throw new CancellationError();
  return chosen.usage;
}

async function follow(
  clusters: ClusterClient,
  { version, environment, targets, folder }: PlannedRollout,
  context: string,
  reconcile: boolean,
): Promise<RolloutOutcome> {
  const client = clusters.connected();
  const item = window.createStatusBarItem('gitopsCockpit.rollout', StatusBarAlignment.Left);
  item.name = l10n.t('Rollout');
  item.command = `${views.flux}.focus`;
  const show = (short: string, steps: string) => {
    item.text = `$(sync~spin) ${forLabel(l10n.t('{0} in {1}: {2}', version, environment, short))}`;
    item.tooltip = l10n.t('Context "{0}": {1}', context, steps);
    item.accessibilityInformation = { label: l10n.t('Rollout of {0} in {1}: {2}', version, environment, short) };
  };
  show(l10n.t('waiting'), '');
  item.show();
  const text = (progress: RolloutProgress) => {
    show(progress.short, progress.steps);
    return progress.steps;
  };
  try {
    const title = l10n.t('Waiting for {0} in {1}', version, environment);
    const params = { context, targets, folder, place: environment, reconcile };
    return await withClusterProgress(title, client, { type: rolloutProgressType, text }, (progress, token) =>
      client.sendRequest(verifyRequest, { ...params, progress }, token),
    );
  } finally {
    item.dispose();
  }
}

async function tell({ ok, sentence, about }: RolloutOutcome, context: string): Promise<void> {
  if (ok) {
    void window.showInformationMessage(forMessage(sentence));
    return;
  }
  const events = l10n.t('Show Events');
  const logs = l10n.t('Show Logs');
  const actions =
    about === undefined ? [] : [events, ...(about.kind === 'Pod' || about.group.endsWith('.toolkit.fluxcd.io') ? [logs] : [])];
  const chosen = await window.showWarningMessage(forMessage(sentence), ...actions);
  if (chosen !== undefined)
    await commands.executeCommand(chosen === events ? ids.showEvents : ids.showLogs, { context, reference: about });
}
