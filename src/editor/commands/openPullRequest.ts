import { l10n, type Uri } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { tagEditsRequest, type TagEditRow } from '../../protocol/changes.ts';
import { proposeChange } from '../landChange.ts';
import { forLabel } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { askMany, back, elsewhere } from '../steps.ts';
import type { ChangeRow } from '../views/changesTree.ts';
import { placeName } from './planItems.ts';

/** Opens one pull request with tags that are edited and not committed. The files stay as they are. */
export async function openPullRequest(client: LanguageClient, given: ChangeRow | Uri | undefined): Promise<void> {
  const chosen = given !== undefined && 'kind' in given && given.kind === 'edit' ? [given.edit] : await chooseEdits(client);
  if (chosen.length === 0) return;
  await proposeChange(client, l10n.t('Open Pull Request'), { kind: 'edits', edits: chosen.map(({ id }) => id) });
}

async function chooseEdits(client: LanguageClient): Promise<readonly TagEditRow[]> {
  const edits = await client.sendRequest(tagEditsRequest);
  if (edits.length === 0) throw new UserError(l10n.t('No tag is edited that is not committed. Bump or promote an image first.'));
  if (edits.length === 1) return edits;
  const answer = await askMany({
    title: l10n.t('Open Pull Request'),
    placeholder: l10n.t('One pull request with all that is ticked. Your files stay as they are.'),
    number: 1,
    total: 1,
    items: edits.map((edit) => ({
      label: forLabel(placeName(edit.application, edit.environment)),
      description: forLabel(`${edit.from} \u2192 ${edit.to}`),
      picked: true,
      edit,
    })),
    canChoose: () => true,
    canGoBack: false,
  });
  return answer === back || answer === elsewhere ? [] : answer.map(({ edit }) => edit);
}
