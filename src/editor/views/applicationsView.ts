import {
  Disposable,
  EventEmitter,
  commands,
  l10n,
  window,
  workspace,
  type ExtensionContext,
  type LogOutputChannel,
  type TreeView,
} from 'vscode';
import { State, type LanguageClient } from 'vscode-languageclient/node';
import { commands as ids, contextKeys, views } from '../../manifest.ts';
import {
  refreshRequest,
  rowPathRequest,
  statusRequest,
  type Emptiness,
  type GroupBy,
  type Row,
  type RowFilter,
  type ServerStatus,
} from '../../protocol.ts';
import { forMessage } from '../plainText.ts';
import type { RunningImages } from '../runningImages.ts';
import type { SnapshotChanges } from '../snapshotChanges.ts';
import { ApplicationsTree } from './applicationsTree.ts';

/** Changes that come in a burst, as while typing, are shown together. */
const quietMilliseconds = 100;
/** Sentences above the rows; more are in the Problems view. */
const mostNotices = 3;

/** The Applications view: its rows, badge, message and empty state, and how it is grouped and filtered. */
export class ApplicationsView implements Disposable {
  readonly #client: LanguageClient;
  readonly #log: LogOutputChannel;
  readonly #memory: ExtensionContext['workspaceState'];
  readonly #tree: ApplicationsTree;
  readonly #view: TreeView<Row>;
  readonly #ready = new EventEmitter<void>();
  readonly #owned: Disposable;
  #groupBy: GroupBy;
  #filter: RowFilter;
  #status: ServerStatus | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    client: LanguageClient,
    changes: SnapshotChanges,
    running: RunningImages,
    memory: ExtensionContext['workspaceState'],
    log: LogOutputChannel,
  ) {
    this.#client = client;
    this.#log = log;
    this.#memory = memory;
    this.#groupBy = memory.get(contextKeys.groupBy, 'application');
    this.#filter = memory.get(contextKeys.filter, 'all');
    this.#tree = new ApplicationsTree(client, running, this.#groupBy, this.#filter);
    this.#view = window.createTreeView(views.applications, { treeDataProvider: this.#tree });
    this.#owned = Disposable.from(
      this.#view,
      this.#tree,
      this.#ready,
      changes.onDidChange(() => this.#refreshSoon()),
      running.onDidChange(() => this.#refreshSoon()),
      client.onDidChangeState(({ newState }) => this.#onState(newState)),
      commands.registerCommand(ids.groupByApplication, () => this.#arrange('application', this.#filter)),
      commands.registerCommand(ids.groupByEnvironment, () => this.#arrange('environment', this.#filter)),
      commands.registerCommand(ids.showAll, () => this.#arrange(this.#groupBy, 'all')),
      commands.registerCommand(ids.showProblems, () => this.#arrange(this.#groupBy, 'problems')),
      commands.registerCommand(ids.showDiffers, () => this.#arrange(this.#groupBy, 'differs')),
    );
    this.#setKeys();
    this.#setEmptiness('indexing');
    void window.withProgress(
      { location: { viewId: views.applications } },
      () => new Promise<void>((resolve) => this.#ready.event(resolve)),
    );
  }

  /** Has the server read all files again. Resolves to its state after that. */
  async refresh(): Promise<ServerStatus> {
    const status = await this.#client.sendRequest(refreshRequest);
    await this.#show(status);
    return status;
  }

  /** Shows and selects the row of an image, whatever the filter is. False where the image is gone. */
  async reveal(usage: string): Promise<boolean> {
    const path = await this.#client.sendRequest(rowPathRequest, { usage, groupBy: this.#groupBy });
    let row = await this.#tree.rowAt(path);
    if (row === undefined && this.#filter !== 'all') {
      await this.#arrange(this.#groupBy, 'all');
      row = await this.#tree.rowAt(path);
    }
    if (row === undefined) return false;
    await this.#view.reveal(row, { select: true, focus: true });
    return true;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  async #show(status: ServerStatus): Promise<void> {
    if (status.emptiness !== 'indexing') this.#ready.fire();
    // While the server reads everything again, the rows of before are still the best answer.
    if (status.emptiness === 'indexing' && !this.#tree.isEmpty) return;
    this.#view.badge = badge(status.errors);
    this.#view.message = message(status);
    if (this.#status?.images !== status.images || this.#status.repositories !== status.repositories)
      this.#log.info(l10n.t('{0} images in {1} repositories.', status.images, status.repositories));
    this.#status = status;
    void commands.executeCommand('setContext', contextKeys.hasImages, status.emptiness === undefined);
    await this.#tree.refresh();
    this.#sayWhyEmpty();
  }

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A server that ends meanwhile says so through its state.
      void this.#client
        .sendRequest(statusRequest)
        .then((status) => this.#show(status))
        .catch((error: unknown) => {
          if (this.#client.state === State.Running) this.#log.error(`The Applications view was not refreshed: ${String(error)}`);
        });
    }, quietMilliseconds);
  }

  #onState(state: State): void {
    if (state === State.Running) this.#refreshSoon();
    if (state !== State.Stopped && state !== State.StartFailed) return;
    this.#ready.fire();
    if (this.#tree.isEmpty) this.#setEmptiness('stopped');
    else this.#view.message = l10n.t('The language server has stopped: these rows are as they last were. Reload the window.');
  }

  async #arrange(groupBy: GroupBy, filter: RowFilter): Promise<void> {
    this.#groupBy = groupBy;
    this.#filter = filter;
    this.#setKeys();
    await this.#tree.show(groupBy, filter);
    this.#sayWhyEmpty();
    await this.#memory.update(contextKeys.groupBy, groupBy);
    await this.#memory.update(contextKeys.filter, filter);
  }

  #setKeys(): void {
    void commands.executeCommand('setContext', contextKeys.groupBy, this.#groupBy);
    void commands.executeCommand('setContext', contextKeys.filter, this.#filter);
  }

  #sayWhyEmpty(): void {
    this.#setEmptiness(this.#tree.isEmpty ? (this.#status?.emptiness ?? 'nothing-matches') : undefined);
  }

  #setEmptiness(emptiness: Emptiness | 'stopped' | undefined): void {
    void commands.executeCommand('setContext', contextKeys.emptiness, emptiness ?? '');
  }
}

function badge(errors: number): TreeView<Row>['badge'] {
  if (errors === 0) return undefined;
  return { value: errors, tooltip: errors === 1 ? l10n.t('1 image with an error') : l10n.t('{0} images with an error', errors) };
}

/** What stands above the rows: what Restricted Mode leaves out, and what the server has to say of whole files. */
function message({ emptiness, notices }: ServerStatus): string {
  if (emptiness !== undefined) return '';
  const sentences = notices.slice(0, mostNotices).map(forMessage);
  if (notices.length > mostNotices) sentences.push(l10n.t('And {0} more of this kind.', notices.length - mostNotices));
  if (!workspace.isTrusted)
    sentences.unshift(l10n.t('Restricted Mode: the history of tags is read from Git once you trust this folder.'));
  return sentences.join(' ');
}
