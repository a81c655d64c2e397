import { l10n, window } from 'vscode';
import { progressType, reconcileRequest, resumeRequest, suspendRequest, type Outcome } from '../../../protocol/cluster.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forMessage } from '../../plainText.ts';
import { chooseObject, confirm, nameOf, type ObjectArgument } from './chooseObject.ts';
import { withClusterProgress } from './withClusterProgress.ts';

/** Asks Flux to look at an object now, and waits until it has. @throws CancellationError, UserError */
export async function reconcile(clusters: ClusterClient, given: ObjectArgument, withSource: boolean): Promise<void> {
  const ability = withSource ? 'withSource' : 'reconcile';
  const title = withSource ? l10n.t('Reconcile with Source') : l10n.t('Reconcile');
  const object = await chooseObject(clusters, given, ability, title);
  const question = withSource
    ? l10n.t('Reconcile {0} with its source in context "{1}"?', nameOf(object), object.context)
    : l10n.t('Reconcile {0} in context "{1}"?', nameOf(object), object.context);
  const detail = l10n.t('Flux applies what Git has now, instead of at its next interval.');
  await confirm(question, detail, l10n.t('Reconcile'));
  const client = clusters.connected();
  const what = { type: progressType, text: (text: string) => text };
  const outcome = await withClusterProgress(
    l10n.t('Reconciling {0} in context "{1}"', nameOf(object), object.context),
    client,
    what,
    (progress, token) => client.sendRequest(reconcileRequest, { ...object, withSource, progress }, token),
  );
  tell(outcome);
}

/** @throws CancellationError, UserError */
export async function suspend(clusters: ClusterClient, given: ObjectArgument): Promise<void> {
  const object = await chooseObject(clusters, given, 'suspend', l10n.t('Suspend'));
  const question = l10n.t('Suspend {0} in context "{1}"?', nameOf(object), object.context);
  const detail = l10n.t('Flux leaves it as it is, whatever Git says, until somebody resumes it.');
  await confirm(question, detail, l10n.t('Suspend'));
  tell(await clusters.connected().sendRequest(suspendRequest, object));
}

/** Resolves when Flux has looked at it again. @throws CancellationError, UserError */
export async function resume(clusters: ClusterClient, given: ObjectArgument): Promise<void> {
  const object = await chooseObject(clusters, given, 'resume', l10n.t('Resume'));
  const question = l10n.t('Resume {0} in context "{1}"?', nameOf(object), object.context);
  await confirm(question, l10n.t('Flux applies what Git has now.'), l10n.t('Resume'));
  const client = clusters.connected();
  const what = { type: progressType, text: (text: string) => text };
  const title = l10n.t('Resuming {0} in context "{1}"', nameOf(object), object.context);
  tell(
    await withClusterProgress(title, client, what, (progress, token) =>
      client.sendRequest(resumeRequest, { ...object, progress }, token),
    ),
  );
}

/** What is so now. */
function tell({ ok, sentence }: Outcome): void {
  void (ok ? window.showInformationMessage(forMessage(sentence)) : window.showWarningMessage(forMessage(sentence)));
}
