import { CancellationError, Uri, l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { UserError } from '../showError.ts';
import type { ApplicationsView } from '../views/applicationsView.ts';
import { chooseUsage } from './chooseUsage.ts';

/** Shows the row of an image in the Applications view: the given one, that at the cursor, or one that the person picks. @throws CancellationError, UserError */
export async function revealImage(
  client: LanguageClient,
  view: ApplicationsView,
  given: Uri | { readonly usage?: string } | undefined,
): Promise<void> {
  const known = given === undefined || given instanceof Uri ? undefined : given.usage;
  const usage = known ?? (await chooseUsage(client, l10n.t('Reveal in Applications View')));
  if (usage === undefined) throw new CancellationError();
  if (!(await view.reveal(usage)))
    throw new UserError(l10n.t('This image is gone from the repository. Refresh the Applications view.'));
}
