import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, l10n } from 'vscode';
import { commands } from '../../manifest.ts';
import type { Row, RowState } from '../../protocol.ts';
import { rowUri } from './rowDecorations.ts';

const kindIcons: Readonly<Record<Row['kind'], string>> = {
  repository: 'repo',
  application: 'package',
  environment: 'server-environment',
  image: 'tag',
};

const stateIcons: Readonly<Partial<Record<RowState, ThemeIcon>>> = {
  unknown: new ThemeIcon('question', new ThemeColor('descriptionForeground')),
  drift: new ThemeIcon('arrow-up', new ThemeColor('charts.blue')),
  automation: new ThemeIcon('robot'),
  pinned: new ThemeIcon('lock'),
};

/** How a row looks and what acts on it. Its tooltip, where it stands for one image, is made when somebody asks for it. */
export function rowItem(row: Row): TreeItem {
  const item = new TreeItem(row.label, collapsibleState(row));
  item.id = row.id;
  item.description = row.description;
  item.iconPath = rowIcon(row);
  item.accessibilityInformation = { label: row.accessibleLabel };
  item.contextValue = contextValue(row);
  item.resourceUri = rowUri(row);
  if (row.usage === undefined) item.tooltip = row.accessibleLabel;
  if (row.location !== undefined)
    item.command = { command: commands.openDecidingLine, title: l10n.t('Open the Deciding Line'), arguments: [row] };
  return item;
}

function collapsibleState({ hasChildren, opensAtFirst }: Row): TreeItemCollapsibleState {
  if (!hasChildren) return TreeItemCollapsibleState.None;
  return opensAtFirst ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}

/** Groups keep the icon of what they are; a row that stands for one image shows what is odd about it. */
function rowIcon({ kind, state, usage }: Row): ThemeIcon {
  const stateIcon = usage === undefined ? undefined : stateIcons[state];
  return stateIcon ?? new ThemeIcon(kindIcons[kind]);
}

/** Words that `when` clauses look for: the kind, then `usage`, `root` and `location` where the row has one. */
function contextValue(row: Row): string {
  const words: string[] = [row.kind];
  for (const part of ['usage', 'root', 'location'] as const) if (row[part] !== undefined) words.push(part);
  return words.join(' ');
}
