import { EventEmitter, type CancellationToken, type Disposable, type TreeDataProvider, type TreeItem } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { childrenRequest, detailsRequest, type GroupBy, type Row, type RowFilter } from '../../protocol.ts';
import type { RunningImages } from '../runningImages.ts';
import { rowItem } from './rowItem.ts';
import { rowTooltip } from './rowTooltip.ts';

type ParentId = string | undefined;

/** The rows that the server has, as deep as somebody looks. Rows keep their ids, so what is open and selected stays so. */
export class ApplicationsTree implements TreeDataProvider<Row>, Disposable {
  readonly #client: LanguageClient;
  readonly #running: RunningImages;
  readonly #changes = new EventEmitter<Row | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  /** What VS Code was given, by parent. A refresh has to name these very objects. */
  readonly #given = new Map<ParentId, readonly Row[]>();
  /** What a refresh has already asked for, until VS Code comes for it. */
  readonly #fetched = new Map<ParentId, readonly Row[]>();
  #groupBy: GroupBy;
  #filter: RowFilter;

  constructor(client: LanguageClient, running: RunningImages, groupBy: GroupBy, filter: RowFilter) {
    this.#client = client;
    this.#running = running;
    this.#groupBy = groupBy;
    this.#filter = filter;
  }

  dispose(): void {
    this.#changes.dispose();
  }

  get isEmpty(): boolean {
    return (this.#given.get(undefined) ?? []).length === 0;
  }

  /** Shows other rows. Resolves when they were asked for. */
  async show(groupBy: GroupBy, filter: RowFilter): Promise<void> {
    this.#groupBy = groupBy;
    this.#filter = filter;
    await this.refresh();
  }

  /** Asks for all rows that are shown and has VS Code draw the groups in which something is different. */
  async refresh(): Promise<void> {
    const asked = { groupBy: this.#groupBy, filter: this.#filter };
    this.#fetched.clear();
    const parents = new Set<ParentId>([undefined, ...this.#given.keys()]);
    const answers = await Promise.all([...parents].map(async (parent) => [parent, await this.#ask(parent)] as const));
    // Meanwhile somebody chose other rows, and they are being asked for.
    if (asked.groupBy !== this.#groupBy || asked.filter !== this.#filter) return;
    const changed = answers.filter(([parent, rows]) => !isSame(this.#given.get(parent), rows));
    for (const [parent, rows] of changed) this.#fetched.set(parent, rows);
    if (changed.some(([parent]) => parent === undefined)) {
      for (const [parent, rows] of answers) this.#fetched.set(parent, rows);
      this.#given.clear();
      this.#given.set(undefined, this.#fetched.get(undefined) ?? []);
      this.#changes.fire(undefined);
      return;
    }
    const rows = [...this.#given.values()].flat();
    for (const [parent] of changed) {
      const row = rows.find(({ id }) => id === parent);
      if (row !== undefined) this.#changes.fire(row);
    }
  }

  getTreeItem(row: Row): TreeItem {
    return rowItem(row);
  }

  getParent(row: Row): Row | undefined {
    for (const [parent, rows] of this.#given)
      if (parent !== undefined && rows.some(({ id }) => id === row.id)) return this.#find(parent);
    return undefined;
  }

  /** The row at the end of a chain of ids from the top down; undefined where it is not shown. */
  async rowAt(path: readonly string[]): Promise<Row | undefined> {
    let row: Row | undefined;
    for (const id of path) {
      const rows = this.#given.get(row?.id) ?? (await this.getChildren(row));
      row = rows.find((candidate) => candidate.id === id);
      if (row === undefined) return undefined;
    }
    return row;
  }

  async getChildren(parent?: Row): Promise<Row[]> {
    const id = parent?.id;
    const fetched = this.#fetched.get(id);
    this.#fetched.delete(id);
    const rows = fetched ?? (this.#client.isRunning() ? await this.#ask(id) : (this.#given.get(id) ?? []));
    this.#given.set(id, rows);
    return [...rows];
  }

  async resolveTreeItem(item: TreeItem, { usage }: Row, token: CancellationToken): Promise<TreeItem> {
    if (usage === undefined) return item;
    const details = await this.#client.sendRequest(detailsRequest, { usage }, token);
    if (details !== null) item.tooltip = rowTooltip(usage, details);
    return item;
  }

  #find(id: string): Row | undefined {
    return [...this.#given.values()].flat().find((row) => row.id === id);
  }

  async #ask(parent: ParentId): Promise<readonly Row[]> {
    const params = { parent, groupBy: this.#groupBy, filter: this.#filter };
    const rows = await this.#client.sendRequest(childrenRequest, params);
    return rows.map((row) => withRunning(row, this.#running.textOf(row.usage)));
  }
}

/** A row with what runs instead, where a cluster is connected and that is known. */
function withRunning(row: Row, text: string): Row {
  if (text === '') return row;
  return { ...row, description: `${row.description}   ${text}`, accessibleLabel: `${row.accessibleLabel}, ${text}` };
}

function isSame(before: readonly Row[] | undefined, after: readonly Row[]): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
