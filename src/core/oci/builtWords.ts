import { ago } from '../text/dates.ts';

/** Builds that have to be the same each time are given the start of time, or of some archive format, as theirs. */
const FIRST_YEAR = 2000;

/** When and from which commit an image was built, as far as it says so: `built 2 days ago from 1a2b3c4`. */
export function builtWords({ created, revision }: { readonly created: string; readonly revision: string }, now: Date): string {
  const date = new Date(created);
  const isKnown = !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= FIRST_YEAR && date <= now;
  const parts = [isKnown ? ago(date, now) : '', /^[0-9a-f]{7,64}$/.test(revision) ? `from ${revision.slice(0, 7)}` : ''].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? '' : `built ${parts.join(' ')}`;
}
