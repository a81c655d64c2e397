/** The end of a rollout in one sentence. */
import { splitReference, versionOf } from '../../oci/imageReference.ts';
import type { RolloutState } from './rolloutState.ts';
import type { RolloutStep, RolloutTarget } from './step.ts';

/** `after 41 s`, `41 s after the merge` */
export function elapsedText(seconds: number, isSinceMerge: boolean): string {
  return isSinceMerge ? `${String(seconds)} s after the merge` : `after ${String(seconds)} s`;
}

/**
 * `prod runs backend-v0.0.6 (2 pods, sha256:ab12cd34) after 41 s.`; without any pod `prod has backend-v0.0.6 after 41 s, and no pod runs it: ...`
 */
export function successSentence(
  place: string,
  target: RolloutTarget,
  { pods, digests, idle }: RolloutState,
  time: string,
): string {
  if (pods === 0 && idle.length > 0) return `${place} has ${whatOf(target)} ${time}, and no pod runs it: ${idle.join(', ')}.`;
  const parts = [
    ...(pods === 0 ? [] : [`${String(pods)} ${pods === 1 ? 'pod' : 'pods'}`]),
    ...digests.map((digest) => digest.slice(0, 'sha256:'.length + 8)),
  ];
  const details = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  const { digest } = splitReference(target.image);
  const doubt =
    digests.length > 1
      ? ' The pods run different images under this one tag.'
      : digest !== undefined && digests.length === 1 && !digests.includes(digest)
        ? ' The nodes name another digest than the reference: theirs may be that of one platform.'
        : '';
  return `${place} runs ${whatOf(target)}${details} ${time}.${doubt}`;
}

/** `prod still runs backend-v0.0.5: Deployment prod-backend waits for its image (ImagePullBackOff: not found).` */
export function failureSentence(place: string, target: RolloutTarget, { before }: RolloutState, { why }: RolloutStep): string {
  const runs =
    before.length === 0
      ? `${place} does not run ${whatOf(target)}`
      : `${place} still runs ${before.map(versionOf).join(' and ')}`;
  return `${runs}: ${why.replace(/\.$/, '')}.`;
}

function whatOf({ image, commit }: RolloutTarget): string {
  return image === '' ? commit.slice(0, 7) : versionOf(image);
}
