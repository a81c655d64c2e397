import { StatusBarAlignment, l10n, window } from 'vscode';
import { views } from '../../../manifest.ts';
import type { RolloutProgress } from '../../../protocol/cluster.ts';
import type { PlannedRollout } from '../../../protocol/objects.ts';
import { forLabel } from '../../plainText.ts';

/** A version on its way into an environment, in one of its clusters. */
export interface FollowedRollout {
  readonly planned: PlannedRollout;
  readonly context: string;
}

type Latest = Pick<RolloutProgress, 'short' | 'steps' | 'runs'>;

/** The item of the status bar that tells how far rollouts are, as long as they are followed. */
export class RolloutItem implements Disposable {
  /** `Waiting for backend-v0.0.6 in prod` */
  readonly title: string;
  readonly #item = window.createStatusBarItem('gitopsCockpit.rollout', StatusBarAlignment.Left);
  readonly #rollouts: readonly FollowedRollout[];
  readonly #latest: Latest[];
  readonly #what: string;

  constructor(rollouts: readonly FollowedRollout[]) {
    this.#rollouts = rollouts;
    this.#latest = rollouts.map(() => ({ short: l10n.t('waiting'), steps: '', runs: false }));
    const names = [...new Set(rollouts.map(({ planned }) => nameOf(planned)))];
    this.#what = names.length === 1 ? (names[0] ?? '') : l10n.t('{0} rollouts', names.length);
    this.title = l10n.t('Waiting for {0}', this.#what);
    this.#item.name = l10n.t('Rollout');
    this.#item.command = `${views.flux}.focus`;
    this.#draw();
    this.#item.show();
  }

  /** Takes what is new of one of them, and says how far all are. */
  show(progress: RolloutProgress): string {
    this.#latest[progress.unit] = progress;
    return this.#draw();
  }

  [Symbol.dispose](): void {
    this.#item.dispose();
  }

  #draw(): string {
    const all = this.#rollouts.map((rollout, unit) => ({ ...rollout, ...(this.#latest[unit] as Latest) }));
    const isOne = all.length === 1;
    const isSame = all.every(({ planned }) => planned === all[0]?.planned);
    const short = isSame
      ? all.map((one) => (isOne ? one.short : `${one.context} ${one.short}`)).join(', ')
      : l10n.t('{0} of {1} running', all.filter(({ runs }) => runs).length, all.length);
    this.#item.text = `$(sync~spin) ${forLabel(`${this.#what}: ${short}`)}`;
    const line = ({ planned, context, steps }: (typeof all)[number]) =>
      isSame ? l10n.t('Context "{0}": {1}', context, steps) : l10n.t('{0}, context "{1}": {2}', nameOf(planned), context, steps);
    this.#item.tooltip = all.map(line).join('\n');
    this.#item.accessibilityInformation = { label: l10n.t('Rollout of {0}: {1}', this.#what, short) };
    return isOne ? (all[0]?.steps ?? '') : isSame ? all.map(({ context, steps }) => `${context}: ${steps}`).join(' | ') : short;
  }
}

function nameOf({ version, environment }: PlannedRollout): string {
  return l10n.t('{0} in {1}', version, environment);
}
