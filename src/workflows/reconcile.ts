/** Asks Flux to look at an object now, and waits until it has: for the truth, not for "requested". */
import type { ClusterEvent } from '../clients/cluster/events.ts';
import { followEvents } from '../clients/cluster/events.ts';
import { requestState } from '../core/flux/reconcileRequest.ts';
import { REQUESTED_AT } from '../core/flux/requestedAt.ts';
import { KUSTOMIZE_GROUP, SOURCE_GROUP } from '../core/flux/kinds.ts';
import { revisionOf } from '../core/flux/objectRevision.ts';
import { sourceOf } from '../core/flux/parentOf.ts';
import { shortRevision } from '../core/flux/revision.ts';
import { isSuspended } from '../core/flux/status.ts';
import { firstLine } from '../core/kubernetes/conditionMessage.ts';
import type { LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import { nameOf, textIn } from '../core/kubernetes/liveObject.ts';
import type { ObjectStatus } from '../core/kubernetes/objectStatus.ts';
import type { LiveCluster } from './watchCluster.ts';

export type ReconcileProgress =
  | { readonly type: 'requested'; readonly reference: ObjectReference }
  | { readonly type: 'status'; readonly reference: ObjectReference; readonly status: ObjectStatus }
  /** The cluster does not answer just now; it is waited for. */
  | { readonly type: 'interrupted'; readonly reference: ObjectReference; readonly message: string }
  | { readonly type: 'event'; readonly reference: ObjectReference; readonly event: ClusterEvent };

export interface ReconcileOutcome {
  readonly ok: boolean;
  /** What is so now, in one sentence. */
  readonly sentence: string;
  readonly status: ObjectStatus | undefined;
  readonly milliseconds: number;
}

export interface ReconcileOptions {
  /** The source of the object first. */
  readonly withSource: boolean;
  readonly signal: AbortSignal;
  readonly report?: (progress: ReconcileProgress) => void;
  /** Five minutes unless told. */
  readonly timeoutMilliseconds?: number;
}

const TIMEOUT_MILLISECONDS = 300_000;

/** @throws ClusterError where the cluster refuses or the connection ends; the signal's reason */
export async function reconcile(
  live: LiveCluster,
  reference: ObjectReference,
  options: ReconcileOptions,
): Promise<ReconcileOutcome> {
  const started = performance.now();
  const outcome = (ok: boolean, sentence: string, status?: ObjectStatus): ReconcileOutcome => ({
    ok,
    sentence,
    status,
    milliseconds: Math.round(performance.now() - started),
  });
  const timeout = AbortSignal.timeout(options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS);
  const signal = AbortSignal.any([options.signal, timeout]);
  const report = options.report ?? (() => undefined);
  let at = reference;
  try {
    const object = await live.cluster.get(reference, signal);
    const refused = refusal(object, reference);
    if (object === undefined || refused !== undefined) return outcome(false, refused ?? '', live.tree.node(reference)?.status);
    const source = sourceReference(object);
    if (options.withSource && source !== undefined) {
      at = source;
      const sourceObject = await live.cluster.get(source, signal);
      const sourceRefused = refusal(sourceObject, source);
      if (sourceObject === undefined || sourceRefused !== undefined)
        return outcome(false, sourceRefused ?? '', live.tree.node(source)?.status);
      if (!isStatic(sourceObject)) {
        const fetched = await request(live, sourceObject, source, undefined, report, signal);
        if (!fetched.ok) return outcome(false, fetched.sentence, fetched.status);
      }
      at = reference;
    }
    const done = await request(live, object, reference, source, report, signal);
    return outcome(done.ok, done.sentence, done.status);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    return outcome(
      false,
      timeoutSentence(live, at, Math.round((performance.now() - started) / 1000)),
      live.tree.node(at)?.status,
    );
  }
}

/** undefined where nothing speaks against a request. */
function refusal(object: LiveObject | undefined, reference: ObjectReference): string | undefined {
  if (object === undefined) return `There is no ${nameOf(reference)} in this cluster.`;
  if (isSuspended(object)) return `${nameOf(reference)} is suspended, so Flux would not do anything. Resume it first.`;
  return undefined;
}

function isStatic({ kind, spec }: LiveObject): boolean {
  return kind === 'HelmRepository' && textIn(spec, 'type') === 'oci';
}

/** What Flux can be asked to fetch for it; artifacts of others are made when their own sources change. */
function sourceReference(object: LiveObject): ObjectReference | undefined {
  const source = object.apiVersion.startsWith(SOURCE_GROUP) ? undefined : sourceOf(object);
  return source?.kind === 'ExternalArtifact' ? undefined : source;
}

async function request(
  live: LiveCluster,
  object: LiveObject,
  reference: ObjectReference,
  source: ObjectReference | undefined,
  report: (progress: ReconcileProgress) => void,
  signal: AbortSignal,
): Promise<{ ok: boolean; sentence: string; status: ObjectStatus | undefined }> {
  const ended = new AbortController();
  const events = tellEvents(live, reference, report, AbortSignal.any([signal, ended.signal]));
  try {
    const requestedAt = new Date().toISOString();
    await live.cluster.patch(object, { metadata: { annotations: { [REQUESTED_AT]: requestedAt } } }, signal);
    report({ type: 'requested', reference });
    let told = '';
    return await live.until((tree) => {
      if (live.interruption !== undefined) {
        const { message } = live.interruption;
        if (message !== told) report({ type: 'interrupted', reference, message });
        told = message;
        return undefined;
      }
      const node = tree.node(reference);
      if (node?.object === undefined || node.status === undefined) return undefined;
      const text = JSON.stringify(node.status);
      if (text !== told) report({ type: 'status', reference, status: node.status });
      told = text;
      const revision = source === undefined ? undefined : tree.node(source)?.status?.revision;
      const state = requestState(node.object, node.status, requestedAt, revision ?? '');
      const blocked = state === 'pending' ? blockedBy(live, node.status) : undefined;
      if (state === 'pending' && blocked === undefined) return undefined;
      const sentence = blocked ?? sentenceOf(state, reference, node.object, node.status);
      return { ok: state === 'succeeded', sentence, status: node.status };
    }, signal);
  } finally {
    ended.abort();
    await events;
  }
}

/** What it depends on will not become ready by itself. */
function blockedBy(live: LiveCluster, { waitsFor }: ObjectStatus): string | undefined {
  if (waitsFor?.what !== 'dependency') return undefined;
  const [namespace = '', name = ''] = waitsFor.name.split('/');
  const status = live.tree.node({ group: KUSTOMIZE_GROUP, kind: 'Kustomization', namespace, name })?.status;
  if (status?.state === 'Failed') return `It depends on ${waitsFor.name}, which fails: ${firstLine(status.message)}`;
  return status?.state === 'Suspended' ? `It depends on ${waitsFor.name}, which is suspended.` : undefined;
}

function sentenceOf(state: string, reference: ObjectReference, object: LiveObject, { message }: ObjectStatus): string {
  const name = nameOf(reference);
  if (state === 'suspended') return `${name} was suspended meanwhile, so Flux did not do anything.`;
  if (state === 'failed') return `${name} fails: ${firstLine(message)}`;
  const revision = shortRevision(revisionOf(object));
  return `${name} is ready${revision === '' ? '' : ` at ${revision}`}.`;
}

function timeoutSentence(live: LiveCluster, reference: ObjectReference, seconds: number): string {
  const { status } = live.tree.node(reference) ?? {};
  const name = nameOf(reference);
  const after = `after ${String(seconds)} s`;
  if (live.interruption !== undefined) return `${live.interruption.message} ${name} was asked to reconcile.`;
  if (status?.state === 'Progressing') return `${name} is still at it ${after}: ${firstLine(status.message)}`;
  return `${name} was asked to reconcile, and its controller has not answered ${after}. See whether it runs with Check Flux.`;
}

/** Whoever may not read events sees the states alone. */
async function tellEvents(
  live: LiveCluster,
  reference: ObjectReference,
  report: (progress: ReconcileProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const event of followEvents(live.cluster, reference, signal)) report({ type: 'event', reference, event });
  } catch {
    // Ended with the request, or not allowed.
  }
}
