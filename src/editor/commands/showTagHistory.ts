import { ThemeIcon, Uri, commands, l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { commands as ids } from '../../manifest.ts';
import type { Timeline, TimelinePart, TimelineRun } from '../../protocol/timeline.ts';
import { committedUri } from '../committedDocuments.ts';
import { forLabel } from '../plainText.ts';
import { ask, back } from '../steps.ts';
import { chooseTarget } from './bumpSteps.ts';
import { findTargets } from './findTargets.ts';
import { canChoose, placeName, section, type Choice } from './planItems.ts';
import { streamTimeline } from './streamTimeline.ts';
import { endItems, runItem, runsAtATime } from './timelineItems.ts';

/** Lists which tags an image had in an environment: since when, for how long, and who set them. Choosing one shows what its commit changed. */
export async function showTagHistory(
  client: LanguageClient,
  given: Uri | { readonly usage?: string | undefined } | undefined,
): Promise<void> {
  const args = given === undefined || given instanceof Uri ? {} : given;
  const { choices, fromCursor } = await findTargets(client, args);
  const known = choices.length === 1 ? choices[0] : undefined;
  const total = known === undefined ? 2 : 1;
  for (;;) {
    const target =
      known ?? (await chooseTarget(l10n.t('Tag History'), choices, fromCursor, { number: 1, total, canGoBack: false }));
    const name = placeName(target.application, target.environment);
    let shown: ShownTimeline = { repository: '', uncommitted: undefined, runs: [], end: 'complete' };
    for (let limit = runsAtATime; ; limit += runsAtATime) {
      shown = { ...shown, end: 'complete' };
      const answer = await ask<Choice<TimelineRun | 'more'>>({
        title: l10n.t('Tags of {0}', name),
        placeholder: l10n.t('Choose one to see what its commit changed'),
        number: total,
        total,
        canGoBack: known === undefined,
        items: () => timelineItems(shown),
        fill: async (show, token) => {
          const runs: TimelineRun[] = [];
          const tell = (part: TimelinePart): void => {
            runs.push(...part.runs);
            // Those that are shown already are found again first.
            if (runs.length <= shown.runs.length) return;
            shown = { ...part, runs: [...runs], end: 'complete' };
            show();
          };
          shown = await streamTimeline(client, { usage: target.usage, limit, lead: true }, tell, token);
          show();
        },
        canChoose,
        act: {
          button: { iconPath: new ThemeIcon('discard'), tooltip: l10n.t('Roll Back to This Tag') },
          isOn: ({ value }) => value !== undefined && value !== 'more' && value.until !== undefined,
          run: async ({ value }) => {
            if (value !== undefined && value !== 'more')
              await commands.executeCommand(ids.rollBack, { usage: target.usage, version: value.version });
          },
        },
      });
      if (answer === back || answer.value === undefined) break;
      if (answer.value === 'more') continue;
      await showCommit(shown.repository, answer.value);
      return;
    }
  }
}

/** As far as it is read. */
type ShownTimeline = Pick<Timeline, 'repository' | 'uncommitted' | 'runs' | 'end'>;

function timelineItems(timeline: ShownTimeline): Choice<TimelineRun | 'more'>[] {
  const item = (run: TimelineRun) => runItem<TimelineRun | 'more'>(run, run);
  const { uncommitted, runs } = timeline;
  return [
    ...section<TimelineRun | 'more'>(
      l10n.t('not committed'),
      uncommitted === undefined ? [] : [{ label: forLabel(uncommitted) }],
    ),
    ...section(l10n.t('running'), runs.filter(({ until }) => until === undefined).map(item)),
    ...section(l10n.t('ran before'), runs.filter(({ until }) => until !== undefined).map(item)),
    ...endItems<TimelineRun | 'more'>(timeline, 'more'),
  ];
}

async function showCommit(repository: string, { since, file, shown }: TimelineRun): Promise<void> {
  if (since === undefined || file === '') return;
  const side = (before: boolean) => committedUri({ repository, commit: since.hash, path: file, before });
  const title = `${file} (${since.hash.slice(0, 7)}: ${shown})`;
  await commands.executeCommand('vscode.diff', side(true), side(false), title, { preview: true });
}
