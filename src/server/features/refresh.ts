/** Asks the client for lenses and hints again: what they say can change with any file, and with the settings. */
import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import { CodeLensRefreshRequest } from 'vscode-languageserver/node';

/** What changes within this time is asked for once: the client asks by itself for the file that is being typed in. */
const QUIET_MILLISECONDS = 300;

export class Refresh {
  private readonly connection: Connection;
  private wanted = { lenses: false, hints: false };
  private timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** What the client can be asked for. Until then nothing is. */
  initialize({ workspace }: ClientCapabilities): void {
    this.wanted = {
      lenses: workspace?.codeLens?.refreshSupport === true,
      hints: workspace?.inlayHint?.refreshSupport === true,
    };
  }

  schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // A client that is ending answers no more.
      if (this.wanted.lenses) this.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
      if (this.wanted.hints) this.connection.languages.inlayHint.refresh().catch(() => undefined);
    }, QUIET_MILLISECONDS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
