import { window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { usagesAtRequest, type BumpTarget } from '../../protocol.ts';

/** The images that the cursor's place in the active editor stands for; none outside of files on disk. */
export async function targetsAtCursor(client: LanguageClient): Promise<BumpTarget[]> {
  const editor = window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') return [];
  const { line, character } = editor.selection.active;
  return client.sendRequest(usagesAtRequest, { uri: editor.document.uri.toString(), position: { line, character } });
}
