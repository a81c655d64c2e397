import type { CancellationToken } from 'vscode-languageserver/node';

/** A signal that is aborted when the client cancels its request. */
export function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
