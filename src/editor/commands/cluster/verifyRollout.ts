import { CancellationError, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { bumpTargetsRequest } from '../../../protocol.ts';
import { plannedRolloutRequest, type PlannedRollout } from '../../../protocol/objects.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forLabel } from '../../plainText.ts';
import { UserError } from '../../showError.ts';
import { targetsAtCursor } from '../atCursor.ts';
import { confirm } from './chooseObject.ts';
import { contextsFor } from './contexts.ts';
import { followRollouts } from './followRollouts.ts';

/** A row of the Applications view. Nothing means the image at the cursor, or one that the person picks; the last commit unless told. */
export type ImageArgument = { readonly usage?: string | undefined; readonly commit?: string | undefined } | undefined;

/**
 * Waits until what a commit says of an image really runs, or it is clear that it will not. In all contexts of the environment at once.
 * @throws CancellationError, UserError
 */
export async function verifyRollout(client: LanguageClient, clusters: ClusterClient, given: ImageArgument): Promise<void> {
  clusters.connected();
  const usage = given?.usage ?? (await chooseUsage(client));
  const commit = given?.commit ?? 'HEAD';
  const planned = await client.sendRequest(plannedRolloutRequest, { usage, commit });
  if ('refusal' in planned) throw new UserError(planned.refusal);
  const { version, environment } = planned;
  const contexts = await contextsFor(clusters, environment, l10n.t('Verify Rollout'));
  const asking = l10n.t('Reconcile and Wait');
  const [context = '', ...others] = contexts;
  const question =
    others.length === 0
      ? l10n.t('Verify that {0} runs in {1}, context "{2}"?', version, environment, context)
      : l10n.t(
          'Verify that {0} runs in {1}, contexts {2}?',
          version,
          environment,
          contexts.map((name) => `"${name}"`).join(', '),
        );
  const detail = l10n.t('Flux can be asked to look now, instead of at its next interval.');
  const other = l10n.t('Other Commit...');
  const chosen = await confirm(question, `${commitText(planned)} ${detail}`, asking, l10n.t('Only Wait'), other);
  if (chosen === other) return await verifyRollout(client, clusters, { usage, commit: await chooseCommit(commit) });
  const rollouts = contexts.map((name) => ({ planned, context: name }));
  await followRollouts(clusters, rollouts, { reconcile: chosen === asking });
}

function commitText({ targets }: PlannedRollout): string {
  return l10n.t('Commit {0}.', targets[0]?.commit.slice(0, 7) ?? '');
}

async function chooseCommit(value: string): Promise<string> {
  const name = await window.showInputBox({
    title: l10n.t('Verify Rollout: Commit'),
    prompt: l10n.t('A hash, a branch or a tag of this clone'),
    value,
  });
  if (name === undefined || name.trim() === '') throw new CancellationError();
  return name.trim();
}

async function chooseUsage(client: LanguageClient): Promise<string> {
  const atCursor = await targetsAtCursor(client);
  const targets = atCursor.length > 0 ? atCursor : await client.sendRequest(bumpTargetsRequest);
  const [only, ...others] = targets;
  if (only === undefined) throw new UserError(l10n.t('No image was found in this workspace.'));
  if (others.length === 0) return only.usage;
  const items = targets.map(({ usage, repository, application, environment, tag }) => ({
    label: forLabel(environment === '' ? application : l10n.t('{0} in {1}', application, environment)),
    description: forLabel([tag, repository].filter((part) => part !== '').join('   ')),
    usage,
  }));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Verify Rollout'), matchOnDescription: true });
  if (chosen === undefined) throw new CancellationError();
  return chosen.usage;
}
