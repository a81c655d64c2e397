import { Range, Uri, ViewColumn, window, type TextEditor } from 'vscode';
import type { Location } from 'vscode-languageclient/node';
import { isPreview } from './previewDocuments.ts';

/** Shows a place in the preview tab with its text selected. */
export async function openLocation({ uri, range: { start, end } }: Location): Promise<TextEditor> {
  const selection = new Range(start.line, start.character, end.line, end.character);
  const file = Uri.parse(uri);
  return window.showTextDocument(file, { selection, preview: true, viewColumn: columnFor(file) });
}

/** Where a file is shown already, else where one works; not in the place of rendered manifests that stand beside it. */
export function columnFor(file: Uri): ViewColumn {
  const editors = window.visibleTextEditors;
  const shown = editors.find(({ document }) => document.uri.toString() === file.toString());
  if (shown?.viewColumn !== undefined) return shown.viewColumn;
  const active = window.activeTextEditor;
  if (active === undefined || !isPreview(active.document.uri)) return ViewColumn.Active;
  return editors.find(({ document }) => document.uri.scheme === 'file')?.viewColumn ?? ViewColumn.Active;
}
