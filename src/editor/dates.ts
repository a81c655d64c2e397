import { env } from 'vscode';

/** `3 Nov 2026`, as the person's language writes it; '' for what is no date. */
export function dateOf(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : new Intl.DateTimeFormat(env.language, { dateStyle: 'medium' }).format(date);
}
