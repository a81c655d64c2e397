import { CancellationError, l10n, window } from 'vscode';
import type { ChangePlan } from '../protocol.ts';
import { applyPlan, untilUpToDate } from './applyPlan.ts';
import type { Choice } from './commands/planItems.ts';
import { forLabel, forMessage } from './plainText.ts';

/** How a planned change comes into the repository. */
export type Landing = 'edit';

/** The ways that a plan can take. `label`: what the edit is called where it is a special one. */
export function landings({ files, alsoChanges }: ChangePlan, label?: string): Choice<Landing>[] {
  const edit = files.length === 1 ? l10n.t('Edit the file') : l10n.t('Edit {0} files', files.length);
  return [
    {
      label: `$(edit) ${label ?? edit}`,
      description: alsoChanges.length === 0 ? '' : l10n.t('also changes {0}', forLabel(alsoChanges.join(', '))),
      value: 'edit',
    },
  ];
}

/**
 * The one place in which planned changes are carried out. True when this one was; false to plan it once more, because its files are others now.
 * @throws CancellationError when the person leaves it
 */
export async function landChange(plan: ChangePlan, landing: Landing): Promise<boolean> {
  switch (landing) {
    case 'edit': {
      const refusal = await applyPlan(plan);
      if (refusal === undefined) return true;
      const planAgain = l10n.t('Plan Again');
      if ((await window.showWarningMessage(forMessage(refusal), planAgain)) !== planAgain) throw new CancellationError();
      await untilUpToDate(plan);
      return false;
    }
  }
}
