import { CancellationError, Uri, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { rootsRequest } from '../../protocol.ts';
import { forLabel } from '../plainText.ts';
import { UserError } from '../showError.ts';

/** What a preview command may be given: a row or `{root}`, or a file. Nothing means the active editor. */
export type RootArgument = Uri | { readonly root?: string | undefined } | undefined;

/** The build root to show: the given one, that of the file, or the one that the person picks. @throws CancellationError, UserError */
export async function chooseRoot(client: LanguageClient, given: RootArgument): Promise<string> {
  if (given !== undefined && !(given instanceof Uri) && given.root !== undefined) return given.root;
  const file = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  const ofFile = file?.scheme === 'file' ? await client.sendRequest(rootsRequest, { uri: file.toString() }) : [];
  const roots = ofFile.length > 0 ? ofFile : await client.sendRequest(rootsRequest, { uri: null });
  const [first, ...others] = roots;
  if (first === undefined)
    throw new UserError(l10n.t('Nothing in this workspace is built by kustomize. Open a folder with kustomization files.'));
  if (others.length === 0) return first.root;
  const items = roots.map(({ root, label, description }) => ({
    label: forLabel(label),
    description: forLabel(description),
    root,
  }));
  const title =
    ofFile.length > 0 ? l10n.t('Preview: this file is part of several builds') : l10n.t('Preview: choose what to build');
  const chosen = await window.showQuickPick(items, { title, matchOnDescription: true });
  if (chosen === undefined) throw new CancellationError();
  return chosen.root;
}
