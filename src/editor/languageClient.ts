import { l10n, workspace, type ExtensionContext, type LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
  type ErrorHandler,
} from 'vscode-languageclient/node';
import { extensionName, settingsSection } from '../manifest.ts';
import type { InitializationOptions } from '../protocol.ts';
import { fetchRequest, gitHubTokenRequest, summaryRequest } from '../protocol/client.ts';
import { editorFetch } from './editorFetch.ts';
import { gitHubToken } from './gitHubSignIn.ts';
import { clientCommands, withCommands } from './hoverCommands.ts';
import { withRuleDocument } from './ruleDocuments.ts';
import { serverFlags } from './serverFlags.ts';
import { readServerSettings } from './settings.ts';
import { writeSummary } from './languageModel.ts';
import { yamlVoices } from './yamlVoices.ts';

/** What the model is made of: manifests, and the files that generators read. */
const documentSelector = [
  { scheme: 'file', language: 'yaml' },
  { scheme: 'file', pattern: '**/{Kustomization,*.yaml,*.yml,*.json,*.env}' },
];

/** The client of dist/server.cjs, which runs in a process of its own. It is not started, and starts again by itself when it ends unexpectedly. */
export function createLanguageClient(context: ExtensionContext, log: LogOutputChannel): LanguageClient {
  const module = context.asAbsolutePath('dist/server.cjs');
  const transport = TransportKind.ipc;
  const client = new LanguageClient(
    settingsSection,
    extensionName,
    {
      run: { module, transport, options: { execArgv: [...serverFlags] } },
      debug: { module, transport, options: { execArgv: [...serverFlags, '--nolazy', '--inspect=6009'] } },
    },
    {
      documentSelector,
      outputChannel: log,
      traceOutputChannel: withoutContents(log),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: settingsSection,
      initializationOptions: (): InitializationOptions => ({
        storagePath: (context.storageUri ?? context.globalStorageUri).fsPath,
        trusted: workspace.isTrusted,
        settings: readServerSettings(),
        yaml: yamlVoices(),
        commands: clientCommands,
        offers: { gitHubToken: true, fetch: true, summary: true },
      }),
      initializationFailedHandler: () => false,
      errorHandler: quietErrorHandler(),
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics.map(withRuleDocument)),
        provideHover: async (document, position, token, next) => withCommands(await next(document, position, token)),
      },
      markdown: { isTrusted: false, supportHtml: false },
    },
  );
  client.onRequest(gitHubTokenRequest, gitHubToken);
  client.onRequest(fetchRequest, editorFetch);
  client.onRequest(summaryRequest, writeSummary);
  return client;
}

/** Traces which messages go to and fro, and never what is in them: some hold tokens. */
function withoutContents(log: LogOutputChannel): LogOutputChannel {
  const trace = (text: string): void => {
    const [line = ''] = text.split('\n', 1);
    // As objects, where the user has set that form: all of it is contents then.
    if (!line.startsWith('{')) log.trace(line);
  };
  return new Proxy(log, { get: (target, key) => (key === 'trace' ? trace : Reflect.get(target, key, target)) });
}

const restartsAllowed = 4;
const restartWindow = 3 * 60_000;

/** Starts the server again, but not for ever; the Applications view says when it stays ended. */
function quietErrorHandler(): ErrorHandler {
  const ends: number[] = [];
  return {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: () => {
      ends.push(Date.now());
      const recent = ends.filter((time) => Date.now() - time < restartWindow).length;
      if (recent <= restartsAllowed) return { action: CloseAction.Restart, handled: true };
      const message = l10n.t('The language server ended {0} times in three minutes and is not started again.', recent);
      return { action: CloseAction.DoNotRestart, handled: true, message };
    },
  };
}
