import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, l10n } from 'vscode';
import { commands, views } from '../../manifest.ts';
import type { RolloutNow } from '../../protocol/cluster.ts';
import type { WaitingMerge } from '../mergedRollouts.ts';

const waits = new ThemeIcon('clock', new ThemeColor('descriptionForeground'));
const fails = new ThemeIcon('error', new ThemeColor('testing.iconFailed'));

/** A merged pull request with the step that it waits at and why. */
export function waitingMergeItem({ proposal, places, problem }: WaitingMerge): TreeItem {
  const [first, ...others] = places.toSorted((a, b) => Number(b.fails) - Number(a.fails));
  const isOne = others.length === 0;
  const item = new TreeItem(proposal.label, isOne ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed);
  const words = first === undefined ? problem || l10n.t('no connected cluster has it') : textOf(first, isOne);
  item.description = `#${String(proposal.number)} \u00B7 ${words}`;
  item.iconPath = first?.fails === true ? fails : waits;
  const sentence = l10n.t('Merged pull request {0}, {1}, {2}', proposal.number, proposal.label, words);
  item.accessibilityInformation = { label: sentence };
  item.tooltip = sentence;
  item.command = { command: `${views.flux}.focus`, title: l10n.t('Show the Flux View') };
  return item;
}

/** One of several clusters in which it waits. */
export function waitingPlaceItem(place: RolloutNow): TreeItem {
  const item = new TreeItem(place.context);
  item.description = textOf(place, true);
  item.iconPath = place.fails ? fails : waits;
  item.tooltip = `${place.context}: ${item.description}`;
  return item;
}

/** The row in place of all of them while no cluster is connected. */
export function notConnectedItem(merged: number): TreeItem {
  const item = new TreeItem(l10n.t('Connect to a cluster to see what has arrived'));
  item.description = merged === 1 ? l10n.t('1 was merged today') : l10n.t('{0} were merged today', merged);
  item.iconPath = new ThemeIcon('plug');
  item.tooltip = l10n.t('Whether merged pull requests run already is known once a cluster is connected.');
  item.command = { command: commands.connectCluster, title: l10n.t('Connect to Cluster...') };
  return item;
}

function textOf({ context, step, why }: RolloutNow, isOne: boolean): string {
  const place = isOne ? '' : l10n.t(' in {0} and others', context);
  return why === '' ? l10n.t('waits at {0}{1}', step, place) : l10n.t('waits at {0}{1}: {2}', step, place, why);
}
