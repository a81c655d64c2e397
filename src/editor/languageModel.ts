/** Texts by a language model of the editor, whichever is set up; VS Code itself asks the person whether we may use it. */
import { LanguageModelChatMessage, LanguageModelError, l10n, lm, type CancellationToken } from 'vscode';
import type { Refusal } from '../protocol.ts';
import type { SummaryParams } from '../protocol/client.ts';

/** Whoever asked takes less; a model that goes on for ever is stopped. */
const mostCharacters = 10_000;

/** @throws what a model throws that is no refusal of VS Code */
export async function writeSummary({ prompt }: SummaryParams, token: CancellationToken): Promise<{ text: string } | Refusal> {
  const [model] = await lm.selectChatModels();
  if (model === undefined) return { refusal: l10n.t('The editor has no language model. Install an extension that has one.') };
  try {
    const justification = l10n.t('It writes the summary of a pull request, as gitopsCockpit.pullRequest.summary says.');
    const { text: parts } = await model.sendRequest([LanguageModelChatMessage.User(prompt)], { justification }, token);
    let text = '';
    for await (const part of parts) {
      text += part;
      if (text.length > mostCharacters) break;
    }
    return { text };
  } catch (error) {
    const refusal = error instanceof LanguageModelError ? refusals()[error.code] : undefined;
    if (refusal === undefined) throw error;
    return { refusal };
  }
}

/** By the code of the error; models say anything in their messages. */
function refusals(): Readonly<Record<string, string>> {
  return {
    [LanguageModelError.NoPermissions.name]: l10n.t('The language model may not be used. Allow it when VS Code asks.'),
    [LanguageModelError.Blocked.name]: l10n.t('The language model takes no requests at the moment.'),
    [LanguageModelError.NotFound.name]: l10n.t('The language model is no longer there.'),
  };
}
