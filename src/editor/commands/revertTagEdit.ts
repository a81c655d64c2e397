import type { LanguageClient } from 'vscode-languageclient/node';
import { planRevertRequest } from '../../protocol/changes.ts';
import { applyPlan } from '../applyPlan.ts';
import { UserError } from '../showError.ts';
import type { ChangeRow } from '../views/changesTree.ts';

/** Takes the lines of one tag back to what was committed, as an edit that can be undone. */
export async function revertTagEdit(client: LanguageClient, row: ChangeRow): Promise<void> {
  if (row.kind !== 'edit') return;
  const plan = await client.sendRequest(planRevertRequest, { edits: [row.edit.id] });
  const refusal = 'refusal' in plan ? plan.refusal : await applyPlan(plan);
  if (refusal !== undefined) throw new UserError(refusal);
}
