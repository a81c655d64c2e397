/** Renaming an image in the whole repository. */
import { join } from 'node:path';
import type { Position, Range, WorkspaceEdit } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { RenameTarget } from '../../core/language/rename.ts';
import { planImageRename, renameTargetAt } from '../../core/language/rename.ts';
import type { Refusal } from '../../core/text/textEdit.ts';
import { isRefusal } from '../../core/text/textEdit.ts';
import type { FileAt } from '../fileAt.ts';
import { fileAt } from '../fileAt.ts';
import { linePlace, locationOfPlace, rangeOf, uriOf } from '../places.ts';
import type { Session } from '../session.ts';

/** null where no image is named. @throws ResponseError with the reason where it cannot be renamed here */
export function prepareRename(
  session: Session,
  uri: string,
  position: Position,
): { readonly range: Range; readonly placeholder: string } | null {
  const found = target(session, uri, position);
  return found && { range: locationOfPlace(found.at.repository, found.place).range, placeholder: found.name };
}

/** @throws ResponseError with the reason where the rename is not certain to come out as wanted */
export function rename(session: Session, uri: string, position: Position, newName: string): WorkspaceEdit | null {
  const found = target(session, uri, position);
  if (found === null) return null;
  const { repository, snapshot } = found.at;
  const files = accepted(planImageRename(snapshot, found.name, newName.trim()), `${found.name} is not renamed`);
  return {
    documentChanges: [...files].map(([path, edits]) => ({
      textDocument: {
        uri: uriOf(repository, path),
        version: session.buffers.get(join(repository.folder, path))?.version ?? null,
      },
      edits: edits.map(({ start, end, newText }) => ({ range: rangeOf(repository, path, start, end), newText })),
    })),
  };
}

function target(session: Session, uri: string, position: Position): (RenameTarget & { readonly at: FileAt }) | null {
  const at = fileAt(session, uri);
  const place = at && linePlace(at.repository, at.file.path, position);
  const found = place && renameTargetAt(at.file, place.offset);
  return found === undefined || at === undefined ? null : { ...accepted(found, 'This is not renamed'), at };
}

function accepted<T extends object>(value: T | Refusal, what: string): T {
  if (isRefusal(value)) throw new ResponseError(LSPErrorCodes.RequestFailed, `${what}: ${value.reason.replace(/\.$/, '')}.`);
  return value;
}
