import { QuickPickItemKind, ThemeIcon, l10n, type QuickPickItem } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { parseVersion } from '../../core/change/version.ts';
import type { BumpPlan, BumpTarget, TagCandidate } from '../../protocol.ts';
import { forLabel } from '../plainText.ts';
import { ask, back } from '../steps.ts';
import { showPlannedChange } from './showPlannedChange.ts';

/** Which step of how many this is. */
export interface Progress {
  readonly number: number;
  readonly total: number;
  readonly canGoBack: boolean;
}

/** An item without a value is there to be read. */
interface Choice<T> extends QuickPickItem {
  readonly value?: T;
}

const canChoose = (item: Choice<unknown>): boolean => item.value !== undefined;

function separator(label: string): Choice<never> {
  return { label, kind: QuickPickItemKind.Separator };
}

function nameOf({ application, environment }: BumpTarget): string {
  return environment === '' ? application : l10n.t('{0} in {1}', application, environment);
}

export async function chooseTarget(targets: readonly BumpTarget[], fromCursor: boolean, progress: Progress): Promise<BumpTarget> {
  const items = targets.map((target): Choice<BumpTarget> => {
    const description = [target.tag, target.image, target.detail, target.repository].filter((part) => part !== '').join('   ');
    return { label: forLabel(nameOf(target)), description: forLabel(description), value: target };
  });
  const answer = await ask({
    ...progress,
    title: l10n.t('Bump Image Tag'),
    placeholder: fromCursor ? l10n.t('Choose one of the images of this file') : l10n.t('Choose an image'),
    items: () => items,
    canChoose,
  });
  if (answer === back || answer.value === undefined) throw new Error('The first step has no way back.');
  return answer.value;
}

/** Groups in the order in which they are shown. */
const groups: readonly TagCandidate['group'][] = ['newer', 'current', 'older', 'other'];

/** A tag, `tag@digest` or a digest: one that was seen, or what the person types. */
export async function chooseTag(
  target: BumpTarget,
  candidates: readonly TagCandidate[],
  progress: Progress,
): Promise<string | typeof back> {
  const titles = { newer: l10n.t('newer'), current: l10n.t('current'), older: l10n.t('older'), other: l10n.t('other') };
  const seen = groups.flatMap((group): Choice<string>[] => {
    const members = candidates.filter((candidate) => candidate.group === group);
    if (members.length === 0) return [];
    return [
      separator(titles[group]),
      ...members.map(({ tag, detail }) => ({
        label: forLabel(tag),
        description: forLabel(detail),
        // It runs already: there is nothing to choose.
        ...(group === 'current' ? {} : { value: tag }),
      })),
    ];
  });
  const answer = await ask({
    ...progress,
    title: l10n.t('Bump {0}: choose a tag', nameOf(target)),
    placeholder: l10n.t(
      'Choose or type a tag, tag@digest or digest. Current: {0}',
      target.tag === '' ? l10n.t('none') : target.tag,
    ),
    dependsOnText: true,
    items: (typed) => [...seen, ...asTyped(typed.trim(), candidates)],
    canChoose,
  });
  return answer === back ? back : (answer.value ?? back);
}

/** The text in the box as a choice of its own, or what is wrong with it. */
function asTyped(typed: string, candidates: readonly TagCandidate[]): Choice<string>[] {
  if (typed === '' || candidates.some(({ tag }) => tag === typed)) return [];
  const version = parseVersion(typed);
  const title = separator(l10n.t('as typed'));
  if ('refusal' in version) return [title, { ...sentences('$(error)', version.refusal), alwaysShow: true }];
  const description = l10n.t('not seen in this repository');
  return [title, { label: forLabel(typed), description, alwaysShow: true, value: typed }];
}

/** Says why a tag cannot be set, where the next one can be chosen. */
export async function showRefusal(target: BumpTarget, tag: string, refusal: string, progress: Progress): Promise<void> {
  await ask({
    ...progress,
    title: l10n.t('Bump {0} to {1}', nameOf(target), tag),
    placeholder: l10n.t('Nothing was changed.'),
    items: (): Choice<'again'>[] => [
      sentences('$(warning)', refusal),
      { label: `$(arrow-left) ${l10n.t('Choose another tag')}`, value: 'again' },
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
): Promise<'apply' | 'override' | typeof back> {
  const answer = await ask({
    ...progress,
    title: l10n.t('Bump {0} to {1}', nameOf(target), tag),
    placeholder: l10n.t('One undo takes it back. Escape changes nothing.'),
    items: () => planItems(target, mode, plan),
    canChoose,
    look: {
      button: { iconPath: new ThemeIcon('eye'), tooltip: l10n.t('Preview First') },
      run: () => showPlannedChange(client, { usage: target.usage, tag, mode }),
    },
  });
  return answer === back ? back : (answer.value ?? back);
}

/** What is so on the first line, what to do on the second: one line would be cut off. */
function sentences(icon: string, text: string): Choice<never> {
  const end = text.search(/[.:;] /);
  if (end < 0) return { label: `${icon} ${forLabel(text)}` };
  return { label: `${icon} ${forLabel(text.slice(0, end + 1))}`, detail: forLabel(text.slice(end + 2)) };
}

function planItems(target: BumpTarget, mode: 'owner' | 'override', plan: BumpPlan): Choice<'apply' | 'override'>[] {
  const items: Choice<'apply' | 'override'>[] = [];
  const section = (title: string, rows: readonly Choice<'apply' | 'override'>[]): void => {
    if (rows.length > 0) items.push(separator(title), ...rows);
  };
  section(
    l10n.t('mind'),
    plan.warnings.map((warning) => sentences('$(warning)', warning)),
  );
  const doIt: Choice<'apply'> = {
    label: mode === 'owner' ? `$(edit) ${l10n.t('Edit the file')}` : `$(edit) ${l10n.t('Add the override')}`,
    description: plan.alsoChanges.length === 0 ? '' : l10n.t('also changes {0}', forLabel(plan.alsoChanges.join(', '))),
    value: 'apply',
  };
  const override: Choice<'override'> = {
    label: `$(git-branch) ${l10n.t('Override in {0} only', forLabel(target.environment))}`,
    description:
      plan.alsoChanges.length === 1
        ? l10n.t('leaves {0} as it is', forLabel(plan.alsoChanges.join()))
        : l10n.t('leaves {0} as they are', forLabel(plan.alsoChanges.join(', '))),
    value: 'override',
  };
  section(l10n.t('do'), plan.canOverride && mode === 'owner' ? [doIt, override] : [doIt]);
  for (const { file, lines } of diffLines(plan.diff)) section(file, lines);
  const changes = plan.changes.map(({ application, environment, from, to }) => ({
    label: forLabel(environment === '' ? application : l10n.t('{0} in {1}', application, environment)),
    description: forLabel(`${from} \u2192 ${to}`),
  }));
  section(plan.changes.length === 1 ? l10n.t('image that changes') : l10n.t('images that change'), changes);
  section(
    l10n.t('built by'),
    plan.roots.map((root) => ({ label: forLabel(root) })),
  );
  return items;
}

/** The lines of a unified diff that differ, by file, without the indentation that they share. */
function diffLines(diff: string): { file: string; lines: Choice<never>[] }[] {
  const files: { file: string; changed: { icon: string; text: string }[] }[] = [];
  for (const line of diff.split('\n')) {
    if (line.startsWith('+++ ')) files.push({ file: line.slice(4).replace(/^b\//, '').trim(), changed: [] });
    else if (line.startsWith('--- ')) continue;
    else if (line.startsWith('+')) files.at(-1)?.changed.push({ icon: '$(diff-added)', text: line.slice(1) });
    else if (line.startsWith('-')) files.at(-1)?.changed.push({ icon: '$(diff-removed)', text: line.slice(1) });
  }
  return files.map(({ file, changed }) => {
    const shared = Math.min(...changed.map(({ text }) => text.search(/\S|$/)));
    return { file, lines: changed.map(({ icon, text }) => ({ label: `${icon} ${forLabel(text.slice(shared))}` })) };
  });
}
