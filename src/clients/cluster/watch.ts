/** List, then watch, for as long as anybody listens: resumes where it was cut, lists again where that is too long ago, waits longer each time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveObject } from '../../core/kubernetes/liveObject.ts';
import { listIn, numberIn, textIn, valueAt } from '../../core/kubernetes/liveObject.ts';
import type { Resource } from '../../core/kubernetes/resource.ts';
import { resourcePath } from '../../core/kubernetes/resource.ts';
import type { Connection } from './connection.ts';
import { ApiError, ClusterError, CredentialsError } from './errors.ts';

export type WatchEvent =
  /** All objects that there are now; whatever is not among them is gone. */
  | { readonly type: 'listed'; readonly objects: readonly LiveObject[] }
  | { readonly type: 'changed'; readonly object: LiveObject }
  | { readonly type: 'deleted'; readonly object: LiveObject }
  /** What is known is no longer up to date; again where the reason changes. A `listed` or `resumed` follows once it is again. */
  | { readonly type: 'interrupted'; readonly error: ClusterError }
  | { readonly type: 'resumed' };

export interface WatchScope {
  /** All namespaces unless told. */
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** What is kept of an object; all of it unless told. */
  readonly keep?: (object: LiveObject) => LiveObject;
  /** How long the cluster must refuse what it allowed before until that is believed; half a minute unless told. */
  readonly patienceMilliseconds?: number | undefined;
}

const PAGE = 500;
/** The server ends a watch after this time at the latest, so that one which is dead without a word does not stay. */
const WATCH_SECONDS = 290;
const FIRST_DELAY_MILLISECONDS = 500;
const LONGEST_DELAY_MILLISECONDS = 10_000;
export const PATIENCE_MILLISECONDS = 30_000;

/** Ends with an error where waiting would not help: no rights, no such kind, refused credentials; and when the signal says so. */
export async function* watchResource(
  connection: Connection,
  resource: Resource,
  scope: WatchScope,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const from = new Position();
  const refusals = new Refusals(scope.patienceMilliseconds ?? PATIENCE_MILLISECONDS);
  let delay = FIRST_DELAY_MILLISECONDS;
  let interrupted: string | undefined;
  for (;;) {
    try {
      if (from.version === undefined) {
        yield { type: 'listed', objects: await listAll(connection, resource, scope, from, signal) };
        refusals.allowed();
        interrupted = undefined;
      }
      const started = performance.now();
      const lines = await openWatch(connection, resource, scope, from, signal);
      refusals.allowed();
      if (interrupted !== undefined) yield { type: 'resumed' };
      interrupted = undefined;
      delay = FIRST_DELAY_MILLISECONDS;
      yield* eventsIn(connection, lines, resource, scope, from);
      if (performance.now() - started < FIRST_DELAY_MILLISECONDS) await sleep(FIRST_DELAY_MILLISECONDS, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ClusterError) || isFinal(error) || refusals.isBelieved(error)) throw error;
      if (error instanceof ApiError && (error.status === 410 || error.reason === 'Expired')) {
        from.version = undefined;
        await sleep(FIRST_DELAY_MILLISECONDS, undefined, { signal });
        continue;
      }
      if (interrupted !== error.message) yield { type: 'interrupted', error };
      interrupted = error.message;
      await sleep(delay * (0.8 + 0.4 * Math.random()), undefined, { signal });
      delay = Math.min(delay * 1.5, LONGEST_DELAY_MILLISECONDS);
    }
  }
}

/** Up to which version of the cluster everything has been told. */
class Position {
  version: string | undefined;
}

function isFinal(error: ClusterError): boolean {
  return error instanceof CredentialsError || (error instanceof ApiError && [404, 405].includes(error.status));
}

/** Which 403 is the truth: an API server that has just started refuses everybody for a moment, until it knows the roles. */
class Refusals {
  private readonly patience: number;
  private wasAllowed = false;
  private since: number | undefined;

  constructor(patience: number) {
    this.patience = patience;
  }

  allowed(): void {
    this.wasAllowed = true;
    this.since = undefined;
  }

  isBelieved(error: ClusterError): boolean {
    if (!(error instanceof ApiError && error.status === 403)) {
      this.since = undefined;
      return false;
    }
    this.since ??= performance.now();
    return !this.wasAllowed || performance.now() - this.since >= this.patience;
  }
}

/** All objects of a kind, page by page. @throws ApiError where the user may not list them */
export async function listResource(
  connection: Connection,
  resource: Resource,
  scope: WatchScope,
  signal: AbortSignal | undefined,
): Promise<LiveObject[]> {
  return await listAll(connection, resource, scope, new Position(), signal);
}

async function listAll(
  connection: Connection,
  resource: Resource,
  scope: WatchScope,
  from: Position,
  signal: AbortSignal | undefined,
): Promise<LiveObject[]> {
  const objects: LiveObject[] = [];
  let [next, version] = ['', ''];
  do {
    const list = await connection.json({
      path: resourcePath(resource, scope.namespace),
      query: { ...selectors(scope), limit: PAGE, continue: next || undefined },
      signal,
    });
    for (const item of listIn(list, 'items')) objects.push(kept(item, resource, scope));
    next = textIn(list, 'metadata', 'continue');
    version = textIn(list, 'metadata', 'resourceVersion');
  } while (next !== '');
  // Not before: a list whose second page did not come is to be made again.
  from.version = version;
  return objects;
}

/** Resolves when the server has begun to answer. */
function openWatch(
  connection: Connection,
  resource: Resource,
  scope: WatchScope,
  from: Position,
  signal: AbortSignal,
): Promise<AsyncGenerator<string>> {
  const query = {
    ...selectors(scope),
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: from.version,
    timeoutSeconds: Math.round(WATCH_SECONDS * (0.8 + 0.2 * Math.random())),
  };
  return connection.openLines({ path: resourcePath(resource, scope.namespace), query, signal });
}

async function* eventsIn(
  connection: Connection,
  lines: AsyncGenerator<string>,
  resource: Resource,
  scope: WatchScope,
  from: Position,
): AsyncGenerator<WatchEvent> {
  for await (const line of lines) {
    if (line === '') continue;
    const event = connection.parse(line);
    const type = textIn(event, 'type');
    const object = valueAt(event, 'object');
    if (type === 'ERROR')
      throw new ApiError(numberIn(object, 'code') ?? 500, textIn(object, 'reason'), textIn(object, 'message'));
    from.version = textIn(object, 'metadata', 'resourceVersion') || from.version;
    if (type === 'ADDED' || type === 'MODIFIED') yield { type: 'changed', object: kept(object, resource, scope) };
    else if (type === 'DELETED') yield { type: 'deleted', object: kept(object, resource, scope) };
  }
}

function selectors({ fieldSelector, labelSelector }: WatchScope) {
  return { fieldSelector, labelSelector };
}

/** Items of a list do not repeat what the list says of them. */
function kept(item: unknown, { apiVersion, kind }: Resource, { keep }: WatchScope): LiveObject {
  const object = { ...(item as LiveObject), apiVersion, kind };
  return keep === undefined ? object : keep(object);
}
