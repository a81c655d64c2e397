import { Uri, env, l10n, window } from 'vscode';
import type { Proposed } from '../protocol/proposal.ts';
import { forMessage } from './plainText.ts';

/** One notification: the number and what can be done next, or the page on which the pull request can be opened. */
export function showProposed({ pullRequest, branch, comparePage, notes }: Proposed): void {
  const remarks = notes.length === 0 ? '' : ` ${notes.join(' ')}`;
  if (pullRequest === null) {
    const openPage = l10n.t('Open Compare Page');
    const pushed = l10n.t('{0} is pushed. Open its pull request on the compare page, where everything is filled in.', branch);
    void offer(`${pushed}${remarks}`, comparePage, openPage);
    return;
  }
  const { number, url, outcome } = pullRequest;
  const told = {
    opened: l10n.t('Opened pull request #{0}.', number),
    updated: l10n.t('Updated pull request #{0}.', number),
    unchanged: l10n.t('Pull request #{0} has this change already.', number),
  }[outcome];
  void offer(`${told}${remarks}`, url, l10n.t('Open'));
}

async function offer(message: string, url: string, open: string): Promise<void> {
  const copy = l10n.t('Copy Link');
  const answer = await window.showInformationMessage(forMessage(message), open, copy);
  if (answer === open) await env.openExternal(Uri.parse(url, true));
  if (answer === copy) await env.clipboard.writeText(url);
}
