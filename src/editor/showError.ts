import { CancellationError, commands, l10n, window, type LogOutputChannel } from 'vscode';
import { LSPErrorCodes, ResponseError } from 'vscode-languageclient/node';
import { commands as ids } from '../manifest.ts';
import { CLUSTER_ERROR } from '../protocol/cluster.ts';
import { forMessage } from './plainText.ts';

/** Something that the user can know and do something about: one sentence that says what is so and what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

const silentCodes: readonly number[] = [
  LSPErrorCodes.RequestCancelled,
  LSPErrorCodes.ServerCancelled,
  LSPErrorCodes.ContentModified,
];

function isCancellation(error: unknown): boolean {
  if (error instanceof CancellationError) return true;
  return error instanceof ResponseError && silentCodes.includes(error.code);
}

/** The one way in which people hear that something did not work. Cancelling is silent. Only the log gets the cause of what nobody foresaw. */
export async function showError(error: unknown, log: LogOutputChannel): Promise<void> {
  if (isCancellation(error)) return;
  if (error instanceof UserError || (error instanceof ResponseError && error.code === CLUSTER_ERROR)) {
    await window.showWarningMessage(forMessage(error.message));
    return;
  }
  log.error(error instanceof Error ? `${error.name}: ${error.message}` : 'An error without a message.');
  const openLog = l10n.t('Open Log');
  const chosen = await window.showErrorMessage(l10n.t('Something went wrong. The log says what.'), openLog);
  if (chosen === openLog) await commands.executeCommand(ids.openLog);
}
