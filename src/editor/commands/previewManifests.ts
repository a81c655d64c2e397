import { ViewColumn, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { previewRequest } from '../../protocol.ts';
import { isPreview, previewUri } from '../previewDocuments.ts';
import { chooseRoot, type RootArgument } from './chooseRoot.ts';

/** Shows the manifests of a root beside the editor, if there is one, which keeps the focus. */
export async function previewManifests(client: LanguageClient, given: RootArgument): Promise<void> {
  const root = await chooseRoot(client, given);
  const { title } = await client.sendRequest(previewRequest, { root, reveal: false });
  const document = await workspace.openTextDocument(previewUri(title, { kind: 'manifests', root }));
  await window.showTextDocument(document, { viewColumn: previewColumn(), preserveFocus: true, preview: true });
}

/** Where a preview is shown already, else beside what is open. */
function previewColumn(): ViewColumn {
  const shown = window.visibleTextEditors.find((editor) => isPreview(editor.document.uri))?.viewColumn;
  if (shown !== undefined) return shown;
  return window.tabGroups.activeTabGroup.tabs.length === 0 ? ViewColumn.Active : ViewColumn.Beside;
}
