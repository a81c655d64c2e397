import { Disposable, EventEmitter, Uri, commands, l10n, window, workspace, type TextDocumentContentProvider } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { contextKeys, schemes } from '../manifest.ts';
import { comparisonRequest, type Comparison, type ComparedManifest, type ComparisonSubject } from '../protocol/comparison.ts';
import { comparisonParts, type ComparisonPart } from './comparisonText.ts';
import { forMessage, forTab } from './plainText.ts';
import { previewFolder } from './previewUri.ts';
import type { SnapshotChanges } from './snapshotChanges.ts';
import { UserError } from './showError.ts';

/** One side of one part of a comparison. It is all in the address, so that it is shown again when the window comes back. */
interface Shown {
  readonly subject: ComparisonSubject;
  /** Key of the part. */
  readonly part: string;
  readonly side: keyof Pick<ComparedManifest, 'left' | 'right'>;
}

type EnvironmentComparison = Extract<ComparisonSubject, { kind: 'environments' }>;

/** While somebody types, comparisons wait for this long. */
const quietMilliseconds = 300;

/** Serves both sides of what differs as read-only documents, and compares again when something may have changed. */
export class ComparisonDocuments implements TextDocumentContentProvider, Disposable {
  readonly #client: LanguageClient;
  readonly #changes = new EventEmitter<Uri>();
  readonly onDidChange = this.#changes.event;
  readonly #owned: Disposable;
  /** All documents of a comparison come from one answer. */
  readonly #comparisons = new Map<string, Promise<Comparison>>();
  /** The comparison of environments that was opened last, while any is open. */
  #last: EnvironmentComparison | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: LanguageClient, changes: SnapshotChanges) {
    this.#client = client;
    this.#owned = Disposable.from(
      this.#changes,
      workspace.registerTextDocumentContentProvider(schemes.comparison, this),
      workspace.onDidCloseTextDocument(() => this.#forgetClosed()),
      changes.onDidChangeRenderings(() => this.#compareSoon()),
    );
  }

  /** Opens everything that differs in one editor, or says that nothing does. @throws UserError where it cannot be compared */
  async show(subject: ComparisonSubject): Promise<void> {
    this.#comparisons.delete(JSON.stringify(subject));
    const comparison = await this.#compare(subject);
    const parts = comparisonParts(comparison);
    if (parts.length === 0) {
      await window.showInformationMessage(forMessage(l10n.t('{0}: nothing differs.', comparison.title)));
      return;
    }
    const resources = parts.map(({ key, name, left, right }) => {
      const uri = (side: Shown['side']) => uriFor(name, { subject, part: key, side });
      return [uri('right'), left === '' ? undefined : uri('left'), right === '' ? undefined : uri('right')];
    });
    await commands.executeCommand('vscode.changes', comparison.title, resources);
    if (subject.kind === 'environments') await this.#remember(subject);
  }

  /** Opens the last comparison of environments with what always differs, or without it. */
  async toggleFolded(): Promise<void> {
    if (this.#last !== undefined) await this.show({ ...this.#last, fold: !this.#last.fold });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const { subject, part, side } = JSON.parse(uri.query) as Shown;
    const parts: readonly ComparisonPart[] = comparisonParts(await this.#compare(subject));
    return parts.find(({ key }) => key === part)?.[side] ?? '';
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #compare(subject: ComparisonSubject): Promise<Comparison> {
    const key = JSON.stringify(subject);
    const known = this.#comparisons.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(subject);
    this.#comparisons.set(key, asked);
    asked.catch(() => this.#comparisons.delete(key));
    return asked;
  }

  async #ask(subject: ComparisonSubject): Promise<Comparison> {
    const answer = await this.#client.sendRequest(comparisonRequest, subject);
    if ('refusal' in answer) throw new UserError(answer.refusal);
    return answer;
  }

  async #remember(subject: EnvironmentComparison | undefined): Promise<void> {
    this.#last = subject;
    await commands.executeCommand('setContext', contextKeys.hasComparison, subject !== undefined);
  }

  #forgetClosed(): void {
    const isOpen = workspace.textDocuments.some(({ uri, isClosed }) => uri.scheme === schemes.comparison && !isClosed);
    if (this.#last !== undefined && !isOpen) void this.#remember(undefined);
  }

  #compareSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#comparisons.clear();
      for (const { uri } of workspace.textDocuments) if (uri.scheme === schemes.comparison) this.#changes.fire(uri);
    }, quietMilliseconds);
  }
}

function uriFor(name: string, shown: Shown): Uri {
  return Uri.from({
    scheme: schemes.comparison,
    path: `/${previewFolder}/${forTab(name)}`,
    query: JSON.stringify(shown),
  });
}
