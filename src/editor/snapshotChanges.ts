import { Disposable, EventEmitter } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { changedNotification } from '../protocol.ts';

/** Tells that the server may answer otherwise now. The client has one handler for a notification, and several parts of the editor show what changes. */
export class SnapshotChanges implements Disposable {
  readonly #emitter = new EventEmitter<void>();
  readonly #owned: Disposable;
  readonly onDidChange = this.#emitter.event;

  constructor(client: LanguageClient) {
    this.#owned = Disposable.from(
      this.#emitter,
      client.onNotification(changedNotification, () => this.#emitter.fire()),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
