import { EventEmitter, type Disposable, type TreeDataProvider, type TreeItem } from 'vscode';
import { clusterRowsRequest, type ClusterRow } from '../../protocol/cluster.ts';
import type { ClusterClient } from '../clusterClient.ts';
import { clusterRowItem } from './clusterRowItem.ts';

type ParentId = string | null;

/** The rows of the clusters that are connected, as deep as somebody looks. All that is shown is asked for at once. */
export class FluxTree implements TreeDataProvider<ClusterRow>, Disposable {
  readonly #client: ClusterClient;
  readonly #changes = new EventEmitter<ClusterRow | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  /** What VS Code was given, by parent. A refresh has to name these very objects. */
  readonly #given = new Map<ParentId, readonly ClusterRow[]>();
  /** What a refresh has already asked for, until VS Code comes for it. */
  readonly #fetched = new Map<ParentId, readonly ClusterRow[]>();
  #failingOnly = false;

  constructor(client: ClusterClient) {
    this.#client = client;
  }

  dispose(): void {
    this.#changes.dispose();
  }

  get isEmpty(): boolean {
    return (this.#given.get(null) ?? []).length === 0;
  }

  async show(failingOnly: boolean): Promise<void> {
    this.#failingOnly = failingOnly;
    await this.refresh();
  }

  /** Has VS Code draw the groups in which something is different. */
  async refresh(): Promise<void> {
    const failingOnly = this.#failingOnly;
    const parents = [...new Set<ParentId>([null, ...this.#given.keys()])];
    const answers = await this.#ask(parents);
    if (failingOnly !== this.#failingOnly) return;
    this.#fetched.clear();
    const before = new Map(this.#given);
    const changed = parents.filter((parent, index) => !isSame(before.get(parent), answers[index]));
    parents.forEach((parent, index) => this.#fetched.set(parent, answers[index] ?? []));
    if (changed.includes(null)) {
      this.#given.clear();
      this.#given.set(null, this.#fetched.get(null) ?? []);
      this.#changes.fire(undefined);
      return;
    }
    const rows = new Map([...before.values()].flat().map((row) => [row.id, row]));
    for (const parent of parents) if (!changed.includes(parent)) this.#fetched.delete(parent);
    for (const parent of changed) {
      const row = parent === null ? undefined : rows.get(parent);
      // A row that is gone goes with the group above it.
      if (row === undefined || parent === null) this.#given.delete(parent);
      else this.#changes.fire(row);
    }
  }

  getTreeItem(row: ClusterRow): TreeItem {
    return clusterRowItem(row);
  }

  async getChildren(parent?: ClusterRow): Promise<ClusterRow[]> {
    const id = parent?.id ?? null;
    const rows = this.#fetched.get(id) ?? (await this.#ask([id]))[0] ?? [];
    this.#fetched.delete(id);
    this.#given.set(id, rows);
    return [...rows];
  }

  async #ask(parents: readonly ParentId[]): Promise<readonly (readonly ClusterRow[])[]> {
    const { running } = this.#client;
    return running === undefined
      ? parents.map(() => [])
      : running.sendRequest(clusterRowsRequest, { parents, failingOnly: this.#failingOnly });
  }
}

function isSame(before: readonly ClusterRow[] | undefined, after: readonly ClusterRow[] | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
