import { CancellationError, ProgressLocation, commands, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { compareRequest, type ObjectComparison } from '../../../protocol/cluster.ts';
import { deployedManifestsRequest } from '../../../protocol/objects.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import type { ClusterDocuments } from '../../clusterDocuments.ts';
import { forMessage } from '../../plainText.ts';
import { UserError } from '../../showError.ts';
import { chooseRoot, type RootArgument } from '../chooseRoot.ts';
import { contextFor } from './contexts.ts';

/** Shows what applying a build would change in a cluster, object by object. Nothing is applied. @throws CancellationError, UserError */
export async function compareWithCluster(
  client: LanguageClient,
  clusters: ClusterClient,
  documents: ClusterDocuments,
  given: RootArgument,
): Promise<void> {
  clusters.connected();
  const root = await chooseRoot(client, given);
  const deployed = await client.sendRequest(deployedManifestsRequest, { root });
  if ('refusal' in deployed) throw new UserError(deployed.refusal);
  const { title, manifests, kustomizations, environments, failure } = deployed;
  const context = await contextFor(clusters, environments, l10n.t('Compare with Cluster'));
  const location = ProgressLocation.Notification;
  const what = l10n.t('Comparing {0} with context "{1}"', title, context);
  const differences = await window.withProgress({ location, title: forMessage(what), cancellable: true }, async (_, token) => {
    const kustomization = kustomizations[0] ?? null;
    try {
      return await clusters.connected().sendRequest(compareRequest, { context, manifests, kustomization }, token);
    } catch (error) {
      if (token.isCancellationRequested) throw new CancellationError();
      throw error;
    }
  });
  const remarks = [failure, ...new Set(differences.map(({ note }) => note))].filter((text) => text !== '');
  const changed = differences.filter(({ change }) => change !== 'same' && change !== 'refused');
  if (changed.length > 0) await show(documents, l10n.t('{0} \u2194 {1}', context, title), context, changed);
  else if (remarks.length === 0)
    remarks.push(l10n.t('Context "{0}" has what {1} renders: {2} objects are the same.', context, title, differences.length));
  if (remarks.length > 0) void window.showInformationMessage(forMessage(remarks.slice(0, 3).join(' ')));
}

async function show(
  documents: ClusterDocuments,
  title: string,
  context: string,
  changed: readonly ObjectComparison[],
): Promise<void> {
  const sides = changed.map(({ label, before, after }) => ({
    left: documents.keep(l10n.t('{0} in {1}', label, context), before),
    right: documents.keep(label, after),
  }));
  const [only, ...others] = sides;
  if (only !== undefined && others.length === 0)
    await commands.executeCommand('vscode.diff', only.left, only.right, `${title}: ${changed[0]?.label ?? ''}`, {
      preview: true,
    });
  else
    await commands.executeCommand(
      'vscode.changes',
      title,
      sides.map(({ left, right }) => [right, left, right]),
    );
}
