/** Asks Flux to look at an object now, and waits until it has: for the truth, not for "requested". */
import { requestState } from '../core/flux/reconcileRequest.ts';
import { REQUESTED_AT } from '../core/flux/requestedAt.ts';
import { SOURCE_GROUP } from '../core/flux/kinds.ts';
import { revisionOf } from '../core/flux/objectRevision.ts';
import { sourceOf } from '../core/flux/parentOf.ts';
import { shortRevision } from '../core/flux/revision.ts';
import { isSuspended } from '../core/flux/status.ts';
import { firstLine } from '../core/kubernetes/conditionMessage.ts';
import type { LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import { nameOf, textIn } from '../core/kubernetes/liveObject.ts';
import type { ObjectStatus } from '../core/kubernetes/objectStatus.ts';
import type { WaitOptions } from './askController.ts';
import { askController, timeoutSentence, TIMEOUT_MILLISECONDS } from './askController.ts';
import type { LiveCluster } from './watchCluster.ts';

export interface ReconcileOutcome {
  readonly ok: boolean;
  /** What is so now, in one sentence. */
  readonly sentence: string;
  readonly status: ObjectStatus | undefined;
  readonly milliseconds: number;
}

export interface ReconcileOptions extends WaitOptions {
  /** The source of the object first. */
  readonly withSource: boolean;
}

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
  const waiting = { signal, report: options.report ?? (() => undefined) };
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
        const fetched = await request(live, sourceObject, source, undefined, waiting);
        if (!fetched.ok) return outcome(false, fetched.sentence, fetched.status);
      }
      at = reference;
    }
    const done = await request(live, object, reference, source, waiting);
    return outcome(done.ok, done.sentence, done.status);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    const sentence = timeoutSentence(live, at, 'was asked to reconcile', performance.now() - started);
    return outcome(false, sentence, live.tree.node(at)?.status);
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
  waiting: Required<Omit<WaitOptions, 'timeoutMilliseconds'>>,
): Promise<{ ok: boolean; sentence: string; status: ObjectStatus | undefined }> {
  const requestedAt = new Date().toISOString();
  const ask = async () => {
    await live.cluster.patch(object, { metadata: { annotations: { [REQUESTED_AT]: requestedAt } } }, waiting.signal);
    waiting.report({ type: 'requested', reference });
  };
  const answerIn = (now: LiveObject, status: ObjectStatus) => {
    const revision = source === undefined ? undefined : live.tree.node(source)?.status?.revision;
    const state = requestState(now, status, requestedAt, revision ?? '');
    const blocked = state === 'pending' ? blockedBy(live, reference, status) : undefined;
    if (state === 'pending' && blocked === undefined) return undefined;
    return { ok: state === 'succeeded', sentence: blocked ?? sentenceOf(state, reference, now, status), status };
  };
  return await askController(live, { reference, ask, answerIn }, waiting);
}

/** What it depends on will not become ready by itself. */
function blockedBy(live: LiveCluster, { group, kind }: ObjectReference, { waitsFor }: ObjectStatus): string | undefined {
  if (waitsFor?.what !== 'dependency') return undefined;
  const [namespace = '', name = ''] = waitsFor.name.split('/');
  const status = live.tree.node({ group, kind, namespace, name })?.status;
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
