/** What is going on in a cluster, in one line for whoever waits. */
import { firstLine } from '../core/kubernetes/conditionMessage.ts';
import { nameOf } from '../core/kubernetes/liveObject.ts';
import type { ControllerProgress } from './askController.ts';
import type { VerifyProgress } from './verifyRollout.ts';

/** `Kustomization dev: Progressing: running health checks` */
export function reconcileText(progress: ControllerProgress): string {
  const name = nameOf(progress.reference);
  switch (progress.type) {
    case 'requested':
      return `${name} was asked to reconcile`;
    case 'status':
      return `${name}: ${progress.status.state}: ${firstLine(progress.status.message)}`;
    case 'interrupted':
      return progress.message;
    case 'event':
      return `${name}: ${progress.event.reason}: ${firstLine(progress.event.message)}`;
  }
}

/** `pushed ✓ 0 s · fetched ✓ 4 s · applied ✓ 9 s · rolling out 1/2 · running –` */
export function stepsText({ steps }: VerifyProgress): string {
  const words = steps.map(({ name, state, milliseconds, progress }) => {
    if (state === 'done') return `${name} ✓ ${String(Math.round((milliseconds ?? 0) / 1000))} s`;
    return state === 'pending' ? `${name} –` : `${name} ${progress || '…'}`;
  });
  return words.join(' · ');
}
