/** What has become of a request to reconcile (test-cluster.md, section 6, rules 1 to 5). */
import type { LiveObject } from '../kubernetes/liveObject.ts';
import { textIn } from '../kubernetes/liveObject.ts';
import type { ObjectStatus } from '../kubernetes/objectStatus.ts';
import { revisionOf } from './objectRevision.ts';
import { isSuspended } from './status.ts';

export type RequestState =
  /** Its controller has not come to it yet, or is at it. */
  | 'pending'
  | 'succeeded'
  | 'failed'
  /** It was suspended: its controller answers, and does nothing. */
  | 'suspended';

/**
 * `revision` is what the source has: a Kustomization can say Ready for it a moment before it has written down that it applied it. '' where there is
 * no source to compare with.
 */
export function requestState(object: LiveObject, status: ObjectStatus, requestedAt: string, revision: string): RequestState {
  if (isSuspended(object)) return 'suspended';
  if (!isHandled(textIn(object.status, 'lastHandledReconcileAt'), requestedAt)) return 'pending';
  if (status.state === 'Failed') return 'failed';
  if (status.state !== 'Ready') return 'pending';
  if (object.kind === 'Kustomization' && revision !== '' && revisionOf(object) !== revision) return 'pending';
  return 'succeeded';
}

/** A later request answers an earlier one, too. */
function isHandled(handledAt: string, requestedAt: string): boolean {
  return handledAt === requestedAt || Date.parse(handledAt) > Date.parse(requestedAt);
}
