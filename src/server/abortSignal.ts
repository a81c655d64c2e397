import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { CancellationToken } from 'vscode-languageserver/node';

/** A signal that is aborted when the client cancels its request; its reason is the answer that LSP wants then. */
export function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.'));
  if (token.isCancellationRequested) abort();
  token.onCancellationRequested(abort);
  return controller.signal;
}
