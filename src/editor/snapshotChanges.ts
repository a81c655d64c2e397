import { Disposable, EventEmitter } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { changedNotification, renderingChangedNotification } from '../protocol.ts';

/** Tells that the server may answer otherwise now. The client has one handler for a notification, and several parts of the editor show what changes. */
export class SnapshotChanges implements Disposable {
  readonly #emitter = new EventEmitter<void>();
  readonly #owned: Disposable;
  readonly onDidChange = this.#emitter.event;
  readonly #renderings = new EventEmitter<readonly string[]>();
  /** Roots whose rendering may be another one now. */
  readonly onDidChangeRenderings = this.#renderings.event;

  constructor(client: LanguageClient) {
    this.#owned = Disposable.from(
      this.#emitter,
      this.#renderings,
      client.onNotification(changedNotification, () => this.#emitter.fire()),
      client.onNotification(renderingChangedNotification, ({ roots }) => this.#renderings.fire(roots)),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
