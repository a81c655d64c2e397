import { Disposable, EventEmitter } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { contextsByEnvironment } from '../core/flux/fluxPlaces.ts';
import { runningRequest, wantedImagesNotification } from '../protocol/cluster.ts';
import { wantedImagesRequest } from '../protocol/objects.ts';
import type { ClusterClient } from './clusterClient.ts';
import { readSetting } from './settings.ts';
import type { SnapshotChanges } from './snapshotChanges.ts';

/** Changes that come in a burst are looked at together. */
const quietMilliseconds = 200;

/** What runs in the clusters that are connected where it is not what Git says. Nothing is asked while none is. */
export class RunningImages implements Disposable {
  readonly #client: LanguageClient;
  readonly #clusters: ClusterClient;
  readonly #changes = new EventEmitter<void>();
  readonly onDidChange = this.#changes.event;
  readonly #owned: Disposable;
  #texts: ReadonlyMap<string, string> = new Map();
  /** The server that has been told what Git says. */
  #told: LanguageClient | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: LanguageClient, clusters: ClusterClient, changes: SnapshotChanges) {
    this.#client = client;
    this.#clusters = clusters;
    this.#owned = Disposable.from(
      this.#changes,
      changes.onDidChange(() => {
        this.#told = undefined;
        this.#lookSoon();
      }),
      clusters.onDidChange(() => this.#lookSoon()),
    );
  }

  /** `running backend-v0.0.4`; '' where nothing else is known to run than Git says. */
  textOf(usage: string | undefined): string {
    return usage === undefined ? '' : (this.#texts.get(usage) ?? '');
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #lookSoon(): void {
    if (this.#clusters.running === undefined && this.#texts.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A server that ends meanwhile changes the view by itself.
      this.#look().catch(() => undefined);
    }, quietMilliseconds);
  }

  async #look(): Promise<void> {
    const { running } = this.#clusters;
    const texts = running === undefined ? [] : await this.#ask(running);
    const found = new Map(texts.map(({ usage, text }) => [usage, text]));
    if (JSON.stringify([...found]) === JSON.stringify([...this.#texts])) return;
    this.#texts = found;
    this.#changes.fire();
  }

  async #ask(running: LanguageClient) {
    if (this.#told !== running) {
      this.#told = running;
      const images = await this.#client.sendRequest(wantedImagesRequest);
      await running.sendNotification(wantedImagesNotification, { images });
    }
    return running.sendRequest(runningRequest, { contexts: contextsByEnvironment(readSetting('flux.contexts')) });
  }
}
