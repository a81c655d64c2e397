import { EventEmitter, l10n, workspace, type Disposable, type ExtensionContext, type LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  TransportKind,
  type ErrorHandler,
} from 'vscode-languageclient/node';
import { clusterChangedNotification } from '../protocol/cluster.ts';
import { UserError } from './showError.ts';

const id = 'gitopsCockpit.cluster';

/** When the server ends, its view says so, and the next connection starts it again: it would contact clusters that nobody asked for by itself. */
const quietErrorHandler: ErrorHandler = {
  error: () => ({ action: ErrorAction.Continue, handled: true }),
  closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
};

/** The client of dist/clusterServer.cjs, a process of its own, which does not run before somebody asks something of it. */
export class ClusterClient implements Disposable {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  readonly #changes = new EventEmitter<void>();
  /** Rows or connections may be others now. */
  readonly onDidChange = this.#changes.event;
  #client: LanguageClient | undefined;

  constructor(context: ExtensionContext, log: LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /** Undefined until somebody has connected, and after the server has ended. */
  get running(): LanguageClient | undefined {
    return this.#client?.isRunning() === true ? this.#client : undefined;
  }

  /** Starts the server where it does not run. @throws UserError in an untrusted workspace */
  async start(): Promise<LanguageClient> {
    if (!workspace.isTrusted) throw new UserError(l10n.t('Clusters are contacted once you trust this folder. Trust it first.'));
    if (this.#client === undefined || this.#client.state === State.Stopped || this.#client.state === State.StartFailed)
      this.#client = this.#create();
    await this.#client.start();
    return this.#client;
  }

  /** @throws UserError where nothing is connected */
  connected(): LanguageClient {
    const { running } = this;
    if (running === undefined) throw new UserError(l10n.t('No cluster is connected. Connect to one first.'));
    return running;
  }

  /** Resolves when the server has ended, of which nobody is told. */
  async stop(): Promise<void> {
    this.#changes.dispose();
    if (this.#client?.needsStop() === true) await this.#client.stop();
  }

  dispose(): void {
    this.#changes.dispose();
  }

  #create(): LanguageClient {
    const module = this.#context.asAbsolutePath('dist/clusterServer.cjs');
    const transport = TransportKind.ipc;
    const client = new LanguageClient(
      id,
      l10n.t('GitOps Cockpit: Clusters'),
      { run: { module, transport }, debug: { module, transport } },
      {
        documentSelector: [],
        outputChannel: this.#log,
        traceOutputChannel: this.#log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationFailedHandler: () => false,
        errorHandler: quietErrorHandler,
      },
    );
    client.onNotification(clusterChangedNotification, () => this.#changes.fire());
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped) this.#changes.fire();
    });
    return client;
  }
}
