import { CancellationError, l10n, window } from 'vscode';
import { choicesRequest, type Ability, type ObjectInContext } from '../../../protocol/cluster.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forLabel } from '../../plainText.ts';
import { UserError } from '../../showError.ts';

/** A row of the Flux view, or an object. Nothing means one that the person picks. */
export type ObjectArgument =
  { readonly context?: string; readonly reference?: ObjectInContext['reference'] | undefined } | undefined;

/** @throws CancellationError, UserError where there is no object with which this can be done */
export async function chooseObject(
  client: ClusterClient,
  given: ObjectArgument,
  ability: Ability,
  title: string,
): Promise<ObjectInContext> {
  if (given?.context !== undefined && given.reference !== undefined)
    return { context: given.context, reference: given.reference };
  const choices = await client.connected().sendRequest(choicesRequest, { ability });
  if (choices.length === 0)
    throw new UserError(
      l10n.t('No connected cluster has an object with which you can do this. Its state or your rights may not allow it.'),
    );
  const items = choices.map(({ context, reference, label, description }) => ({
    label: forLabel(label),
    description: forLabel(description),
    detail: forLabel(l10n.t('context {0}', context)),
    object: { context, reference },
  }));
  const chosen = await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  if (chosen === undefined) throw new CancellationError();
  return chosen.object;
}

/** `Kustomization flux-system/apps` */
export function nameOf({ reference: { kind, namespace, name } }: ObjectInContext): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** Asks before something is done to a cluster. The question names the context. @throws CancellationError */
export async function confirm(question: string, detail: string, ...actions: readonly string[]): Promise<string> {
  const chosen = await window.showWarningMessage(question, { modal: true, detail }, ...actions);
  if (chosen === undefined) throw new CancellationError();
  return chosen;
}
