import { CancellationError, CancellationTokenSource, Disposable, ProgressLocation, window, type CancellationToken } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { ProgressType } from 'vscode-languageserver-protocol';
import { forMessage } from '../../plainText.ts';

let count = 0;

/** A name for the progress of one request. */
function progressName(): string {
  count += 1;
  return `gitops-cockpit-${String(count)}`;
}

/** Runs a request with a notification that tells how far it is, and can cancel it. @throws CancellationError when it was cancelled */
export async function withClusterProgress<P, R>(
  title: string,
  client: LanguageClient,
  { type, text }: { readonly type: ProgressType<P>; readonly text: (progress: P) => string },
  run: (name: string, token: CancellationToken) => Promise<R>,
): Promise<R> {
  const name = progressName();
  const source = new CancellationTokenSource();
  const location = ProgressLocation.Notification;
  return window.withProgress({ location, title: forMessage(title), cancellable: true }, async (progress, token) => {
    const owned = Disposable.from(
      source,
      token.onCancellationRequested(() => source.cancel()),
      client.onProgress(type, name, (step) => progress.report({ message: forMessage(text(step)) })),
    );
    try {
      return await run(name, source.token);
    } catch (error) {
      if (token.isCancellationRequested) throw new CancellationError();
      throw error;
    } finally {
      owned.dispose();
    }
  });
}
