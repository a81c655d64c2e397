import { Disposable, commands, l10n, window, type ExtensionContext, type LogOutputChannel, type TreeView } from 'vscode';
import { commands as ids, contextKeys, views } from '../../manifest.ts';
import { connectedRequest, type ClusterRow, type ConnectedContext } from '../../protocol/cluster.ts';
import type { ClusterClient } from '../clusterClient.ts';
import { forMessage } from '../plainText.ts';
import { FluxTree } from './fluxTree.ts';

/** Ages grow a minute at a time. */
const ageMilliseconds = 30_000;

/** The Flux view: the clusters that are connected, what Flux does in them, and what is said when one of them is lost. */
export class FluxView implements Disposable {
  readonly #client: ClusterClient;
  readonly #log: LogOutputChannel;
  readonly #memory: ExtensionContext['workspaceState'];
  readonly #tree: FluxTree;
  readonly #view: TreeView<ClusterRow>;
  readonly #owned: Disposable;
  readonly #ages: NodeJS.Timeout;
  #connected: readonly ConnectedContext[] = [];
  #isAsking = false;
  #isStale = false;

  constructor(client: ClusterClient, memory: ExtensionContext['workspaceState'], log: LogOutputChannel) {
    this.#client = client;
    this.#log = log;
    this.#memory = memory;
    this.#tree = new FluxTree(client);
    this.#view = window.createTreeView(views.flux, { treeDataProvider: this.#tree, showCollapseAll: true });
    this.#owned = Disposable.from(
      this.#view,
      this.#tree,
      client.onDidChange(() => this.#refresh()),
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.#refresh();
      }),
      commands.registerCommand(ids.showFailing, () => this.#filter(true)),
      commands.registerCommand(ids.showAllObjects, () => this.#filter(false)),
    );
    this.#ages = setInterval(() => {
      if (this.#view.visible && this.#connected.length > 0) this.#refresh();
    }, ageMilliseconds);
    void commands.executeCommand('setContext', contextKeys.isConnected, false);
    void this.#filter(memory.get<string>(contextKeys.fluxFilter) === 'failing');
  }

  dispose(): void {
    clearInterval(this.#ages);
    this.#owned.dispose();
  }

  /** One question at a time: what changes meanwhile is asked for once more. */
  #refresh(): void {
    this.#isStale = true;
    if (!this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const { running } = this.#client;
        const connected = (await running?.sendRequest(connectedRequest)) ?? [];
        const [lost] = this.#connected;
        if (running === undefined && lost !== undefined)
          void tellEnded(lost.name, l10n.t('The part of GitOps Cockpit that follows clusters has stopped. The log says why.'));
        this.#tellEnded(connected);
        this.#connected = connected;
        await commands.executeCommand('setContext', contextKeys.isConnected, connected.length > 0);
        await this.#tree.refresh();
      } catch (error) {
        if (this.#client.running !== undefined) this.#log.error(`The Flux view was not refreshed: ${String(error)}`);
      }
    }
    this.#isAsking = false;
  }

  /** Once for each connection that ended by itself. */
  #tellEnded(connected: readonly ConnectedContext[]): void {
    for (const { name, state, problem } of connected)
      if (state === 'ended' && this.#connected.find((before) => before.name === name)?.state !== 'ended')
        void tellEnded(name, problem);
  }

  async #filter(failingOnly: boolean): Promise<void> {
    const filter = failingOnly ? 'failing' : 'all';
    await commands.executeCommand('setContext', contextKeys.fluxFilter, filter);
    this.#view.description = failingOnly ? l10n.t('failing only') : '';
    await this.#tree.show(failingOnly);
    await this.#memory.update(contextKeys.fluxFilter, filter);
  }
}

async function tellEnded(context: string, problem: string): Promise<void> {
  const again = l10n.t('Connect Again');
  const chosen = await window.showWarningMessage(forMessage(problem), again);
  if (chosen === again) await commands.executeCommand(ids.connectCluster, { context });
}
