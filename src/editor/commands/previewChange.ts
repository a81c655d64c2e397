import { commands, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { previewChangeRequest } from '../../protocol.ts';
import { forMessage } from '../plainText.ts';
import { previewUri } from '../previewDocuments.ts';
import { UserError } from '../showError.ts';
import { chooseRoot, type RootArgument } from './chooseRoot.ts';

/** Shows side by side what a root renders to in the last commit and now, unsaved edits included. */
export async function previewChange(client: LanguageClient, given: RootArgument): Promise<void> {
  const root = await chooseRoot(client, given);
  const { title, before, after, failure } = await client.sendRequest(previewChangeRequest, {
    root,
    baseline: 'HEAD',
    reveal: false,
  });
  if (failure !== undefined && before === after) throw new UserError(failure);
  if (before === after) {
    await window.showInformationMessage(forMessage(l10n.t('{0}: nothing changes.', title)));
    return;
  }
  const left = previewUri(title, { kind: 'change', root, side: 'before' });
  const right = previewUri(title, { kind: 'change', root, side: 'after' });
  await commands.executeCommand('vscode.diff', left, right, title, { preview: true });
}
