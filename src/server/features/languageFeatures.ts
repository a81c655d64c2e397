/** The standard requests of LSP that the server answers: what it says that it can, and who answers. */
import type { Connection, ServerCapabilities } from 'vscode-languageserver/node';
import type { Session } from '../session.ts';
import { codeLenses } from './codeLens.ts';
import { completion, completionTriggers } from './completion.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlayHints.ts';
import { definition, documentLinks, references } from './navigation.ts';
import { prepareRename, rename } from './rename.ts';

export const languageCapabilities: ServerCapabilities = {
  hoverProvider: true,
  codeLensProvider: {},
  inlayHintProvider: true,
  completionProvider: { triggerCharacters: [...completionTriggers] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentLinkProvider: {},
};

export function registerLanguageFeatures(connection: Connection, session: Session): void {
  connection.onHover(({ textDocument: { uri }, position }) => hover(session, uri, position));
  connection.onCodeLens(({ textDocument: { uri } }) => codeLenses(session, uri));
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }) => inlayHints(session, uri, range));
  connection.onCompletion(({ textDocument: { uri }, position }) => completion(session, uri, position));
  connection.onDefinition(({ textDocument: { uri }, position }) => definition(session, uri, position));
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    references(session, uri, position, context.includeDeclaration),
  );
  connection.onPrepareRename(({ textDocument: { uri }, position }) => prepareRename(session, uri, position));
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) => rename(session, uri, position, newName));
  connection.onDocumentLinks(({ textDocument: { uri } }) => documentLinks(session, uri));
}
