import type { CancellationToken } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { timelinePart, timelineRequest, type Timeline, type TimelineParams, type TimelinePart } from '../../protocol/timeline.ts';
import { UserError } from '../showError.ts';

let count = 0;

/** Reads the past of a tag; `tell` hears of runs as soon as Git has told them. @throws UserError where Git has none */
export async function streamTimeline(
  client: LanguageClient,
  params: Omit<TimelineParams, 'partialResultToken'>,
  tell: (part: TimelinePart) => void,
  token: CancellationToken,
): Promise<Timeline> {
  const partialResultToken = `gitops-cockpit-timeline-${String((count += 1))}`;
  const listener = client.onProgress(timelinePart, partialResultToken, tell);
  try {
    const found = await client.sendRequest(timelineRequest, { ...params, partialResultToken }, token);
    if ('refusal' in found) throw new UserError(found.refusal);
    return found;
  } finally {
    listener.dispose();
  }
}
