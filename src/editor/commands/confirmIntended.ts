import { ThemeIcon, commands, l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { ChangePlan } from '../../protocol.ts';
import { planChangeRequest, previewIntendedRequest, type IntendedChange } from '../../protocol/promotion.ts';
import { landChange, landingItems, landings } from '../landChange.ts';
import { forTab } from '../plainText.ts';
import { previewUri } from '../previewDocuments.ts';
import { UserError } from '../showError.ts';
import { ask, back } from '../steps.ts';
import { showRefusal, type Progress } from './bumpSteps.ts';
import { canChoose, planItems } from './planItems.ts';

/** The last step of every change that is planned from an intention: shows all of it, and makes it. Resolves to `back` where another one is wanted. */
export async function confirmIntended(
  client: LanguageClient,
  intended: IntendedChange,
  refusedTitle: string,
  progress: Progress,
): Promise<typeof back | undefined> {
  for (;;) {
    const plan = await client.sendRequest(planChangeRequest, intended);
    if ('refusal' in plan) {
      if (!progress.canGoBack) throw new UserError(plan.refusal);
      await showRefusal(refusedTitle, plan.refusal, progress);
      return back;
    }
    const choices = await landings(client, plan);
    const answer = await ask({
      ...progress,
      title: plan.title,
      placeholder: l10n.t('Escape changes nothing.'),
      items: () => planItems(plan, landingItems(plan, choices)),
      canChoose,
      look: {
        button: { iconPath: new ThemeIcon('eye'), tooltip: l10n.t('Preview First') },
        run: () => showIntended(client, intended, plan),
      },
    });
    if (answer === back || answer.value === undefined) return back;
    if (await landChange(client, plan, answer.value)) return undefined;
  }
}

/** Shows side by side what a plan changes in the manifests of every build, while it waits for its confirmation. */
async function showIntended(client: LanguageClient, intended: IntendedChange, plan: ChangePlan): Promise<void> {
  const sides = plan.roots.map(({ root, directory }) => {
    const uri = (side: 'before' | 'after') => previewUri(directory, { kind: 'intended', intended, root, side });
    return { root, left: uri('before'), right: uri('after') };
  });
  const [only, ...others] = sides;
  if (only === undefined) throw new UserError(l10n.t('No build is changed by this.'));
  if (others.length > 0) {
    const resources = sides.map(({ left, right }) => [right, left, right]);
    await commands.executeCommand('vscode.changes', plan.title, resources);
    return;
  }
  const { title, before, after, failure } = await client.sendRequest(previewIntendedRequest, {
    intended,
    root: only.root,
    reveal: false,
  });
  if (failure !== undefined && before === after) throw new UserError(failure);
  await commands.executeCommand('vscode.diff', only.left, only.right, forTab(title), { preview: true, preserveFocus: true });
}
