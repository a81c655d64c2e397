import { l10n, type Uri } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { pinnedRequest } from '../../protocol/registry.ts';
import { UserError } from '../showError.ts';
import { withSteps } from '../withSteps.ts';
import { bumpImage } from './bumpImage.ts';
import { chooseUsage } from './chooseUsage.ts';

/** Adds the digest that the tag of an image has in its registry now, as any other bump is made. */
export async function pinToDigest(
  client: LanguageClient,
  given: { readonly usage?: string | undefined } | Uri | undefined,
): Promise<void> {
  const known = given !== undefined && 'usage' in given ? given.usage : undefined;
  const usage = known ?? (await chooseUsage(client, l10n.t('Pin to Digest')));
  if (usage === undefined) return;
  const found = await withSteps(client, l10n.t('Asking the registry for the digest'), (_, token) =>
    client.sendRequest(pinnedRequest, { usage }, token),
  );
  if ('refusal' in found) throw new UserError(found.refusal);
  await bumpImage(client, { usage, tag: found.version });
}
