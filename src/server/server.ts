/** Wires the connection to the session and the requests: a table of contents. */
import type { Connection } from 'vscode-languageserver/node';
import {
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ProposedFeatures,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { allowTurbofan } from '../clients/compilers.ts';
import { changedNotification, renderingChangedNotification, yamlVoicesNotification } from '../protocol.ts';
import { serveChangeRequests } from './changeRequests.ts';
import { Client } from './client.ts';
import { serveCustomRequests } from './customRequests.ts';
import { codeActionKinds, codeActions, resolveCodeAction } from './features/codeActions.ts';
import { Diagnostics } from './features/diagnostics.ts';
import { languageCapabilities, registerLanguageFeatures } from './features/languageFeatures.ts';
import { Refresh } from './features/refresh.ts';
import { serveLandingRequests } from './landingRequests.ts';
import { pathOf } from './places.ts';
import type { SessionEvents } from './session.ts';
import { Session } from './session.ts';
import { readOptions, readSettings } from './settings.ts';

/** Serves one client over standard input and output until it says that the process shall end. */
export function serveOverStdio(): void {
  serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
}

/** Serves one client until the connection ends. */
export function serve(connection: Connection): void {
  const client = new Client(connection);
  const events: SessionEvents = {
    changed: (roots) => {
      diagnostics.schedule();
      refresh.schedule();
      void connection.sendNotification(changedNotification);
      if (roots.length > 0) void connection.sendNotification(renderingChangedNotification, { roots });
    },
    completed: () => {
      allowTurbofan();
      diagnostics.schedule();
    },
    problem: (error) => connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  };
  const session = new Session(events, client);
  const diagnostics = new Diagnostics(connection, session);
  const refresh = new Refresh(connection);
  const documents = new TextDocuments(TextDocument);
  let folders: string[] = [];
  let registers = { files: false, configuration: false };

  connection.onInitialize(({ initializationOptions, workspaceFolders, rootUri, capabilities }) => {
    const options = readOptions(initializationOptions);
    const uris = workspaceFolders?.map(({ uri }) => uri) ?? (typeof rootUri === 'string' ? [rootUri] : []);
    folders = uris.flatMap((uri) => pathOf(uri) ?? []);
    registers = {
      files: capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      configuration: capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true,
    };
    session.trusted = options.trusted;
    session.yamlVoices = options.yaml;
    session.clientCommands = options.commands;
    client.offers = options.offers;
    refresh.initialize(capabilities);
    session.storagePath = options.storagePath;
    session.renderer.storagePath = options.storagePath;
    session.setSettings(options.settings);
    return {
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        codeActionProvider: { codeActionKinds: [...codeActionKinds], resolveProvider: true },
        ...languageCapabilities,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
      serverInfo: { name: 'GitOps Cockpit' },
    };
  });
  connection.onInitialized(() => {
    // Every file may matter: a kustomization can name any.
    if (registers.files)
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] });
    if (registers.configuration)
      void connection.client.register(DidChangeConfigurationNotification.type, {
        section: ['gitopsCockpit', 'github-enterprise'],
      });
    session.setFolders(folders);
  });
  connection.onNotification('workspace/didChangeWorkspaceFolders', ({ event }: FoldersChange) => {
    const removed = new Set(event.removed.flatMap(({ uri }) => pathOf(uri) ?? []));
    folders = folders.filter((folder) => !removed.has(folder));
    for (const { uri } of event.added) {
      const path = pathOf(uri);
      if (path !== undefined && !folders.includes(path)) folders.push(path);
    }
    session.setFolders(folders);
  });
  connection.onDidChangeConfiguration(({ settings }) => session.setSettings(readSettings(settings)));
  connection.onDidChangeWatchedFiles(({ changes }) => session.filesChanged(changes.flatMap(({ uri }) => pathOf(uri) ?? [])));
  documents.onDidChangeContent(({ document }) => {
    const path = pathOf(document.uri);
    if (path !== undefined) session.setBuffer(path, { text: document.getText(), version: document.version });
  });
  documents.onDidOpen(({ document }) => {
    const path = pathOf(document.uri);
    if (path !== undefined && session.locate(path) !== undefined) session.renderer.warm();
    diagnostics.schedule();
  });
  documents.onDidClose(({ document }) => {
    const path = pathOf(document.uri);
    if (path !== undefined) session.setBuffer(path, undefined);
    diagnostics.schedule();
  });
  connection.onNotification(yamlVoicesNotification, ({ yaml }) => {
    session.yamlVoices = yaml;
    diagnostics.schedule();
  });
  connection.onCodeAction((params, token) => codeActions(session, params, token));
  connection.onCodeActionResolve((action, token) => resolveCodeAction(session, action, token));
  registerLanguageFeatures(connection, session);

  serveCustomRequests(connection, session);
  serveChangeRequests(connection, session);
  serveLandingRequests(connection, session);
  connection.onShutdown(() => {
    diagnostics.dispose();
    refresh.dispose();
    session.dispose();
  });

  documents.listen(connection);
  connection.listen();
}

interface FoldersChange {
  readonly event: { readonly added: readonly { readonly uri: string }[]; readonly removed: readonly { readonly uri: string }[] };
}
