import { Disposable, commands, type ExtensionContext, type LogOutputChannel } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { commands as ids } from '../manifest.ts';
import type { ClusterClient } from './clusterClient.ts';
import type { ClusterDocuments } from './clusterDocuments.ts';
import type { RootArgument } from './commands/chooseRoot.ts';
import type { ObjectArgument } from './commands/cluster/chooseObject.ts';
import { compareWithCluster } from './commands/cluster/compareWithCluster.ts';
import { connectCluster, disconnectCluster } from './commands/cluster/connect.ts';
import { checkFlux, openObject, showObjectText } from './commands/cluster/objectTexts.ts';
import { reconcile, resume, suspend } from './commands/cluster/reconcile.ts';
import { traceObject } from './commands/cluster/traceObject.ts';
import { verifyRollout, type ImageArgument } from './commands/cluster/verifyRollout.ts';
import { showError } from './showError.ts';

type ContextArgument = { readonly context?: string } | undefined;

/** Every command that asks something of a cluster. */
export function registerClusterCommands(
  client: LanguageClient,
  clusters: ClusterClient,
  documents: ClusterDocuments,
  memory: ExtensionContext['workspaceState'],
  log: LogOutputChannel,
): Disposable {
  const register = (id: string, run: (given: never) => Promise<void>) =>
    commands.registerCommand(id, async (given: unknown) => {
      try {
        await run(given as never);
      } catch (error) {
        void showError(error, log);
      }
    });
  return Disposable.from(
    register(ids.connectCluster, (given: ContextArgument) => connectCluster(clusters, memory, given)),
    register(ids.disconnectCluster, (given: ContextArgument) => disconnectCluster(clusters, given)),
    register(ids.reconcile, (given: ObjectArgument) => reconcile(clusters, given, false)),
    register(ids.reconcileWithSource, (given: ObjectArgument) => reconcile(clusters, given, true)),
    register(ids.suspend, (given: ObjectArgument) => suspend(clusters, given)),
    register(ids.resume, (given: ObjectArgument) => resume(clusters, given)),
    register(ids.openObject, (given: ObjectArgument) => openObject(client, clusters, documents, given)),
    register(ids.showLiveManifest, (given: ObjectArgument) => showObjectText(clusters, documents, given, 'manifest')),
    register(ids.showEvents, (given: ObjectArgument) => showObjectText(clusters, documents, given, 'events')),
    register(ids.showLogs, (given: ObjectArgument) => showObjectText(clusters, documents, given, 'logs')),
    register(ids.traceObject, (given: ObjectArgument) => traceObject(client, clusters, documents, given)),
    register(ids.checkFlux, (given: ContextArgument) => checkFlux(clusters, documents, given)),
    register(ids.compareWithCluster, (given: RootArgument) => compareWithCluster(client, clusters, documents, given)),
    register(ids.verifyRollout, (given: ImageArgument) => verifyRollout(client, clusters, given)),
  );
}
