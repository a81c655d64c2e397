import { Disposable, EventEmitter } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { renderingChangedNotification } from '../protocol.ts';

/** Says which roots may render differently now, to everybody who listens: a connection has one handler for each message. */
export class RenderingChanges implements Disposable {
  readonly #changes = new EventEmitter<readonly string[]>();
  readonly event = this.#changes.event;
  readonly #owned: Disposable;

  constructor(client: LanguageClient) {
    this.#owned = Disposable.from(
      this.#changes,
      client.onNotification(renderingChangedNotification, ({ roots }) => this.#changes.fire(roots)),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
