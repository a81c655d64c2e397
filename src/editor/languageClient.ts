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
import { clientCommands, withCommands } from './hoverCommands.ts';
import { withRuleDocument } from './ruleDocuments.ts';
import { readServerSettings } from './settings.ts';
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
  return new LanguageClient(
    settingsSection,
    extensionName,
    { run: { module, transport }, debug: { module, transport, options: { execArgv: ['--nolazy', '--inspect=6009'] } } },
    {
      documentSelector,
      outputChannel: log,
      traceOutputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: settingsSection,
      initializationOptions: (): InitializationOptions => ({
        storagePath: (context.storageUri ?? context.globalStorageUri).fsPath,
        trusted: workspace.isTrusted,
        settings: readServerSettings(),
        yaml: yamlVoices(),
        commands: clientCommands,
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
