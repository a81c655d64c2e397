/** Did it arrive? Follows a commit through a cluster until its image really runs, or until it is clear that it will not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../clients/cluster/errors.ts';
import { lastLogLines } from '../clients/cluster/podLogs.ts';
import { REQUESTED_AT } from '../core/flux/requestedAt.ts';
import { sourceOf } from '../core/flux/parentOf.ts';
import type { RolloutState } from '../core/flux/rollout/rolloutState.ts';
import type { RolloutStep, RolloutTarget } from '../core/flux/rollout/step.ts';
import { elapsedText, failureSentence, successSentence } from '../core/flux/rollout/sentence.ts';
import type { ObjectReference } from '../core/kubernetes/liveObject.ts';
import { containersOf } from '../core/kubernetes/podStatus.ts';
import { rolloutNow } from './rolloutNow.ts';
import type { LiveCluster } from './watchCluster.ts';

export interface TimedStep extends RolloutStep {
  /** When it was done, since the verification began; undefined before. */
  readonly milliseconds: number | undefined;
}

export interface VerifyProgress {
  readonly steps: readonly TimedStep[];
  /** Why the cluster does not answer just now; undefined while it does. */
  readonly interruption: string | undefined;
}

export interface Verification extends VerifyProgress {
  /**
   * running: it runs. failing: the cluster says that it does not work, and has said so for a while. blocked: nothing will come of waiting. late: the
   * time is over.
   */
  readonly outcome: 'running' | 'failing' | 'blocked' | 'late';
  /** What is so, in one sentence. */
  readonly sentence: string;
  readonly pods: number;
  readonly digests: readonly string[];
  /** What a crashed container wrote last; empty where none crashed. */
  readonly lastLines: readonly string[];
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  /** A clone in which the history of the commit can be looked up; without it only the commit itself is recognised. */
  readonly folder?: string | undefined;
  /** How the sentence calls the place: an environment or a context. */
  readonly place: string;
  /** Asks Flux to look now, instead of at its next interval. */
  readonly reconcile?: boolean;
  /** When the commit was merged, from which the sentence counts; milliseconds since 1970. */
  readonly mergedAt?: number | undefined;
  readonly report?: (progress: VerifyProgress) => void;
  /** Ten minutes unless told. */
  readonly timeoutMilliseconds?: number;
  /** How long a failure must last until it is the result; half a minute unless told. */
  readonly patienceMilliseconds?: number;
}

const TIMEOUT_MILLISECONDS = 600_000;
const PATIENCE_MILLISECONDS = 30_000;
/** What has not failed for so long has recovered. */
const RECOVERED_MILLISECONDS = 10_000;
const LOG_LINES = 20;

/** @throws ClusterError where the connection ends; the signal's reason */
export async function verifyRollout(live: LiveCluster, target: RolloutTarget, options: VerifyOptions): Promise<Verification> {
  const run = new Run(live, target, options);
  for (;;) {
    const seen = { tree: live.tree, interruption: live.interruption };
    const state = await run.look();
    const outcome = run.outcomeOf(state);
    if (outcome !== undefined) return await run.result(state, outcome);
    if (options.reconcile === true) await run.request(state);
    const ended = new AbortController();
    const signal = AbortSignal.any([options.signal, ended.signal]);
    // Whichever comes first: a change, an interruption or its end, or the end of the patience or of the time.
    const change = live.next(seen, signal);
    const pause = sleep(run.rest(), undefined, { signal });
    await Promise.race([change, pause]).finally(() => {
      ended.abort();
      void Promise.allSettled([change, pause]);
    });
  }
}

class Run {
  private readonly live: LiveCluster;
  private readonly target: RolloutTarget;
  private readonly options: VerifyOptions;
  private readonly started = performance.now();
  private readonly known = new Map<string, boolean | 'unknown'>();
  private readonly doneAt = new Map<string, number>();
  private readonly requested = new Set<string>();
  private failing: { readonly step: string; readonly since: number; readonly calmSince: number | undefined } | undefined;
  private wasInterrupted = false;
  private told = '';

  constructor(live: LiveCluster, target: RolloutTarget, options: VerifyOptions) {
    this.live = live;
    this.target = target;
    this.options = options;
  }

  /** The state of the newest tree, with all that git must be asked for. */
  async look(): Promise<RolloutState> {
    const state = await rolloutNow(this.live, this.target, this.options, this.known);
    // Somebody may fetch in the meantime.
    for (const [digest, answer] of this.known) if (answer === 'unknown') this.known.delete(digest);
    this.tell(state);
    return state;
  }

  private tell(state: RolloutState): void {
    for (const { name, state: is } of state.steps)
      if (is === 'done') this.doneAt.set(name, this.doneAt.get(name) ?? Math.round(performance.now() - this.started));
    const current = currentStep(state);
    this.noteFailure(current);
    const progress = this.progress(state);
    const text = JSON.stringify(progress);
    if (text !== this.told) this.options.report?.(progress);
    this.told = text;
  }

  /** A container that crashes runs in between, and a retry is no recovery. */
  private noteFailure(current: RolloutStep | undefined): void {
    const now = performance.now();
    if (this.failing?.step !== current?.name) this.failing = undefined;
    // While the cluster does not answer, its controllers may have done nothing either: the patience begins anew.
    const isInterrupted = this.live.interruption !== undefined;
    if (this.failing !== undefined && (isInterrupted || this.wasInterrupted)) this.failing = { ...this.failing, since: now };
    this.wasInterrupted = isInterrupted;
    if (current?.state === 'failing')
      this.failing = { step: current.name, since: this.failing?.since ?? now, calmSince: undefined };
    else if (this.failing !== undefined) {
      const calmSince = this.failing.calmSince ?? now;
      this.failing = now - calmSince > RECOVERED_MILLISECONDS ? undefined : { ...this.failing, calmSince };
    }
  }

  private progress({ steps }: RolloutState): VerifyProgress {
    return {
      steps: steps.map((step) => ({ ...step, milliseconds: step.state === 'done' ? this.doneAt.get(step.name) : undefined })),
      interruption: this.live.interruption?.message,
    };
  }

  /** undefined where it is worth to wait. */
  outcomeOf(state: RolloutState): Verification['outcome'] | undefined {
    const current = currentStep(state);
    if (current === undefined) return 'running';
    if (current.state === 'blocked') return 'blocked';
    // Nobody knows whether a failure lasts while the cluster does not answer.
    const failing = this.live.interruption === undefined ? this.failing : undefined;
    if (current.state === 'failing' && failing !== undefined && performance.now() - failing.since >= this.patience)
      return 'failing';
    return performance.now() - this.started >= this.timeout ? 'late' : undefined;
  }

  /** Milliseconds until the outcome may change without a change of the cluster. */
  rest(): number {
    const now = performance.now();
    const end = this.started + this.timeout - now;
    const { failing } = this;
    let patience = end;
    if (failing?.calmSince !== undefined) patience = failing.calmSince + RECOVERED_MILLISECONDS - now;
    else if (failing !== undefined && this.live.interruption === undefined) patience = failing.since + this.patience - now;
    return Math.max(1, Math.min(end, patience) + 1);
  }

  /** Asks the first object that has not done its part; each of them once. */
  async request(state: RolloutState): Promise<void> {
    const kustomization = this.live.tree.node(this.target.kustomization)?.object;
    if (kustomization === undefined || this.live.interruption !== undefined) return;
    const step = currentStep(state)?.name;
    const reference =
      step === 'pushed' || step === 'fetched'
        ? sourceOf(kustomization)
        : step === 'applied'
          ? this.target.kustomization
          : undefined;
    if (reference === undefined || this.requested.has(reference.kind)) return;
    this.requested.add(reference.kind);
    // What the source has just got, the Kustomization applies without being asked.
    if (step === 'applied' && this.requested.size > 1) return;
    const object = this.live.tree.node(reference)?.object;
    if (object === undefined) return;
    await this.live.cluster.patch(
      object,
      { metadata: { annotations: { [REQUESTED_AT]: new Date().toISOString() } } },
      this.options.signal,
    );
  }

  async result(state: RolloutState, outcome: Verification['outcome']): Promise<Verification> {
    const step = currentStep(state);
    return {
      ...this.progress(state),
      outcome,
      sentence: this.sentence(state, outcome, step),
      pods: state.pods,
      digests: state.digests,
      lastLines: await this.lastLines(step?.about),
    };
  }

  private sentence(state: RolloutState, outcome: Verification['outcome'], step: RolloutStep | undefined): string {
    const { place, mergedAt } = this.options;
    if (step === undefined) {
      const elapsed = mergedAt === undefined ? performance.now() - this.started : Date.now() - mergedAt;
      return successSentence(place, this.target, state, elapsedText(Math.round(elapsed / 1000), mergedAt !== undefined));
    }
    const { interruption } = this.live;
    if (outcome !== 'late' || interruption === undefined) return failureSentence(place, this.target, state, step);
    return `${interruption.message} ${place} was waiting at the step "${step.name}" when it last answered.`;
  }

  private async lastLines(about: ObjectReference | undefined): Promise<string[]> {
    const pod = about?.kind === 'Pod' ? this.live.tree.node(about)?.object : undefined;
    const crashed = pod === undefined ? undefined : containersOf(pod).find((container) => container.crashed);
    if (about === undefined || crashed === undefined) return [];
    const read = (previous: boolean) =>
      lastLogLines(this.live.cluster, about, {
        container: crashed.name,
        lines: LOG_LINES,
        previous,
        signal: this.options.signal,
      });
    try {
      return await read(true);
    } catch (error) {
      this.options.signal.throwIfAborted();
      if (!(error instanceof ApiError)) return [];
      // It may have run only once; and who may not read logs does without.
      return await read(false).catch(() => []);
    }
  }

  private get timeout(): number {
    return this.options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS;
  }

  private get patience(): number {
    return this.options.patienceMilliseconds ?? PATIENCE_MILLISECONDS;
  }
}

/** undefined where all are done. */
function currentStep({ steps }: RolloutState): RolloutStep | undefined {
  return steps.find(({ state }) => state !== 'done');
}
