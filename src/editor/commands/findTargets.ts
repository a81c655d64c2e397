import { l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { registryAddress } from '../../core/oci/registryAddress.ts';
import { bumpTargetsRequest, detailsRequest, usagesAtRequest, type BumpTarget, type Place } from '../../protocol.ts';
import { UserError } from '../showError.ts';
import { targetsAtCursor } from './atCursor.ts';

/** The images to choose from: one where it is known. */
export async function findTargets(
  client: LanguageClient,
  { usage, at }: { readonly usage?: string | undefined; readonly at?: Place | undefined },
): Promise<{ choices: readonly BumpTarget[]; fromCursor: boolean }> {
  if (usage !== undefined) return { choices: [await targetOf(client, usage)], fromCursor: false };
  const atCursor = at === undefined ? await targetsAtCursor(client) : await client.sendRequest(usagesAtRequest, at);
  if (atCursor.length > 0) return { choices: atCursor, fromCursor: true };
  const choices = await client.sendRequest(bumpTargetsRequest);
  if (choices.length > 0) return { choices, fromCursor: false };
  throw new UserError(
    l10n.t('No image in this workspace has a tag that a file here decides. Open a folder with kustomization files.'),
  );
}

async function targetOf(client: LanguageClient, usage: string): Promise<BumpTarget> {
  const details = await client.sendRequest(detailsRequest, { usage });
  if (details === null) throw new UserError(l10n.t('This image is gone from the repository. Refresh the Applications view.'));
  const { application, environment, reference, parts } = details;
  const registry = registryAddress(reference)?.domain ?? '';
  const version = parts.filter(({ part }) => part !== 'name').map(({ text }) => text);
  return { usage, repository: '', application, environment, image: reference, tag: version.join('@'), detail: '', registry };
}
