import { Disposable, EventEmitter, Uri, workspace, type TextDocumentContentProvider } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { schemes } from '../manifest.ts';
import { previewBumpRequest, previewChangeRequest, previewRequest, type ChangePreview } from '../protocol.ts';
import { previewIntendedRequest } from '../protocol/promotion.ts';
import { forTab } from './plainText.ts';
import { withBanner, withSummary } from './previewText.ts';
import type { SnapshotChanges } from './snapshotChanges.ts';
import { decodeSubject, encodeSubject, previewFolder, subjectKey, type PreviewSubject } from './previewUri.ts';

/** While somebody types, previews wait for this long. */
const quietMilliseconds = 150;

export function previewUri(title: string, subject: PreviewSubject): Uri {
  return Uri.from({ scheme: schemes.preview, path: `/${previewFolder}/${forTab(title)}`, query: encodeSubject(subject) });
}

export function isPreview(uri: Uri): boolean {
  return uri.scheme === schemes.preview;
}

type Comparison = Exclude<PreviewSubject, { kind: 'manifests' }>;

/** Serves rendered manifests as read-only documents, and renders them again when something in their roots has changed. */
export class PreviewDocuments implements TextDocumentContentProvider, Disposable {
  readonly #client: LanguageClient;
  readonly #changes = new EventEmitter<Uri>();
  readonly onDidChange = this.#changes.event;
  readonly #owned: Disposable;
  /** Both sides of a comparison come from one answer. */
  readonly #comparisons = new Map<string, Promise<ChangePreview>>();
  /** The last question of each document: an older answer that comes later is dropped. */
  readonly #newest = new Map<string, Promise<string>>();
  /** Keys of the previews whose secret values are shown, until they are closed. */
  readonly #revealed = new Set<string>();
  readonly #stale = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(client: LanguageClient, changes: SnapshotChanges) {
    this.#client = client;
    this.#owned = Disposable.from(
      this.#changes,
      workspace.registerTextDocumentContentProvider(schemes.preview, this),
      workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      changes.onDidChangeRenderings((roots) => this.#renderSoon(roots)),
    );
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const subject = decodeSubject(uri.query);
    if (subject === undefined) return '';
    const key = uri.toString();
    let mine = this.#render(subject);
    this.#newest.set(key, mine);
    for (;;) {
      const text = await mine;
      const newest = this.#newest.get(key) ?? mine;
      if (newest === mine) return text;
      mine = newest;
    }
  }

  /** Shows the secret values in a preview until it is closed. */
  reveal(uri: Uri): void {
    const subject = decodeSubject(uri.query);
    if (subject === undefined) return;
    const key = subjectKey(subject);
    this.#revealed.add(key);
    this.#comparisons.delete(key);
    for (const document of this.#open()) if (document.key === key) this.#changes.fire(document.uri);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  async #render(subject: PreviewSubject): Promise<string> {
    const reveal = this.#revealed.has(subjectKey(subject));
    if (subject.kind === 'manifests') {
      const { text, failure } = await this.#client.sendRequest(previewRequest, { root: subject.root, reveal });
      return withBanner(text, failure);
    }
    const { before, after, images, failure } = await this.#compare(subject, reveal);
    if (subject.side === 'before') return withSummary(before, images);
    const what = before === after ? 'So both sides are the same here.' : undefined;
    return withSummary(withBanner(after, failure, what), images);
  }

  #compare(subject: Comparison, reveal: boolean): Promise<ChangePreview> {
    const key = subjectKey(subject);
    const known = this.#comparisons.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(subject, reveal);
    this.#comparisons.set(key, asked);
    asked.catch(() => this.#comparisons.delete(key));
    return asked;
  }

  #ask(subject: Comparison, reveal: boolean): Promise<ChangePreview> {
    if (subject.kind === 'change')
      return this.#client.sendRequest(previewChangeRequest, { root: subject.root, baseline: 'HEAD', reveal });
    if (subject.kind === 'intended') {
      const { intended, root } = subject;
      return this.#client.sendRequest(previewIntendedRequest, { intended, root, reveal });
    }
    const { usage, tag, mode } = subject;
    return this.#client.sendRequest(previewBumpRequest, { usage, tag, mode, reveal });
  }

  #renderSoon(roots: readonly string[]): void {
    for (const root of roots) this.#stale.add(root);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const { uri, subject, key } of this.#open()) {
        // A plan can be another one after any change.
        const isPlanned = subject.kind === 'bump' || subject.kind === 'intended';
        if (!isPlanned && !this.#stale.has(subject.root)) continue;
        this.#comparisons.delete(key);
        this.#changes.fire(uri);
      }
      this.#stale.clear();
    }, quietMilliseconds);
  }

  #open(): { uri: Uri; subject: PreviewSubject; key: string }[] {
    return workspace.textDocuments.flatMap(({ uri }) => {
      const subject = isPreview(uri) ? decodeSubject(uri.query) : undefined;
      return subject === undefined ? [] : [{ uri, subject, key: subjectKey(subject) }];
    });
  }

  #forget(uri: Uri): void {
    const subject = isPreview(uri) ? decodeSubject(uri.query) : undefined;
    if (subject === undefined) return;
    this.#newest.delete(uri.toString());
    const key = subjectKey(subject);
    if (this.#open().some((other) => other.key === key)) return;
    this.#revealed.delete(key);
    this.#comparisons.delete(key);
  }
}
