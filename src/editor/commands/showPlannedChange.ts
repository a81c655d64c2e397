import { commands } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { previewBumpRequest } from '../../protocol.ts';
import { previewUri } from '../previewDocuments.ts';
import { UserError } from '../showError.ts';

/** Shows side by side what a planned bump changes in the rendered manifests, while the plan waits for its confirmation. */
export async function showPlannedChange(
  client: LanguageClient,
  bump: { readonly usage: string; readonly tag: string; readonly mode: 'owner' | 'override' },
): Promise<void> {
  const { title, before, after, failure } = await client.sendRequest(previewBumpRequest, { ...bump, reveal: false });
  if (failure !== undefined && before === after) throw new UserError(failure);
  const left = previewUri(title, { kind: 'bump', ...bump, side: 'before' });
  const right = previewUri(title, { kind: 'bump', ...bump, side: 'after' });
  await commands.executeCommand('vscode.diff', left, right, title, { preview: true, preserveFocus: true });
}
