import { l10n } from 'vscode';
import { durationWords } from '../../core/text/duration.ts';
import type { Timeline, TimelineRun } from '../../protocol/timeline.ts';
import { dateOf } from '../dates.ts';
import { forLabel } from '../plainText.ts';
import { separator, type Choice } from './planItems.ts';

/** So many runs are asked for at first, and so many more each time. */
export const runsAtATime = 50;

/** When a version ran here, how long, who brought it, and how long that took from the environment before. */
export function runItem<T>(run: TimelineRun, value: T): Choice<T> {
  const { shown, since, until, milliseconds, lead } = run;
  const length = milliseconds === undefined ? '' : durationWords(milliseconds);
  const when =
    since === undefined
      ? l10n.t('before what Git knows')
      : until === undefined
        ? l10n.t('since {0}, for {1}', dateOf(since.date), length)
        : l10n.t('{0} to {1}, for {2}', dateOf(since.date), dateOf(until.date), length);
  const detail = [since?.author ?? '', since?.hash.slice(0, 7) ?? '', since?.subject ?? ''];
  const arrival = lead === undefined ? '' : l10n.t('{0} after {1}', durationWords(lead.milliseconds), lead.environment);
  return {
    label: forLabel(shown),
    description: forLabel([when, arrival].filter((part) => part !== '').join('   ')),
    detail: forLabel(detail.filter((part) => part !== '').join(' \u00B7 ')),
    value,
  };
}

/** Why the list ends where it does, or the way to more of it. */
export function endItems<T>({ end }: Pick<Timeline, 'end'>, more: T): Choice<T>[] {
  switch (end) {
    case 'complete':
      return [];
    case 'more':
      return [separator(''), { label: `$(ellipsis) ${l10n.t('Show more')}`, value: more }];
    case 'shallow':
      return [
        separator(''),
        {
          label: l10n.t('History ends here: this is a shallow clone.'),
          detail: l10n.t('Read the rest with git fetch --unshallow.'),
        },
      ];
    case 'missing':
      return [separator(''), { label: l10n.t('History ends here: this is a partial clone without the older files.') }];
  }
}
