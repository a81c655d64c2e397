import { Disposable, EventEmitter } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { contextsByEnvironment } from '../core/flux/fluxPlaces.ts';
import { mergedProposalsRequest, type MergedProposal } from '../protocol/changes.ts';
import { connectedRequest, rolloutsNowRequest, type RolloutNow } from '../protocol/cluster.ts';
import { mergedRolloutsRequest, type PlannedRollout } from '../protocol/objects.ts';
import type { ClusterClient } from './clusterClient.ts';
import { readSetting } from './settings.ts';

/** Changes of a cluster come in bursts, and each look may ask Git. */
const quietMilliseconds = 1000;

/** A merged pull request whose images do not run everywhere yet. */
export interface WaitingMerge {
  readonly proposal: MergedProposal;
  /** Empty where no connected cluster has it. */
  readonly places: readonly RolloutNow[];
  /** Why it is not known what has to run; ''. */
  readonly problem: string;
}

/** How far merged pull requests have come in the clusters that are connected. No cluster is asked while none is. */
export class MergedRollouts implements Disposable {
  readonly #client: LanguageClient;
  readonly #clusters: ClusterClient;
  readonly #changes = new EventEmitter<void>();
  readonly onDidChange = this.#changes.event;
  readonly #owned: Disposable;
  /** What a commit changes stays the same. */
  readonly #plans = new Map<string, readonly PlannedRollout[]>();
  #proposals: readonly MergedProposal[] = [];
  #waiting: readonly WaitingMerge[] | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: LanguageClient, clusters: ClusterClient) {
    this.#client = client;
    this.#clusters = clusters;
    this.#owned = Disposable.from(
      this.#changes,
      clusters.onDidChange(() => this.#lookSoon()),
    );
  }

  /** Those that wait; undefined while no cluster is connected that could tell. */
  get waiting(): readonly WaitingMerge[] | undefined {
    return this.#waiting;
  }

  /** How many were merged lately, whether they run or not. */
  get merged(): number {
    return this.#proposals.length;
  }

  /** Asks GitHub again, and then the clusters. */
  async refresh(): Promise<void> {
    this.#proposals = await this.#client.sendRequest(mergedProposalsRequest);
    await this.#look();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #lookSoon(): void {
    if (this.#proposals.length === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A server that ends meanwhile changes the view by itself.
      this.#look().catch(() => undefined);
    }, quietMilliseconds);
  }

  async #look(): Promise<void> {
    const connected = (await this.#clusters.running?.sendRequest(connectedRequest)) ?? [];
    if (connected.length === 0) this.#waiting = undefined;
    else {
      const waiting = await Promise.all(this.#proposals.map((proposal) => this.#stateOf(proposal)));
      this.#waiting = waiting.filter((one) => one !== undefined);
    }
    this.#changes.fire();
  }

  /** Undefined where it runs, or where there is nothing that could. */
  async #stateOf(proposal: MergedProposal): Promise<WaitingMerge | undefined> {
    const { repository, commit, base } = proposal;
    let rollouts = this.#plans.get(commit);
    if (rollouts === undefined) {
      const planned = await this.#client.sendRequest(mergedRolloutsRequest, { repository, commit, base });
      if ('refusal' in planned) return { proposal, places: [], problem: planned.refusal };
      this.#plans.set(commit, (rollouts = planned));
    }
    const { running } = this.#clusters;
    if (running === undefined || rollouts.length === 0) return undefined;
    const contexts = contextsByEnvironment(readSetting('flux.contexts'));
    const places = (await running.sendRequest(rolloutsNowRequest, { rollouts, contexts })).flat();
    if (places.length > 0 && places.every(({ runs }) => runs)) return undefined;
    return { proposal, places: places.filter(({ runs }) => !runs), problem: '' };
  }
}
