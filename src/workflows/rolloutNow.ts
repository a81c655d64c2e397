/** How far a commit is in a cluster just now. */
import { isAncestor } from '../clients/gitAncestry.ts';
import type { RolloutState } from '../core/flux/rollout/rolloutState.ts';
import { rolloutState } from '../core/flux/rollout/rolloutState.ts';
import type { RolloutTarget } from '../core/flux/rollout/step.ts';
import type { LiveCluster } from './watchCluster.ts';

export interface LookOptions {
  readonly signal: AbortSignal;
  /** A clone in which the history of the commit can be looked up; without it only the commit itself is recognised. */
  readonly folder?: string | undefined;
}

/**
 * The state of the newest tree, with all that git must be asked for. `known` is what git has said of revisions, and gets what it says now. @throws the
 * signal's reason
 */
export async function rolloutNow(
  live: LiveCluster,
  target: RolloutTarget,
  { folder, signal }: LookOptions,
  known = new Map<string, boolean | 'unknown'>(),
): Promise<RolloutState> {
  for (;;) {
    const state = rolloutState(live.tree, target, (digest) => known.get(digest));
    if (state.unresolved.length === 0) return state;
    for (const digest of state.unresolved) {
      const contains = folder === undefined ? undefined : await isAncestor(folder, target.commit, digest, signal);
      known.set(digest, contains ?? 'unknown');
    }
  }
}
