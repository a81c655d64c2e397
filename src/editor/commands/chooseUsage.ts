import { l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { bumpTargetsRequest } from '../../protocol.ts';
import { forLabel } from '../plainText.ts';
import { targetsAtCursor } from './atCursor.ts';

/** The image at the cursor, or one that the person picks; undefined where they pick none. */
export async function chooseUsage(client: LanguageClient, title: string): Promise<string | undefined> {
  const atCursor = await targetsAtCursor(client);
  const targets = atCursor.length > 0 ? atCursor : await client.sendRequest(bumpTargetsRequest);
  const [only, ...others] = targets;
  if (only !== undefined && others.length === 0) return only.usage;
  const items = targets.map(({ usage, repository, application, environment, image, tag }) => ({
    label: forLabel(environment === '' ? application : l10n.t('{0} in {1}', application, environment)),
    description: forLabel([tag, image, repository].filter((part) => part !== '').join('   ')),
    usage,
  }));
  const chosen = await window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen?.usage;
}
