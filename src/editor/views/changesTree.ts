import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  l10n,
  type Disposable,
  type TreeDataProvider,
} from 'vscode';
import type { ProposalLine, ProposalTone } from '../../core/change/proposalWords.ts';
import { commands } from '../../manifest.ts';
import type { ProposalRow, TagEditRow } from '../../protocol/changes.ts';
import type { RolloutNow } from '../../protocol/cluster.ts';
import type { WaitingMerge } from '../mergedRollouts.ts';
import { notConnectedItem, waitingMergeItem, waitingPlaceItem } from './waitingMergeItem.ts';
import { placeName } from '../commands/planItems.ts';

/** A row of the Changes view. Commands on a row get it as their argument. */
export type ChangeRow =
  | { readonly kind: 'section'; readonly id: 'edits' | 'proposals' | 'waiting' }
  | { readonly kind: 'edit'; readonly id: string; readonly edit: TagEditRow }
  | { readonly kind: 'proposal'; readonly id: string; readonly proposal: ProposalRow }
  | { readonly kind: 'line'; readonly id: string; readonly line: ProposalLine }
  | { readonly kind: 'waiting'; readonly id: string; readonly waiting: WaitingMerge }
  | { readonly kind: 'place'; readonly id: string; readonly place: RolloutNow }
  | { readonly kind: 'notConnected'; readonly id: string; readonly merged: number };

const toneIcons: Readonly<Record<ProposalTone, ThemeIcon>> = {
  failed: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
  waiting: new ThemeIcon('clock', new ThemeColor('descriptionForeground')),
  ready: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
};

/** Tags that are edited, and pull requests with their state. Rows keep their ids, so that a refresh leaves open and selected ones as they are. */
export class ChangesTree implements TreeDataProvider<ChangeRow>, Disposable {
  readonly #changes = new EventEmitter<ChangeRow | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  edits: readonly TagEditRow[] = [];
  proposals: readonly ProposalRow[] = [];
  /** Merged pull requests that do not run yet; undefined while no cluster can tell. */
  waiting: readonly WaitingMerge[] | undefined = [];
  /** How many were merged lately. */
  merged = 0;
  #shown = '';

  dispose(): void {
    this.#changes.dispose();
  }

  get isEmpty(): boolean {
    return this.edits.length + this.proposals.length === 0 && !this.#hasWaiting;
  }

  get #hasWaiting(): boolean {
    return this.waiting === undefined ? this.merged > 0 : this.waiting.length > 0;
  }

  /** Has VS Code draw the rows where something is different. */
  show(rows: Partial<Pick<ChangesTree, 'edits' | 'proposals' | 'waiting' | 'merged'>>): void {
    Object.assign(this, rows);
    const shown = JSON.stringify([this.edits, this.proposals, this.waiting, this.merged]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changes.fire(undefined);
  }

  getChildren(parent?: ChangeRow): ChangeRow[] {
    if (parent === undefined) {
      const sections = [
        ...(this.edits.length > 0 ? ['edits' as const] : []),
        ...(this.proposals.length > 0 ? ['proposals' as const] : []),
        ...(this.#hasWaiting ? ['waiting' as const] : []),
      ];
      return sections.map((id) => ({ kind: 'section', id }));
    }
    if (parent.kind === 'proposal')
      return parent.proposal.lines.map((line, index) => ({ kind: 'line', id: `${parent.id} ${String(index)}`, line }));
    if (parent.kind === 'waiting')
      return parent.waiting.places.map((place) => ({ kind: 'place', id: `${parent.id} ${place.context}`, place }));
    if (parent.kind !== 'section') return [];
    if (parent.id === 'waiting') return this.#waitingRows();
    if (parent.id === 'edits') return this.edits.map((edit) => ({ kind: 'edit', id: edit.id, edit }));
    return this.proposals.map((proposal) => ({
      kind: 'proposal',
      id: `${proposal.repository} #${String(proposal.number)}`,
      proposal,
    }));
  }

  #waitingRows(): ChangeRow[] {
    if (this.waiting === undefined) return [{ kind: 'notConnected', id: '', merged: this.merged }];
    return this.waiting.map((waiting) => ({ kind: 'waiting', id: waiting.proposal.commit, waiting }));
  }

  getTreeItem(row: ChangeRow): TreeItem {
    const item = itemOf(row);
    item.id = `${row.kind} ${row.id}`;
    item.contextValue = row.kind;
    return item;
  }
}

function itemOf(row: ChangeRow): TreeItem {
  switch (row.kind) {
    case 'section':
      return new TreeItem(sectionTitle(row.id), TreeItemCollapsibleState.Expanded);
    case 'edit':
      return editItem(row.edit);
    case 'proposal':
      return proposalItem(row.proposal);
    case 'line': {
      const item = new TreeItem(row.line.text);
      item.iconPath = toneIcons[row.line.tone];
      return item;
    }
    case 'waiting':
      return waitingMergeItem(row.waiting);
    case 'place':
      return waitingPlaceItem(row.place);
    case 'notConnected':
      return notConnectedItem(row.merged);
  }
}

function sectionTitle(id: Extract<ChangeRow, { kind: 'section' }>['id']): string {
  if (id === 'edits') return l10n.t('Not Committed');
  return id === 'proposals' ? l10n.t('Pull Requests') : l10n.t('Merged and Waiting for Flux');
}

function editItem({ application, environment, from, to, location, accessibleLabel }: TagEditRow): TreeItem {
  const item = new TreeItem(placeName(application, environment));
  item.description = `${from || l10n.t('no tag')} \u2192 ${to || l10n.t('no tag')}`;
  item.iconPath = new ThemeIcon('edit', new ThemeColor('gitDecoration.modifiedResourceForeground'));
  item.accessibilityInformation = { label: accessibleLabel };
  item.tooltip = accessibleLabel;
  if (location !== undefined)
    item.command = { command: commands.openDecidingLine, title: l10n.t('Open the Deciding Line'), arguments: [{ location }] };
  return item;
}

function proposalItem({ number, label, summary, accessibleLabel }: ProposalRow): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Collapsed);
  item.description = `#${String(number)} \u00B7 ${summary.text}`;
  item.iconPath = new ThemeIcon('git-pull-request', toneIcons[summary.tone].color);
  item.accessibilityInformation = { label: accessibleLabel };
  item.tooltip = accessibleLabel;
  return item;
}
