import { CancellationError, ProgressLocation, commands, l10n, window, type ExtensionContext } from 'vscode';
import { environmentsOf, fluxNamespacesOf } from '../../../core/flux/fluxPlaces.ts';
import { views } from '../../../manifest.ts';
import {
  connectRequest,
  connectedRequest,
  contextsRequest,
  disconnectRequest,
  type ContextChoice,
} from '../../../protocol/cluster.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forLabel, forMessage } from '../../plainText.ts';
import { readSetting } from '../../settings.ts';
import { UserError } from '../../showError.ts';

/** The context that was connected last in this workspace; it is only proposed. */
const lastKey = 'flux.context';

/** Connects to the cluster of a context, of the one that the person picks unless told. @throws CancellationError, UserError */
export async function connectCluster(
  clusters: ClusterClient,
  memory: ExtensionContext['workspaceState'],
  given: { readonly context?: string | undefined } | undefined,
): Promise<void> {
  const client = await clusters.start();
  const context = given?.context ?? (await chooseContext(clusters, memory.get(lastKey, '')));
  const location = ProgressLocation.Notification;
  const title = forMessage(l10n.t('Connecting to context "{0}"', context));
  const [fluxNamespace, ...namespaces] = fluxNamespacesOf(readSetting('flux.contexts'), context, readSetting('flux.namespace'));
  await window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    try {
      await client.sendRequest(connectRequest, { context, fluxNamespace, namespaces }, token);
    } catch (error) {
      if (token.isCancellationRequested) throw new CancellationError();
      throw error;
    }
  });
  await memory.update(lastKey, context);
  await commands.executeCommand(`${views.flux}.focus`);
}

async function chooseContext(clusters: ClusterClient, last: string): Promise<string> {
  const { contexts, problems } = await (await clusters.start()).sendRequest(contextsRequest);
  const why = problems.join(' ');
  if (contexts.length === 0)
    throw new UserError(
      `${why} ${l10n.t('No kubeconfig with a context was found. Set KUBECONFIG before VS Code starts, or write ~/.kube/config.')}`.trim(),
    );
  const items = contexts.map((choice) => ({
    label: forLabel(choice.name),
    description: forLabel(descriptionOf(choice, environmentsOf(readSetting('flux.contexts'), choice.name), choice.name === last)),
    detail: forLabel([choice.server, choice.user].filter((part) => part !== '').join('   ')),
    context: choice.name,
  }));
  items.sort((a, b) => Number(b.context === last) - Number(a.context === last));
  const placeholder = why === '' ? l10n.t('Your kubeconfig is not changed') : why;
  const title = l10n.t('Connect to Cluster');
  const chosen = await window.showQuickPick(items, {
    title,
    placeHolder: placeholder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) throw new CancellationError();
  return chosen.context;
}

function descriptionOf({ isConnected, isCurrent }: ContextChoice, environments: readonly string[], isLast: boolean): string {
  const words = [
    ...environments,
    ...(isConnected ? [l10n.t('connected')] : isLast ? [l10n.t('connected last')] : []),
    ...(isCurrent ? [l10n.t('current context of kubectl')] : []),
  ];
  return words.join(' · ');
}

/** Ends a connection; nothing of the cluster is kept. @throws CancellationError, UserError where none is connected */
export async function disconnectCluster(
  clusters: ClusterClient,
  given: { readonly context?: string } | undefined,
): Promise<void> {
  const context = given?.context ?? (await chooseConnected(clusters, l10n.t('Disconnect from Cluster')));
  await clusters.connected().sendRequest(disconnectRequest, { context });
}

/** The context that is connected, or the one of several that the person picks. @throws CancellationError, UserError where none is */
export async function chooseConnected(clusters: ClusterClient, title: string): Promise<string> {
  const connected = await clusters.connected().sendRequest(connectedRequest);
  const [first, ...others] = connected;
  if (first === undefined) throw new UserError(l10n.t('No cluster is connected. Connect to one first.'));
  if (others.length === 0) return first.name;
  const items = connected.map(({ name, problem }) => ({ label: forLabel(name), description: forLabel(problem), name }));
  const chosen = await window.showQuickPick(items, { title });
  if (chosen === undefined) throw new CancellationError();
  return chosen.name;
}
