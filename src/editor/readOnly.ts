import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { RelativePattern, languages, l10n, workspace, type TextDocument } from 'vscode';

/**
 * Why nobody should edit a document, as one sentence; undefined where they may. An edit of ours would land in such a document nevertheless, and could not
 * be saved. What somebody made read-only for this session alone is not known to extensions.
 */
export async function whyReadOnly(document: TextDocument): Promise<string | undefined> {
  const path = workspace.asRelativePath(document.uri);
  const files = workspace.getConfiguration('files', document.uri);
  if (isListed(document, files.get('readonlyInclude')) && !isListed(document, files.get('readonlyExclude')))
    return l10n.t('{0} is read-only by the setting {1}. Nothing was changed.', path, 'files.readonlyInclude');
  if (document.uri.scheme === 'file' && !(await isWritable(document.uri.fsPath)))
    return l10n.t('{0} is read-only on disk. Allow writing it first. Nothing was changed.', path);
  return undefined;
}

/** Whether one of the patterns that are switched on is for the document; patterns are meant from the folders of the workspace. */
function isListed(document: TextDocument, patterns: unknown): boolean {
  const folders = workspace.workspaceFolders ?? [];
  return Object.entries((patterns ?? {}) as Readonly<Record<string, unknown>>).some(
    ([pattern, isOn]) =>
      isOn === true &&
      [pattern, ...folders.map((folder) => new RelativePattern(folder, pattern))].some(
        (glob) => languages.match({ pattern: glob }, document) > 0,
      ),
  );
}

/** A file that nobody may write is left alone even by an administrator. A file that is not there yet may be written. */
async function isWritable(path: string): Promise<boolean> {
  try {
    if (((await stat(path)).mode & 0o222) === 0) return false;
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
