import { QuickPickItemKind, l10n, type QuickPickItem } from 'vscode';
import type { ChangePlan } from '../../protocol.ts';
import { forLabel } from '../plainText.ts';

/** An item without a value is there to be read. */
export interface Choice<T> extends QuickPickItem {
  readonly value?: T;
}

export const canChoose = (item: Choice<unknown>): boolean => item.value !== undefined;

export function separator(label: string): Choice<never> {
  return { label, kind: QuickPickItemKind.Separator };
}

/** Rows below their title; nothing where there are none. */
export function section<T>(title: string, rows: readonly Choice<T>[]): Choice<T>[] {
  return rows.length === 0 ? [] : [separator(title), ...rows];
}

/** What is so on the first line, what to do on the second: one line would be cut off. */
export function sentences(icon: string, text: string): Choice<never> {
  const end = text.search(/[.:;] /);
  if (end < 0) return { label: `${icon} ${forLabel(text)}` };
  return { label: `${icon} ${forLabel(text.slice(0, end + 1))}`, detail: forLabel(text.slice(end + 2)) };
}

/** `backend in prod`. */
export function placeName(application: string, environment: string): string {
  return environment === '' ? application : l10n.t('{0} in {1}', application, environment);
}

/** Everything that a plan changes, warnings first, with what can be done below them. */
export function planItems<T>(plan: ChangePlan, actions: readonly Choice<T>[]): Choice<T>[] {
  const changes = plan.changes.map(({ application, environment, from, to }) => ({
    label: forLabel(placeName(application, environment)),
    description: forLabel(from === to ? l10n.t('{0}, the digest changes', to) : `${from} \u2192 ${to}`),
  }));
  const directories = [...new Set(plan.roots.map(({ directory }) => directory))];
  return [
    ...section<T>(
      l10n.t('mind'),
      plan.warnings.map((warning) => sentences('$(warning)', warning)),
    ),
    ...section<T>(l10n.t('do'), actions),
    ...diffLines(plan.diff).flatMap(({ file, lines }) => section<T>(file, lines)),
    ...section<T>(plan.changes.length === 1 ? l10n.t('image that changes') : l10n.t('images that change'), changes),
    ...section<T>(
      l10n.t('built by'),
      directories.map((directory) => ({ label: forLabel(directory) })),
    ),
  ];
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
