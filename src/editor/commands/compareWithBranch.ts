import { Uri, l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Row } from '../../protocol.ts';
import { branchesRequest } from '../../protocol/comparison.ts';
import { environmentsRequest } from '../../protocol/promotion.ts';
import type { ComparisonDocuments } from '../comparisonDocuments.ts';
import { dateOf } from '../dates.ts';
import { forLabel } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { ask, back } from '../steps.ts';
import { canChoose, section, type Choice } from './planItems.ts';

/** Shows what the files as they are have differently from a branch, or from any other commit: tags, and manifests object by object. */
export async function compareWithBranch(
  client: LanguageClient,
  comparisons: ComparisonDocuments,
  given: Uri | { readonly scope?: Row['scope'] } | undefined,
): Promise<void> {
  const scope = given === undefined || given instanceof Uri ? undefined : given.scope;
  const repositories = scope === undefined ? await client.sendRequest(environmentsRequest) : [];
  const known = scope?.repository ?? (repositories.length === 1 ? repositories[0]?.repository : undefined);
  const total = known === undefined ? 2 : 1;
  for (;;) {
    const repository =
      known ??
      (await chooseRepository(
        repositories.map((one) => ({ label: forLabel(one.name), value: one.repository })),
        total,
      ));
    const revision = await chooseRevision(client, repository, total);
    if (revision === back) continue;
    const application = scope?.application ?? null;
    const environment = scope?.environment ?? null;
    await comparisons.show({ kind: 'branch', repository, revision, application, environment });
    return;
  }
}

async function chooseRepository(items: readonly Choice<string>[], total: number): Promise<string> {
  if (items.length === 0)
    throw new UserError(l10n.t('Nothing in this workspace is built by kustomize. Open a folder with kustomization files.'));
  const answer = await ask({
    title: l10n.t('Compare with Branch'),
    placeholder: l10n.t('Choose a repository'),
    number: 1,
    total,
    canGoBack: false,
    items: () => items,
    canChoose,
  });
  if (answer === back || answer.value === undefined) throw new Error('The first step has no way back.');
  return answer.value;
}

async function chooseRevision(client: LanguageClient, repository: string, total: number): Promise<string | typeof back> {
  const branches = await client.sendRequest(branchesRequest, { repository });
  if ('refusal' in branches) throw new UserError(branches.refusal);
  const items = branches.map(({ name, date, subject, isCurrent }): Choice<string> => ({
    label: forLabel(name),
    description: forLabel([isCurrent ? l10n.t('current') : '', dateOf(date), subject].filter((part) => part !== '').join('   ')),
    value: name,
  }));
  const answer = await ask({
    title: l10n.t('Compare with Branch'),
    placeholder: l10n.t('Choose a branch, or type a tag or the hash of a commit'),
    number: total,
    total,
    canGoBack: total > 1,
    dependsOnText: true,
    items: (typed) => {
      const text = typed.trim();
      if (text === '' || branches.some(({ name }) => name === text)) return items;
      return [...items, ...section(l10n.t('as typed'), [{ label: forLabel(text), value: text, alwaysShow: true }])];
    },
    canChoose,
  });
  return answer === back ? back : (answer.value ?? back);
}
