import { Disposable, authentication, commands, window, workspace, type LogOutputChannel, type TreeView } from 'vscode';
import { State, type LanguageClient } from 'vscode-languageclient/node';
import { contextKeys, views } from '../../manifest.ts';
import { proposalsChangedNotification, proposalsRequest, tagEditsRequest, type Proposals } from '../../protocol/changes.ts';
import { forMessage } from '../plainText.ts';
import type { MergedRollouts } from '../mergedRollouts.ts';
import type { SnapshotChanges } from '../snapshotChanges.ts';
import { ChangesTree, type ChangeRow } from './changesTree.ts';

/** Edits that come in a burst, as while typing, are looked at together. */
const quietMilliseconds = 200;
/** How often GitHub is asked while somebody looks; answers without news cost nothing there. */
const pollMilliseconds = 60_000;

/** The Changes view. It asks Git and GitHub only while it is visible. */
export class ChangesView implements Disposable {
  readonly #client: LanguageClient;
  readonly #merged: MergedRollouts;
  readonly #log: LogOutputChannel;
  readonly #tree = new ChangesTree();
  readonly #view: TreeView<ChangeRow>;
  readonly #owned: Disposable;
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #known: Proposals | undefined;

  constructor(client: LanguageClient, changes: SnapshotChanges, merged: MergedRollouts, log: LogOutputChannel) {
    this.#client = client;
    this.#merged = merged;
    this.#log = log;
    this.#view = window.createTreeView(views.changes, { treeDataProvider: this.#tree, showCollapseAll: true });
    const commits = workspace.createFileSystemWatcher('**/.git/{HEAD,logs/HEAD}');
    this.#owned = Disposable.from(
      this.#view,
      this.#tree,
      commits,
      commits.onDidChange(() => this.#editsSoon()),
      changes.onDidChange(() => this.#editsSoon()),
      merged.onDidChange(() => this.#showMerged()),
      client.onNotification(proposalsChangedNotification, () => void this.#refresh()),
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) void this.#refresh();
      }),
      this.#view.onDidChangeVisibility(() => void this.#refresh()),
      authentication.onDidChangeSessions(({ provider }) => {
        if (provider.id.startsWith('github')) void this.#refresh();
      }),
    );
  }

  /** Asks again for everything. `mayAsk`: whether the person may be asked to sign in. */
  async refresh(mayAsk = false): Promise<void> {
    const progress = { location: { viewId: views.changes } };
    await window.withProgress(progress, () => Promise.all([this.#askEdits(), this.#askAll(mayAsk)]));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#poll);
    this.#owned.dispose();
  }

  /** Where nobody looks, nothing is asked. */
  async #refresh(): Promise<void> {
    clearTimeout(this.#poll);
    if (!this.#isAsked()) return;
    try {
      await this.refresh();
    } catch (error) {
      this.#failed(error);
    }
    clearTimeout(this.#poll);
    this.#poll = setTimeout(() => void this.#refresh(), pollMilliseconds);
  }

  #editsSoon(): void {
    if (!this.#isAsked()) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#askEdits().catch((error: unknown) => this.#failed(error));
    }, quietMilliseconds);
  }

  #isAsked(): boolean {
    return this.#view.visible && this.#client.state === State.Running;
  }

  async #askEdits(): Promise<void> {
    this.#tree.show({ edits: await this.#client.sendRequest(tagEditsRequest) });
    this.#say();
  }

  /** Whoever is asked to sign in is asked once. */
  async #askAll(mayAsk: boolean): Promise<void> {
    await this.#askProposals(mayAsk);
    await this.#merged.refresh();
  }

  #showMerged(): void {
    const { waiting, merged } = this.#merged;
    this.#tree.show({ waiting, merged });
    this.#say();
  }

  async #askProposals(mayAsk: boolean): Promise<void> {
    this.#known = await this.#client.sendRequest(proposalsRequest, { mayAsk });
    const { rows, cause } = this.#known;
    // What was last heard of GitHub is better than nothing.
    this.#tree.show(cause === 'unreachable' && rows.length === 0 ? {} : { proposals: rows });
    this.#say();
  }

  #say(): void {
    const { isEmpty, edits } = this.#tree;
    const emptiness = !isEmpty || this.#known === undefined ? '' : (this.#known.cause ?? 'nothing');
    void commands.executeCommand('setContext', contextKeys.changesEmptiness, emptiness);
    void commands.executeCommand('setContext', contextKeys.hasTagEdits, edits.length > 0);
    this.#view.message = isEmpty ? '' : forMessage(this.#known?.message ?? '');
  }

  #failed(error: unknown): void {
    // A server that ends meanwhile says so through its state.
    if (this.#isAsked()) this.#log.error(`The Changes view was not refreshed: ${String(error)}`);
  }
}
