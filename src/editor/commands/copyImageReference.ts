import { Uri, env, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { bumpTargetsRequest, detailsRequest } from '../../protocol.ts';
import { forLabel, forMessage } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { targetsAtCursor } from './atCursor.ts';

/** A row, or the reference itself. Nothing means the image at the cursor, or one that the person picks. */
type ImageArgument = Uri | { readonly usage?: string | undefined; readonly reference?: string | undefined } | undefined;

/** Puts the whole reference of an image, as it is rendered, on the clipboard. */
export async function copyImageReference(client: LanguageClient, given: ImageArgument): Promise<void> {
  const args = given === undefined || given instanceof Uri ? {} : given;
  const usage = args.reference === undefined ? (args.usage ?? (await chooseUsage(client))) : undefined;
  const reference = args.reference ?? (usage === undefined ? undefined : await referenceOf(client, usage));
  if (reference === undefined) return;
  await env.clipboard.writeText(reference);
  window.setStatusBarMessage(forLabel(forMessage(l10n.t('Copied {0}', reference))), 3000);
}

async function chooseUsage(client: LanguageClient): Promise<string | undefined> {
  const atCursor = await targetsAtCursor(client);
  const targets = atCursor.length > 0 ? atCursor : await client.sendRequest(bumpTargetsRequest);
  const [only, ...others] = targets;
  if (only !== undefined && others.length === 0) return only.usage;
  const items = targets.map(({ usage, repository, application, environment, image, tag }) => ({
    label: forLabel(environment === '' ? application : l10n.t('{0} in {1}', application, environment)),
    description: forLabel([tag, image, repository].filter((part) => part !== '').join('   ')),
    usage,
  }));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Copy Image Reference'), matchOnDescription: true });
  return chosen?.usage;
}

async function referenceOf(client: LanguageClient, usage: string): Promise<string> {
  const details = await client.sendRequest(detailsRequest, { usage });
  if (details === null) throw new UserError(l10n.t('This image is gone from the repository. Refresh the Applications view.'));
  if (details.reference === '')
    throw new UserError(l10n.t('There is no reference to copy: {0}.', details.unknownWhy.replace(/\.$/, '')));
  return details.reference;
}
