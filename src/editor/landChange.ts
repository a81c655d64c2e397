import { CancellationError, commands, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { settingsSection } from '../manifest.ts';
import type { ChangePlan } from '../protocol.ts';
import {
  commitRequest,
  landingsRequest,
  proposeRequest,
  type Landable,
  type LandingChoice,
  type LandingRefusal,
} from '../protocol/proposal.ts';
import { applyPlan, untilUpToDate } from './applyPlan.ts';
import type { Choice } from './commands/planItems.ts';
import { signInAgain } from './gitHubSignIn.ts';
import { forLabel, forMessage } from './plainText.ts';
import { UserError } from './showError.ts';
import { showProposed } from './showProposed.ts';
import { withSteps } from './withSteps.ts';

/** The ways that a plan can take here, that of the environment's policy first. */
export async function landings(client: LanguageClient, plan: ChangePlan): Promise<LandingChoice[]> {
  return client.sendRequest(landingsRequest, landable(plan));
}

/** The ways as items, each with what it will do. `label`: what the edit is called where it is a special one. */
export function landingItems(
  { files, alsoChanges }: ChangePlan,
  choices: readonly LandingChoice[],
  label?: string,
): Choice<LandingChoice>[] {
  const besides = alsoChanges.length === 0 ? [] : [l10n.t('also changes {0}', forLabel(alsoChanges.join(', ')))];
  return choices.map((choice) => {
    const names = {
      edit: `$(edit) ${label ?? (files.length === 1 ? l10n.t('Edit the file') : l10n.t('Edit {0} files', files.length))}`,
      commit: `$(git-commit) ${choice.branch === '' ? l10n.t('Commit') : l10n.t('Commit on {0}', forLabel(choice.branch))}`,
      pullRequest: `$(git-pull-request-create) ${l10n.t('Open a pull request')}`,
    };
    const does = choice.landing === 'edit' ? l10n.t('one undo takes it back') : choice.does;
    const description = choice.obstacle === '' ? [forLabel(does), ...besides].join('; ') : forLabel(choice.obstacle);
    return { label: names[choice.landing], description, ...(choice.obstacle === '' ? { value: choice } : {}) };
  });
}

/**
 * The one place in which planned changes are carried out. True when this one was; false to plan it once more, because its files are others now.
 * @throws CancellationError when the person leaves it
 */
export async function landChange(client: LanguageClient, plan: ChangePlan, choice: LandingChoice): Promise<boolean> {
  switch (choice.landing) {
    case 'edit': {
      const refusal = await applyPlan(plan);
      if (refusal === undefined) return true;
      const planAgain = l10n.t('Plan Again');
      if ((await window.showWarningMessage(forMessage(refusal), planAgain)) !== planAgain) throw new CancellationError();
      await untilUpToDate(plan);
      return false;
    }
    case 'commit':
      await commitChange(client, plan, choice);
      return true;
    case 'pullRequest':
      await proposeChange(client, plan.title, landable(plan));
      return true;
  }
}

function landable({ files, changes, warnings, alsoChanges }: ChangePlan): Landable {
  return { kind: 'plan', files, changes, warnings, alsoChanges };
}

/** A commit reaches everybody with the next push, so those of environments like production are asked for by name. */
async function commitChange(client: LanguageClient, plan: ChangePlan, { branch, careful }: LandingChoice): Promise<void> {
  if (careful.length > 0) {
    const commit = l10n.t('Commit');
    const question = l10n.t('Commit this change of {0} on {1}, without a pull request?', careful.join(', '), branch);
    const detail = plan.changes.map(
      ({ application, environment, from, to }) => `${application} in ${environment}: ${from} > ${to}`,
    );
    const options = { modal: true, detail: detail.join('\n') };
    if ((await window.showWarningMessage(question, options, commit)) !== commit) throw new CancellationError();
  }
  const done = await withSteps(client, plan.title, (workDoneToken, token) =>
    client.sendRequest(commitRequest, { change: landable(plan), workDoneToken }, token),
  );
  if ('refusal' in done) return await tellRefusal(done);
  const committed = l10n.t('Committed {0} on {1}. Push it when you are ready.', done.commit.slice(0, 10), done.branch);
  void window.showInformationMessage(forMessage(committed));
}

/** Opens the pull request or brings it up to date, and tells its number. @throws CancellationError when the person leaves it */
export async function proposeChange(client: LanguageClient, title: string, change: Landable): Promise<void> {
  for (;;) {
    const done = await withSteps(client, title, (workDoneToken, token) =>
      client.sendRequest(proposeRequest, { change, workDoneToken }, token),
    );
    if (!('refusal' in done)) return showProposed(done);
    await tellRefusal(done);
  }
}

/** Resolves where what was in the way is out of it, so that it can be tried again. @throws UserError or CancellationError else */
export async function tellRefusal({ refusal, offer }: LandingRefusal): Promise<void> {
  if (offer === undefined) throw new UserError(refusal);
  const action = offer.kind === 'settings' ? l10n.t('Open Settings') : l10n.t('Sign In Again');
  if ((await window.showWarningMessage(forMessage(refusal), action)) !== action) throw new CancellationError();
  if (offer.kind === 'signIn') return await signInAgain(offer.host);
  await commands.executeCommand('workbench.action.openSettings', `${settingsSection}.github`);
  throw new CancellationError();
}
