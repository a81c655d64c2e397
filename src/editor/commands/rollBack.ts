import { ProgressLocation, Uri, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { BumpTarget } from '../../protocol.ts';
import type { IntendedChange } from '../../protocol/promotion.ts';
import type { Timeline, TimelineRun } from '../../protocol/timeline.ts';
import { forLabel } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { ask, back } from '../steps.ts';
import { chooseTarget, type Progress } from './bumpSteps.ts';
import { confirmIntended } from './confirmIntended.ts';
import { findTargets } from './findTargets.ts';
import { canChoose, placeName, separator, type Choice } from './planItems.ts';
import { streamTimeline } from './streamTimeline.ts';
import { endItems, runItem, runsAtATime } from './timelineItems.ts';

type Automation = Extract<IntendedChange, { kind: 'rollback' }>['automation'];

/** What may be known already: from a row, a link, or whoever calls the command. */
interface RollBackArguments {
  readonly usage?: string | undefined;
  /** A tag, `tag@digest` or a digest. */
  readonly version?: string | undefined;
}

/** Asks for image and version as far as they are not known, and for image automation where it would undo it. Escape changes nothing. */
export async function rollBack(client: LanguageClient, given: RollBackArguments | Uri | undefined): Promise<void> {
  const args = given === undefined || given instanceof Uri ? {} : given;
  const { choices, fromCursor } = await findTargets(client, args);
  const known = choices.length === 1 ? choices[0] : undefined;
  let target = known;
  let timeline: Timeline | undefined;
  let version = args.version;
  let automation: Automation | undefined;

  for (;;) {
    if (target === undefined) {
      const total = 2 + Number(args.version === undefined);
      target = await chooseTarget(l10n.t('Roll Back'), choices, fromCursor, { number: 1, total, canGoBack: false });
      continue;
    }
    timeline ??= await readTimeline(client, target.usage, runsAtATime);
    const total =
      1 + Number(known === undefined) + Number(args.version === undefined) + Number(timeline.automation !== undefined);
    const first = Number(known === undefined);
    if (version === undefined) {
      const answer = await chooseRun(client, target, timeline, { number: first + 1, total, canGoBack: known === undefined });
      if (answer === back) [target, timeline] = [undefined, undefined];
      else version = answer;
      continue;
    }
    const canGoBack = known === undefined || args.version === undefined;
    if (timeline.automation !== undefined && automation === undefined) {
      const answer = await chooseAutomation(target, version, timeline.automation, { number: total - 1, total, canGoBack });
      if (answer !== back) automation = answer;
      else if (args.version === undefined) version = undefined;
      else [target, timeline] = [undefined, undefined];
      continue;
    }
    const intended = { kind: 'rollback', usage: target.usage, version, automation: automation ?? 'keep' } as const;
    const title = l10n.t('Roll back {0} to {1}', placeName(target.application, target.environment), version);
    const progress = { number: total, total, canGoBack: canGoBack || automation !== undefined };
    if ((await confirmIntended(client, intended, title, progress)) === undefined) return;
    if (automation !== undefined) automation = undefined;
    else if (args.version === undefined) version = undefined;
    else [target, timeline] = [undefined, undefined];
  }
}

/** Reads the history with a progress that can be cancelled. @throws UserError where Git has none */
async function readTimeline(client: LanguageClient, usage: string, limit: number): Promise<Timeline> {
  return await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Reading the history of a tag'), cancellable: true },
    (_, token) => streamTimeline(client, { usage, limit, lead: false }, () => undefined, token),
  );
}

/** An earlier version out of the tag's own history. */
async function chooseRun(
  client: LanguageClient,
  target: BumpTarget,
  first: Timeline,
  progress: Progress,
): Promise<string | typeof back> {
  const name = placeName(target.application, target.environment);
  for (let timeline = first; ; timeline = await readTimeline(client, target.usage, timeline.runs.length + runsAtATime)) {
    const running = timeline.uncommitted ?? timeline.runs[0]?.shown;
    const earlier = timeline.runs.filter(({ shown }) => shown !== running);
    if (earlier.length === 0) throw new UserError(l10n.t('{0} has run no other tag, as far as Git knows.', name));
    const answer = await ask<Choice<TimelineRun | 'more'>>({
      ...progress,
      title: l10n.t('Roll back {0}: choose what ran before', name),
      placeholder: l10n.t('Current: {0}', running ?? l10n.t('none')),
      items: () => [
        separator(l10n.t('ran here')),
        ...earlier.map((run) => runItem<TimelineRun | 'more'>(run, run)),
        ...endItems<TimelineRun | 'more'>(timeline, 'more'),
      ],
      canChoose,
    });
    if (answer === back || answer.value === undefined) return back;
    if (answer.value !== 'more') return answer.value.version;
  }
}

/** What happens to the image automation that would set the line forward again. */
async function chooseAutomation(
  { application, environment }: BumpTarget,
  version: string,
  { setter, automations }: NonNullable<Timeline['automation']>,
  progress: Progress,
): Promise<Automation | typeof back> {
  const names = automations.join(', ');
  const suspend: Choice<Automation> = {
    label: `$(debug-pause) ${l10n.t('Suspend image automation')}`,
    description: forLabel(names),
    detail: l10n.t('It updates no image until it is resumed.'),
    value: 'suspend',
  };
  const items: Choice<Automation>[] = [
    {
      label: `$(pinned) ${l10n.t('Pin this image')}`,
      description: l10n.t('takes the marker off the line'),
      detail: l10n.t('Automation goes on for all other images.'),
      value: 'pin',
    },
    ...(automations.length === 0 ? [] : [suspend]),
    {
      label: `$(robot) ${l10n.t('Leave automation as it is')}`,
      detail: l10n.t('For automation that is suspended already, or that has no newer tag.'),
      value: 'keep',
    },
  ];
  const answer = await ask({
    ...progress,
    title: l10n.t('Roll back {0} to {1}: image automation', placeName(application, environment), version),
    placeholder: l10n.t('{0} would set this forward again within a minute', names === '' ? setter : names),
    items: () => items,
    canChoose,
  });
  return answer === back ? back : (answer.value ?? back);
}
