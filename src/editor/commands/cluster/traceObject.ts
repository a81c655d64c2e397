import { CancellationError, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { traceRequest, type ObjectInContext } from '../../../protocol/cluster.ts';
import { objectsAtRequest } from '../../../protocol/objects.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import type { ClusterDocuments } from '../../clusterDocuments.ts';
import { forLabel } from '../../plainText.ts';
import { UserError } from '../../showError.ts';
import { chooseObject, nameOf, type ObjectArgument } from './chooseObject.ts';
import { chooseConnected } from './connect.ts';
import { openObject } from './objectTexts.ts';

/** Shows what applied an object, up to its source: that of a row, that of the manifest at the cursor, or one that the person picks. */
export async function traceObject(
  client: LanguageClient,
  clusters: ClusterClient,
  documents: ClusterDocuments,
  given: ObjectArgument,
): Promise<void> {
  const object =
    (given?.reference === undefined ? await objectAtCursor(client, clusters) : undefined) ??
    (await chooseObject(clusters, given, 'live', l10n.t('Trace')));
  const links = await clusters.connected().sendRequest(traceRequest, object);
  if (links.every(({ exists }) => !exists))
    throw new UserError(l10n.t('There is no {0} in context "{1}": it has not been applied.', nameOf(object), object.context));
  const items = links.map(({ context, reference, label, description }, index) => ({
    label: forLabel(index === 0 ? label : `\u2514 ${label}`),
    description: forLabel(description),
    object: { context, reference },
  }));
  const title = l10n.t('{0} in context "{1}" comes from', nameOf(object), object.context);
  const placeHolder =
    links.length === 1 ? l10n.t('Nothing of Flux applied it') : l10n.t('From the object to its source; choose one to open it');
  const chosen = await window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (chosen !== undefined) await openObject(client, clusters, documents, chosen.object);
}

async function objectAtCursor(client: LanguageClient, clusters: ClusterClient): Promise<ObjectInContext | undefined> {
  const editor = window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') return undefined;
  const { line, character } = editor.selection.active;
  const found = await client.sendRequest(objectsAtRequest, {
    uri: editor.document.uri.toString(),
    position: { line, character },
  });
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const context = await chooseConnected(clusters, l10n.t('Trace'));
  if (others.length === 0) return { context, reference: first };
  const items = found.map((reference) => ({ label: forLabel(nameOf({ context, reference })), reference }));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Trace: this manifest is rendered more than once') });
  if (chosen === undefined) throw new CancellationError();
  return { context, reference: chosen.reference };
}
