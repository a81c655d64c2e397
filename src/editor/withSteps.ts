import { ProgressLocation, window, type CancellationToken } from 'vscode';
import { WorkDoneProgress, type LanguageClient } from 'vscode-languageclient/node';

let count = 0;

/** Shows what a long request waits for, step by step, with a button that cancels it. */
export async function withSteps<T>(
  client: LanguageClient,
  title: string,
  send: (workDoneToken: string, token: CancellationToken) => Promise<T>,
): Promise<T> {
  const workDoneToken = `gitops-cockpit-${String((count += 1))}`;
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (step) => {
      if (step.kind === 'report' && step.message !== undefined) progress.report({ message: step.message });
    });
    try {
      return await send(workDoneToken, token);
    } finally {
      listener.dispose();
    }
  });
}
