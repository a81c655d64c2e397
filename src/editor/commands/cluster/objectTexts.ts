import { l10n, window, workspace, type Uri } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { checkFluxRequest, clusterTextRequest, type ClusterText, type ObjectInContext } from '../../../protocol/cluster.ts';
import { objectLocationRequest } from '../../../protocol/objects.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { clusterDocument, type ClusterDocuments } from '../../clusterDocuments.ts';
import { openLocation } from '../../openLocation.ts';
import { UserError } from '../../showError.ts';
import { chooseObject, nameOf, type ObjectArgument } from './chooseObject.ts';
import { chooseConnected } from './connect.ts';

/** Opens the line in Git that defines an object; what the cluster has where nothing in the workspace does. */
export async function openObject(
  client: LanguageClient,
  clusters: ClusterClient,
  documents: ClusterDocuments,
  given: ObjectArgument,
): Promise<void> {
  const object = await chooseObject(clusters, given, 'live', l10n.t('Open Object'));
  const location = await client.sendRequest(objectLocationRequest, { reference: object.reference });
  if (location === null) await showText(clusters, documents, object, 'manifest');
  else await openLocation(location);
}

/** Shows the manifest, the events or the log of an object. @throws CancellationError, UserError where there is no such object */
export async function showObjectText(
  clusters: ClusterClient,
  documents: ClusterDocuments,
  given: ObjectArgument,
  what: ClusterText,
): Promise<void> {
  const titles = { manifest: l10n.t('Show Live Manifest'), events: l10n.t('Show Events'), logs: l10n.t('Show Logs') };
  const object = await chooseObject(clusters, given, what === 'logs' ? 'logs' : 'live', titles[what]);
  await showText(clusters, documents, object, what);
}

async function showText(
  clusters: ClusterClient,
  documents: ClusterDocuments,
  object: ObjectInContext,
  what: ClusterText,
): Promise<void> {
  const { context, reference } = object;
  // What cannot be read is told, and not shown as an empty document.
  const text = await clusters.connected().sendRequest(clusterTextRequest, { context, reference, what });
  if (text === null) throw new UserError(l10n.t('There is no {0} in context "{1}" any more.', nameOf(object), context));
  const titles = {
    manifest: l10n.t('{0} in {1}', nameOf(object), context),
    events: l10n.t('{0} in {1}: events', nameOf(object), context),
    logs: l10n.t('{0} in {1}: log', nameOf(object), context),
  };
  const uri = clusterDocument(titles[what], { context, reference, what });
  documents.update(uri, text);
  await showDocument(uri);
}

/** Looks whether Flux is well in a cluster, and says so in a document. @throws CancellationError, UserError */
export async function checkFlux(
  clusters: ClusterClient,
  documents: ClusterDocuments,
  given: { readonly context?: string } | undefined,
): Promise<void> {
  const context = given?.context ?? (await chooseConnected(clusters, l10n.t('Check Flux')));
  const text = await clusters.connected().sendRequest(checkFluxRequest, { context });
  await showDocument(documents.keep(l10n.t('Flux in {0}', context), text));
}

async function showDocument(uri: Uri): Promise<void> {
  await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
}
