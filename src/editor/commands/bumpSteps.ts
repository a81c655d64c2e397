import { ThemeIcon, l10n, type CancellationToken } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { parseVersion } from '../../core/change/version.ts';
import type { BumpPlan, BumpTarget, TagCandidate } from '../../protocol.ts';
import type { LandingChoice } from '../../protocol/proposal.ts';
import { landingItems, landings } from '../landChange.ts';
import { forLabel } from '../plainText.ts';
import { ask, back } from '../steps.ts';
import { canChoose, placeName, planItems, sentences, separator, type Choice } from './planItems.ts';
import { showPlannedChange } from './showPlannedChange.ts';

/** Which step of how many this is. */
export interface Progress {
  readonly number: number;
  readonly total: number;
  readonly canGoBack: boolean;
}

function nameOf({ application, environment }: BumpTarget): string {
  return placeName(application, environment);
}

/** `title`: what is going to be done with the image. */
export async function chooseTarget(
  title: string,
  targets: readonly BumpTarget[],
  fromCursor: boolean,
  progress: Progress,
): Promise<BumpTarget> {
  const items = targets.map((target): Choice<BumpTarget> => {
    const description = [target.tag, target.image, target.detail, target.repository].filter((part) => part !== '').join('   ');
    return { label: forLabel(nameOf(target)), description: forLabel(description), value: target };
  });
  const answer = await ask({
    ...progress,
    title,
    placeholder: fromCursor ? l10n.t('Choose one of the images of this file') : l10n.t('Choose an image'),
    items: () => items,
    canChoose,
  });
  if (answer === back || answer.value === undefined) throw new Error('The first step has no way back.');
  return answer.value;
}

/** The person wants the tags of the registry. */
export const askRegistry = Symbol('askRegistry');

export interface OfferedTags {
  readonly candidates: readonly TagCandidate[];
  /** What is known of the registry: `complete` where a tag that is not among the candidates is not there. */
  readonly registry: 'none' | 'not-asked' | 'asked' | 'complete';
}

/** Groups in the order in which they are shown. */
const groups: readonly TagCandidate['group'][] = ['newer', 'current', 'older', 'other'];

/** How registries say that tags were built, by tag: '' for those that say nothing. */
export interface BuiltTags {
  readonly known: Map<string, string>;
  readonly ask: (tag: string, token: CancellationToken) => Promise<string>;
}

/** A tag, `tag@digest` or a digest: one that was seen, or what the person types. */
export async function chooseTag(
  target: BumpTarget,
  { candidates, registry }: OfferedTags,
  built: BuiltTags,
  progress: Progress,
): Promise<string | typeof back | typeof askRegistry> {
  const titles = { newer: l10n.t('newer'), current: l10n.t('current'), older: l10n.t('older'), other: l10n.t('other') };
  const details = ({ tag, detail }: TagCandidate) =>
    [detail, built.known.get(tag) ?? ''].filter((part) => part !== '').join(' \u00b7 ');
  const seen = () =>
    groups.flatMap((group): Choice<string | typeof askRegistry>[] => {
      const members = candidates.filter((candidate) => candidate.group === group);
      if (members.length === 0) return [];
      return [
        separator(titles[group]),
        ...members.map((candidate) => ({
          label: forLabel(candidate.tag),
          description: forLabel(details(candidate)),
          // It runs already: there is nothing to choose.
          ...(group === 'current' ? {} : { value: candidate.tag }),
        })),
      ];
    });
  const asksRegistry = {
    label: `$(cloud-download) ${l10n.t('Show tags from {0}', target.registry)}`,
    value: askRegistry,
  } as const;
  const more: Choice<string | typeof askRegistry>[] =
    registry === 'not-asked' ? [separator(l10n.t('registry')), { ...asksRegistry, alwaysShow: true }] : [];
  const answer = await ask({
    ...progress,
    title: l10n.t('Bump {0}: choose a tag', nameOf(target)),
    placeholder: l10n.t(
      'Choose or type a tag, tag@digest or digest. Current: {0}',
      target.tag === '' ? l10n.t('none') : target.tag,
    ),
    dependsOnText: true,
    items: (typed) => [...seen(), ...asTyped(typed.trim(), candidates, registry), ...more],
    canChoose,
    learn: async ({ label }, token) => {
      const tag = candidates.find((candidate) => forLabel(candidate.tag) === label)?.tag;
      if (tag === undefined || built.known.has(tag) || (registry !== 'asked' && registry !== 'complete')) return false;
      const words = await built.ask(tag, token);
      built.known.set(tag, words);
      return words !== '';
    },
  });
  return answer === back ? back : (answer.value ?? back);
}

/** The text in the box as a choice of its own, or what is wrong with it. */
function asTyped(typed: string, candidates: readonly TagCandidate[], registry: OfferedTags['registry']): Choice<string>[] {
  if (typed === '' || candidates.some(({ tag }) => tag === typed)) return [];
  const version = parseVersion(typed);
  const title = separator(l10n.t('as typed'));
  if ('refusal' in version) return [title, { ...sentences('$(error)', version.refusal), alwaysShow: true }];
  const isKnown = registry === 'complete' && version.digest === '';
  const description = isKnown ? l10n.t('not in the registry (checked just now)') : l10n.t('not seen in this repository');
  return [title, { label: forLabel(typed), description, alwaysShow: true, value: typed }];
}

/** Says why a change cannot be made, where another one can be chosen. */
export async function showRefusal(title: string, refusal: string, progress: Progress): Promise<void> {
  await ask({
    ...progress,
    title,
    placeholder: l10n.t('Nothing was changed.'),
    items: (): Choice<'again'>[] => [
      sentences('$(warning)', refusal),
      { label: `$(arrow-left) ${l10n.t('Choose again')}`, value: 'again' },
    ],
    canChoose,
  });
}

/** Shows everything that would change, warnings first, and asks what to do. */
export async function confirmPlan(
  client: LanguageClient,
  target: BumpTarget,
  tag: string,
  mode: 'owner' | 'override',
  plan: BumpPlan,
  progress: Progress,
): Promise<LandingChoice | 'override' | typeof back> {
  const choices = await landings(client, plan);
  const answer = await ask({
    ...progress,
    // A whole digest would be all that the title shows.
    title: l10n.t('Bump {0} to {1}', nameOf(target), tag.replace(/(:[0-9a-f]{12})[0-9a-f]{20,}/, '$1\u2026')),
    placeholder: l10n.t('Escape changes nothing.'),
    items: () => planItems(plan, bumpActions(target, mode, plan, choices)),
    canChoose,
    look: {
      button: { iconPath: new ThemeIcon('eye'), tooltip: l10n.t('Preview First') },
      run: () => showPlannedChange(client, { usage: target.usage, tag, mode }),
    },
  });
  return answer === back ? back : (answer.value ?? back);
}

function bumpActions(
  target: BumpTarget,
  mode: 'owner' | 'override',
  plan: BumpPlan,
  choices: readonly LandingChoice[],
): Choice<LandingChoice | 'override'>[] {
  const ways = landingItems(plan, choices, mode === 'owner' ? undefined : l10n.t('Add the override'));
  if (!plan.canOverride || mode === 'override') return ways;
  const others = plan.alsoChanges;
  const override: Choice<'override'> = {
    label: `$(git-branch) ${l10n.t('Override in {0} only', forLabel(target.environment))}`,
    description:
      others.length === 1
        ? l10n.t('leaves {0} as it is', forLabel(others.join()))
        : l10n.t('leaves {0} as they are', forLabel(others.join(', '))),
    value: 'override',
  };
  return [...ways, override];
}
