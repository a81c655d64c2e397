import { Disposable, Uri, commands, env, window, type LogOutputChannel } from 'vscode';
import type { LanguageClient, Location } from 'vscode-languageclient/node';
import { commands as ids } from '../manifest.ts';
import type { ClusterClient } from './clusterClient.ts';
import { bumpImage } from './commands/bumpImage.ts';
import type { RootArgument } from './commands/chooseRoot.ts';
import { verifyMerged } from './commands/cluster/verifyMerged.ts';
import { compareEnvironments } from './commands/compareEnvironments.ts';
import { compareWithBranch } from './commands/compareWithBranch.ts';
import { copyImageReference } from './commands/copyImageReference.ts';
import { findFluxKustomization } from './commands/findFluxKustomization.ts';
import { mergePullRequest } from './commands/mergePullRequest.ts';
import { openPullRequest } from './commands/openPullRequest.ts';
import { pinToDigest } from './commands/pinToDigest.ts';
import { previewChange } from './commands/previewChange.ts';
import { previewManifests } from './commands/previewManifests.ts';
import { promote } from './commands/promote.ts';
import { revertTagEdit } from './commands/revertTagEdit.ts';
import { revealImage } from './commands/revealImage.ts';
import { rollBack } from './commands/rollBack.ts';
import { showTagHistory } from './commands/showTagHistory.ts';
import type { ComparisonDocuments } from './comparisonDocuments.ts';
import { openLocation } from './openLocation.ts';
import type { PreviewDocuments } from './previewDocuments.ts';
import { showError } from './showError.ts';
import type { ApplicationsView } from './views/applicationsView.ts';
import type { ChangeRow } from './views/changesTree.ts';
import type { ChangesView } from './views/changesView.ts';

type ProposalArgument = Extract<ChangeRow, { kind: 'proposal' }>;

/** Every command and what it does. What goes wrong in one is told in one way. */
export function registerCommands(
  client: LanguageClient,
  clusters: ClusterClient,
  view: ApplicationsView,
  changes: ChangesView,
  previews: PreviewDocuments,
  comparisons: ComparisonDocuments,
  log: LogOutputChannel,
): Disposable {
  const told = async <R>(result: Promise<R>): Promise<R | undefined> => {
    try {
      return await result;
    } catch (error) {
      void showError(error, log);
      return undefined;
    }
  };
  const register = commands.registerCommand;
  return Disposable.from(
    register(ids.bumpImage, (given: Parameters<typeof bumpImage>[1]) => told(bumpImage(client, given))),
    register(ids.promote, (given: Parameters<typeof promote>[1]) => told(promote(client, given))),
    register(ids.rollBack, (given: Parameters<typeof rollBack>[1]) => told(rollBack(client, given))),
    register(ids.showTagHistory, (given: Parameters<typeof showTagHistory>[1]) => told(showTagHistory(client, given))),
    register(ids.compareEnvironments, (given: Parameters<typeof compareEnvironments>[2]) =>
      told(compareEnvironments(client, comparisons, given)),
    ),
    register(ids.compareWithBranch, (given: Parameters<typeof compareWithBranch>[2]) =>
      told(compareWithBranch(client, comparisons, given)),
    ),
    register(ids.toggleFolded, () => told(comparisons.toggleFolded())),
    register(ids.previewManifests, (given: RootArgument) => told(previewManifests(client, given))),
    register(ids.previewChange, (given: RootArgument) => told(previewChange(client, given))),
    register(ids.copyImageReference, (given: Parameters<typeof copyImageReference>[1]) =>
      told(copyImageReference(client, given)),
    ),
    register(ids.revealImage, (given: Parameters<typeof revealImage>[2]) => told(revealImage(client, view, given))),
    register(ids.findFluxKustomization, (given: Uri | undefined) => told(findFluxKustomization(client, given))),
    register(ids.openDecidingLine, ({ location }: { readonly location: Location }) => told(openLocation(location))),
    register(ids.revealSecrets, (given: Uri | undefined) => {
      const uri = given ?? window.activeTextEditor?.document.uri;
      if (uri !== undefined) previews.reveal(uri);
    }),
    register(ids.refresh, () => told(view.refresh())),
    register(ids.pinToDigest, (given: Parameters<typeof pinToDigest>[1]) => told(pinToDigest(client, given))),
    register(ids.openPullRequest, (given: Parameters<typeof openPullRequest>[1]) => told(openPullRequest(client, given))),
    register(ids.mergePullRequest, (given: Parameters<typeof mergePullRequest>[1]) =>
      told(mergePullRequest(client, given, (merged) => void told(verifyMerged(client, clusters, merged)))),
    ),
    register(ids.revertTagEdit, (row: ChangeRow) => told(revertTagEdit(client, row))),
    register(ids.openOnGitHub, ({ proposal }: ProposalArgument) => env.openExternal(Uri.parse(proposal.url, true))),
    register(ids.copyPullRequestLink, ({ proposal }: ProposalArgument) => env.clipboard.writeText(proposal.url)),
    register(ids.refreshChanges, () => told(changes.refresh())),
    register(ids.signIn, () => told(changes.refresh(true))),
    register(ids.openLog, () => log.show()),
  );
}
