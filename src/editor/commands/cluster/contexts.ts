import { CancellationError, commands, l10n, window } from 'vscode';
import { contextsOf, type ContextsOfEnvironment } from '../../../core/flux/fluxPlaces.ts';
import { commands as ids } from '../../../manifest.ts';
import { connectedRequest } from '../../../protocol/cluster.ts';
import type { ClusterClient } from '../../clusterClient.ts';
import { forLabel } from '../../plainText.ts';
import { readSetting } from '../../settings.ts';
import { confirm } from './chooseObject.ts';
import { chooseConnected } from './connect.ts';

/**
 * The contexts in which an environment runs by the setting `flux.contexts`, of which at least one is connected: a cluster of another environment is never
 * asked instead. The person can connect to those that are missing. Where the setting says nothing, the connected one, or the one that the person picks.
 * @throws CancellationError, UserError
 */
export async function contextsFor(clusters: ClusterClient, environment: string, title: string): Promise<readonly string[]> {
  const found = await mapped(clusters, [environment]);
  if (found === undefined) return [await chooseConnected(clusters, title)];
  if (found.missing.length === 0) return found.connected;
  const connect = l10n.t('Connect');
  const without = found.connected.length === 0 ? [] : [l10n.t('Only {0}', found.connected.join(', '))];
  if ((await askAbout(environment, found.missing, connect, ...without)) !== connect) return found.connected;
  return (await connectTo(clusters, [environment], found.missing)).connected;
}

/** The context of environments that the person picks, where they have several. @throws CancellationError, UserError */
export async function contextFor(clusters: ClusterClient, environments: readonly string[], title: string): Promise<string> {
  const found = await mapped(clusters, environments);
  if (found === undefined) return await chooseConnected(clusters, title);
  const { connected, missing } = found;
  const items = [...connected, ...missing].map((name) => ({
    label: forLabel(name),
    description: missing.includes(name) ? l10n.t('not connected') : '',
    name,
  }));
  const chosen = items.length === 1 ? items[0] : await window.showQuickPick(items, { title });
  if (chosen === undefined) throw new CancellationError();
  if (!missing.includes(chosen.name)) return chosen.name;
  await askAbout(environments.join(', '), [chosen.name], l10n.t('Connect'));
  await connectTo(clusters, environments, [chosen.name]);
  return chosen.name;
}

async function mapped(clusters: ClusterClient, environments: readonly string[]): Promise<ContextsOfEnvironment | undefined> {
  const all = await clusters.connected().sendRequest(connectedRequest);
  const connected = all.filter(({ state }) => state !== 'ended').map(({ name }) => name);
  return contextsOf(readSetting('flux.contexts'), environments, connected);
}

/** @throws CancellationError */
async function askAbout(place: string, missing: readonly string[], ...actions: readonly string[]): Promise<string> {
  const names = missing.map((name) => `"${name}"`).join(', ');
  const question =
    missing.length === 1
      ? l10n.t('{0} runs in context {1}, which is not connected.', place, names)
      : l10n.t('{0} runs in contexts {1}, which are not connected.', place, names);
  return await confirm(question, l10n.t('The setting "GitOps Cockpit: Flux Contexts" says so.'), ...actions);
}

/** @throws CancellationError where one of them stays unconnected: the person has been told why */
async function connectTo(
  clusters: ClusterClient,
  environments: readonly string[],
  missing: readonly string[],
): Promise<ContextsOfEnvironment> {
  for (const context of missing) await commands.executeCommand(ids.connectCluster, { context });
  const found = await mapped(clusters, environments);
  if (found === undefined || missing.some((name) => !found.connected.includes(name))) throw new CancellationError();
  return found;
}
