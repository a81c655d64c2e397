/** Composition root: what the extension consists of, and who knows whom. */
import { window, workspace, type ExtensionContext } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { ClusterClient } from './editor/clusterClient.ts';
import { ClusterDocuments } from './editor/clusterDocuments.ts';
import { registerCommittedDocuments } from './editor/committedDocuments.ts';
import { ComparisonDocuments } from './editor/comparisonDocuments.ts';
import { FileStatus } from './editor/fileStatus.ts';
import { createLanguageClient } from './editor/languageClient.ts';
import { MergedRollouts } from './editor/mergedRollouts.ts';
import { PreviewDocuments } from './editor/previewDocuments.ts';
import { registerClusterCommands } from './editor/registerClusterCommands.ts';
import { registerCommands } from './editor/registerCommands.ts';
import { registerRuleDocuments } from './editor/ruleDocuments.ts';
import { RunningImages } from './editor/runningImages.ts';
import { showError } from './editor/showError.ts';
import { SnapshotChanges } from './editor/snapshotChanges.ts';
import { followYamlVoices } from './editor/yamlVoices.ts';
import { ApplicationsView } from './editor/views/applicationsView.ts';
import { ChangesView } from './editor/views/changesView.ts';
import { FluxView } from './editor/views/fluxView.ts';
import { registerRowDecorations } from './editor/views/rowDecorations.ts';
import { extensionName } from './manifest.ts';

let client: LanguageClient | undefined;
let clusters: ClusterClient | undefined;

/** Returns at once: the server starts and reads the repository in a process of its own. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel(extensionName, { log: true });
  const started = (client = createLanguageClient(context, log));
  const changes = new SnapshotChanges(started);
  const clusterClient = (clusters = new ClusterClient(context, log));
  const running = new RunningImages(started, clusterClient, changes);
  const view = new ApplicationsView(started, changes, running, context.workspaceState, log);
  const merged = new MergedRollouts(started, clusterClient);
  const edits = new ChangesView(started, changes, merged, log);
  const previews = new PreviewDocuments(started, changes);
  const documents = new ClusterDocuments(clusterClient);
  const comparisons = new ComparisonDocuments(started, changes);
  context.subscriptions.push(
    log,
    changes,
    view,
    merged,
    edits,
    previews,
    comparisons,
    registerCommittedDocuments(started),
    new FileStatus(started, changes),
    registerRowDecorations(),
    registerRuleDocuments(context),
    followYamlVoices(started),
    registerCommands(started, clusterClient, view, edits, previews, comparisons, log),
    clusterClient,
    running,
    documents,
    new FluxView(clusterClient, context.workspaceState, log),
    registerClusterCommands(started, clusterClient, documents, context.workspaceState, log),
    // What a trusted folder allows is decided when the server starts.
    workspace.onDidGrantWorkspaceTrust(() => void started.restart().catch((error: unknown) => showError(error, log))),
  );
  started.start().catch((error: unknown) => void showError(error, log));
}

/** Resolves when the servers have ended. */
export async function deactivate(): Promise<void> {
  await Promise.all([client?.needsStop() === true ? client.stop() : undefined, clusters?.stop()]);
}
