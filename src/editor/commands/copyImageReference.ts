import { Uri, env, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { detailsRequest } from '../../protocol.ts';
import { forLabel, forMessage } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { chooseUsage } from './chooseUsage.ts';

/** A row, or the reference itself. Nothing means the image at the cursor, or one that the person picks. */
type ImageArgument = Uri | { readonly usage?: string | undefined; readonly reference?: string | undefined } | undefined;

/** Puts the whole reference of an image, as it is rendered, on the clipboard. */
export async function copyImageReference(client: LanguageClient, given: ImageArgument): Promise<void> {
  const args = given === undefined || given instanceof Uri ? {} : given;
  const usage =
    args.reference === undefined ? (args.usage ?? (await chooseUsage(client, l10n.t('Copy Image Reference')))) : undefined;
  const reference = args.reference ?? (usage === undefined ? undefined : await referenceOf(client, usage));
  if (reference === undefined) return;
  await env.clipboard.writeText(reference);
  window.setStatusBarMessage(forLabel(forMessage(l10n.t('Copied {0}', reference))), 3000);
}

async function referenceOf(client: LanguageClient, usage: string): Promise<string> {
  const details = await client.sendRequest(detailsRequest, { usage });
  if (details === null) throw new UserError(l10n.t('This image is gone from the repository. Refresh the Applications view.'));
  if (details.reference === '')
    throw new UserError(l10n.t('There is no reference to copy: {0}.', details.unknownWhy.replace(/\.$/, '')));
  return details.reference;
}
