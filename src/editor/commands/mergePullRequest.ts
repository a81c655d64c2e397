import { CancellationError, l10n, window, type Uri } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  deleteBranchRequest,
  mergeQuestionRequest,
  mergeRequest,
  proposalsRequest,
  type MergeMethodName,
  type MergeQuestion,
  type ProposalRow,
} from '../../protocol/changes.ts';
import type { MergedCommit } from '../../protocol/objects.ts';
import { tellRefusal } from '../landChange.ts';
import { forLabel, forMessage } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { ask, back } from '../steps.ts';
import type { ChangeRow } from '../views/changesTree.ts';
import { canChoose, type Choice } from './planItems.ts';

type Asked = Pick<ProposalRow, 'repository' | 'number'>;

/** Merges a pull request that was opened here, after a question that names the environments. `onMerged` is told before the branch is asked about. */
export async function mergePullRequest(
  client: LanguageClient,
  given: ChangeRow | Uri | undefined,
  onMerged: (merged: MergedCommit) => void,
): Promise<void> {
  const isRow = given !== undefined && 'kind' in given && given.kind === 'proposal';
  const { repository, number } = isRow ? given.proposal : await chooseProposal(client);
  const question = await client.sendRequest(mergeQuestionRequest, { repository, number });
  if ('refusal' in question) return await tellRefusal(question);
  const method = await confirm(question);
  const done = await client.sendRequest(mergeRequest, { repository, number, head: question.head, method });
  if ('refusal' in done) return await tellRefusal(done);
  onMerged({ repository, commit: done.commit, base: question.base });
  await offerDeletion(client, { repository, number }, question);
}

async function chooseProposal(client: LanguageClient): Promise<Asked> {
  const { rows, message } = await client.sendRequest(proposalsRequest, { mayAsk: true });
  if (rows.length === 0) throw new UserError(message || l10n.t('No pull request is open that was made here.'));
  const answer = await ask({
    title: l10n.t('Merge Pull Request'),
    placeholder: l10n.t('Choose a pull request. You are asked before it is merged.'),
    number: 1,
    total: 1,
    items: () =>
      rows.map((row): Choice<Asked> => {
        const description = `#${String(row.number)} \u00B7 ${row.summary.text}`;
        return { label: forLabel(row.title), description: forLabel(description), value: row };
      }),
    canChoose,
    canGoBack: false,
  });
  if (answer === back || answer.value === undefined) throw new CancellationError();
  return answer.value;
}

/** @throws CancellationError where the person does not want to */
async function confirm({ number, title, base, environments, lines, methods }: MergeQuestion): Promise<MergeMethodName> {
  const names: Readonly<Record<MergeMethodName, string>> = {
    merge: l10n.t('Create a Merge Commit'),
    squash: l10n.t('Squash and Merge'),
    rebase: l10n.t('Rebase and Merge'),
  };
  const message =
    environments.length === 0
      ? l10n.t('Merge pull request #{0} into {1}?', number, base)
      : l10n.t('Merge pull request #{0} into {1}? It changes {2}.', number, base, environments.join(', '));
  const detail = [title, '', ...lines.map(({ text }) => text)].join('\n');
  const answer = await window.showWarningMessage(message, { modal: true, detail }, ...methods.map((method) => names[method]));
  const chosen = methods.find((method) => names[method] === answer);
  if (chosen === undefined) throw new CancellationError();
  return chosen;
}

async function offerDeletion(client: LanguageClient, { repository, number }: Asked, question: MergeQuestion): Promise<void> {
  const { base, branch, hasOwnBranch } = question;
  const merged = forMessage(l10n.t('Merged pull request #{0} into {1}.', number, base));
  const remove = l10n.t('Delete Branch');
  if ((await window.showInformationMessage(merged, ...(hasOwnBranch ? [remove] : []))) !== remove) return;
  const done = await client.sendRequest(deleteBranchRequest, { repository, branch });
  if ('refusal' in done) return await tellRefusal(done);
  window.setStatusBarMessage(forLabel(l10n.t('Deleted {0}', branch)), 3000);
}
