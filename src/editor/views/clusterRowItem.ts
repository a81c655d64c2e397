import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, l10n } from 'vscode';
import { environmentsOf } from '../../core/flux/fluxPlaces.ts';
import { escapeMarkdown, table } from '../../core/text/markdown.ts';
import { commands } from '../../manifest.ts';
import type { ClusterRow } from '../../protocol/cluster.ts';
import { readSetting } from '../settings.ts';

const stateIcons: Readonly<Record<NonNullable<ClusterRow['state']>, ThemeIcon>> = {
  Ready: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  Progressing: new ThemeIcon('sync~spin', new ThemeColor('charts.blue')),
  Failed: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
  Suspended: new ThemeIcon('debug-pause', new ThemeColor('descriptionForeground')),
  Unknown: new ThemeIcon('question', new ThemeColor('descriptionForeground')),
};
const notYet = new ThemeIcon('circle-outline', new ThemeColor('descriptionForeground'));

/** How a row of the Flux view looks and what acts on it. */
export function clusterRowItem(row: ClusterRow): TreeItem {
  const item = new TreeItem(row.label, collapsibleState(row));
  item.id = row.id;
  item.description = row.kind === 'context' ? contextText(row) : row.description;
  item.iconPath = icon(row);
  item.accessibilityInformation = { label: row.accessibleLabel };
  item.contextValue = [row.kind, ...row.abilities].join(' ');
  item.tooltip = row.details.length === 0 ? `${row.label} ${row.description}`.trim() : tooltip(row);
  if (row.reference !== undefined)
    item.command = { command: commands.openObject, title: l10n.t('Open Object'), arguments: [row] };
  return item;
}

/** With the environments that the user has given to the context. */
function contextText({ context, description }: ClusterRow): string {
  return [environmentsOf(readSetting('flux.contexts'), context).join(', '), description]
    .filter((text) => text !== '')
    .join('   ');
}

function collapsibleState({ hasChildren, opensAtFirst }: ClusterRow): TreeItemCollapsibleState {
  if (!hasChildren) return TreeItemCollapsibleState.None;
  return opensAtFirst ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}

function icon({ kind, state }: ClusterRow): ThemeIcon {
  if (kind === 'step' && state === 'Unknown') return notYet;
  if (state !== undefined) return stateIcons[state];
  return new ThemeIcon(
    { context: 'server-environment', notice: 'info', object: 'symbol-misc', rollout: 'rocket', step: 'circle' }[kind],
  );
}

/** Nothing in it is a link: what it says comes from the cluster. */
function tooltip({ label, details }: ClusterRow): MarkdownString {
  const rows = details.map(([word, text]) => [escapeMarkdown(word), text.split('\n').map(escapeMarkdown).join('<br>')]);
  const markdown = new MarkdownString(`**${escapeMarkdown(label)}**\n\n${table(rows)}`, false);
  markdown.supportHtml = true;
  return markdown;
}
