import { createHash } from 'node:crypto';
import {
  Range,
  Selection,
  TextEdit,
  TextEditorRevealType,
  Uri,
  WorkspaceEdit,
  l10n,
  window,
  workspace,
  type TextDocument,
} from 'vscode';
import type { ChangePlan, PlannedFile } from '../protocol.ts';
import { columnFor } from './openLocation.ts';
import { whyReadOnly } from './readOnly.ts';

/**
 * Makes the edits of a plan as one change that one undo takes back, and shows the first of them. Files are left unsaved.
 * Returns undefined, or the sentence why nothing was changed: a file is not what the plan was made for.
 */
export async function applyPlan({ files }: Pick<ChangePlan, 'files'>): Promise<string | undefined> {
  const change = new WorkspaceEdit();
  for (const file of files) {
    const document = await workspace.openTextDocument(Uri.parse(file.uri));
    const refusal = (await whyReadOnly(document)) ?? (await whyNot(document, file));
    if (refusal !== undefined) return refusal;
    change.set(
      document.uri,
      file.edits.map(({ range, newText }) => TextEdit.replace(asRange(range), newText)),
    );
  }
  if (!(await workspace.applyEdit(change))) return l10n.t('VS Code did not take the edit. Nothing was changed.');
  const [first] = files;
  if (first !== undefined) await showEdit(first);
  return undefined;
}

async function whyNot(document: TextDocument, { textHash }: PlannedFile): Promise<string | undefined> {
  const path = workspace.asRelativePath(document.uri);
  const isPlanned = hash(document.getText()) === textHash;
  // What is on disk counts too, as the editor hears of changes there a moment later.
  const isPlannedOnDisk = document.isDirty ? isPlanned : hash(await readText(document.uri)) === textHash;
  if (isPlanned && isPlannedOnDisk) return undefined;
  if (document.isDirty || !isPlannedOnDisk) return l10n.t('{0} changed after this was planned. Nothing was changed.', path);
  return l10n.t(
    '{0} has line endings of two kinds, and the editor would change all of them. Make them alike first. Nothing was changed.',
    path,
  );
}

async function readText(uri: Uri): Promise<string> {
  return new TextDecoder().decode(await workspace.fs.readFile(uri));
}

/** How long the editor may take to hear of a change on disk. */
const longestWait = 3000;
const pollInterval = 100;

/** Resolves when the editor's copies of a plan's files are what is on disk, as the next plan is made for those copies. */
export async function untilUpToDate({ files }: ChangePlan): Promise<void> {
  const end = Date.now() + longestWait;
  for (const { uri } of files) {
    const document = await workspace.openTextDocument(Uri.parse(uri));
    while (!document.isDirty && document.getText() !== (await readText(document.uri)) && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, pollInterval));
  }
}

async function showEdit({ uri, edits }: PlannedFile): Promise<void> {
  const [edit] = edits;
  const file = Uri.parse(uri);
  const editor = await window.showTextDocument(file, { viewColumn: columnFor(file) });
  if (edit === undefined) return;
  const start = editor.document.offsetAt(asRange(edit.range).start);
  const selection = new Selection(editor.document.positionAt(start), editor.document.positionAt(start + edit.newText.length));
  editor.selection = selection;
  editor.revealRange(selection, TextEditorRevealType.InCenterIfOutsideViewport);
}

function asRange({ start, end }: PlannedFile['edits'][number]['range']): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
