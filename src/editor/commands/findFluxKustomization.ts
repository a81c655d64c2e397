import { CancellationError, Uri, l10n, window } from 'vscode';
import type { LanguageClient, Location } from 'vscode-languageclient/node';
import { fileUseRequest } from '../../protocol.ts';
import { openLocation } from '../openLocation.ts';
import { forLabel } from '../plainText.ts';
import { UserError } from '../showError.ts';

interface Choice {
  readonly label: string;
  readonly description: string;
  readonly location: Location;
}

/** Goes to what deploys a file (that of the active editor by default): Flux Kustomizations, else the kustomization files of its roots. @throws CancellationError, UserError */
export async function findFluxKustomization(client: LanguageClient, given: Uri | undefined): Promise<void> {
  const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') throw new UserError(l10n.t('No file is open. Open a file of a GitOps repository first.'));
  const use = await client.sendRequest(fileUseRequest, { uri: uri.toString() });
  const choices = (use?.roots ?? []).flatMap(({ label, environments, location, deployedBy }): Choice[] => {
    const where = [label, ...environments].join(' · ');
    const flux = deployedBy.map((one): Choice => ({
      label: forLabel(one.name),
      description: forLabel(one.suspended ? l10n.t('{0}, suspended', where) : where),
      location: one.location,
    }));
    if (flux.length > 0) return flux;
    return location === undefined ? [] : [{ label: forLabel(label), description: forLabel(environments.join(', ')), location }];
  });
  const [first, ...others] = choices;
  if (first === undefined)
    throw new UserError(l10n.t('Nothing in this repository builds this file. Add it to the resources of a kustomization.'));
  const title = l10n.t('Go to what deploys this file');
  const chosen = others.length === 0 ? first : await window.showQuickPick(choices, { title, matchOnDescription: true });
  if (chosen === undefined) throw new CancellationError();
  await openLocation(chosen.location);
}
