import { Disposable, LanguageStatusSeverity, l10n, languages, window } from 'vscode';
import { State, type LanguageClient } from 'vscode-languageclient/node';
import { commands, extensionName } from '../manifest.ts';
import { fileUseRequest, type FileUse } from '../protocol.ts';
import type { SnapshotChanges } from './snapshotChanges.ts';

/** Changes that come in a burst, as while typing, are looked at once. */
const quietMilliseconds = 300;
/** VS Code gives it one line. */
const mostNames = 2;

/**
 * What the file of the active editor is part of. A language status, as it is a sentence on one file: VS Code shows it behind `{}` in files that it is for,
 * takes no room in the status bar, and keeps it there for those who pin it.
 */
export class FileStatus implements Disposable {
  readonly #client: LanguageClient;
  readonly #item = languages.createLanguageStatusItem('gitopsCockpit.fileUse', []);
  readonly #owned: Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: LanguageClient, changes: SnapshotChanges) {
    this.#client = client;
    this.#item.name = extensionName;
    this.#item.severity = LanguageStatusSeverity.Information;
    this.#item.command = { command: commands.findFluxKustomization, title: l10n.t('Open') };
    this.#owned = Disposable.from(
      this.#item,
      window.onDidChangeActiveTextEditor(() => void this.#update()),
      changes.onDidChange(() => this.#updateSoon()),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #updateSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#update();
    }, quietMilliseconds);
  }

  async #update(): Promise<void> {
    const document = window.activeTextEditor?.document;
    if (document?.uri.scheme !== 'file' || this.#client.state !== State.Running) return;
    // A server that ends meanwhile is told of elsewhere.
    const use = await this.#client.sendRequest(fileUseRequest, { uri: document.uri.toString() }).catch(() => null);
    if (window.activeTextEditor?.document !== document) return;
    // A string is compared with the path itself, whatever characters it has.
    this.#item.selector = use === null ? [] : [{ scheme: 'file', pattern: document.uri.fsPath }];
    if (use === null) return;
    this.#item.text = use.roots.length === 1 ? l10n.t('used by 1 root') : l10n.t('used by {0} roots', use.roots.length);
    this.#item.detail = deployedBy(use);
  }
}

/** `deployed by flux-system/apps`; several by their names alone, which is enough to tell them apart. Else the environments, else the directories. */
function deployedBy({ roots }: FileUse): string {
  const names = [...new Set(roots.flatMap((root) => root.deployedBy.map(({ name }) => name)))];
  if (names.length > 0) return l10n.t('deployed by {0}', brief(names.length === 1 ? names : names.map(withoutNamespace)));
  const environments = [...new Set(roots.flatMap((root) => root.environments))];
  return brief(environments.length > 0 ? environments : roots.map(({ label }) => label));
}

function withoutNamespace(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

function brief(names: readonly string[]): string {
  const more = names.length - mostNames;
  const shown = names.slice(0, mostNames).join(', ');
  return more > 0 ? l10n.t('{0} and {1} more', shown, more) : shown;
}
