/** The life of an image's tag in an environment: which versions ran, who brought them, and for how long. */
import type { Version } from '../change/version.ts';
import { versionText } from '../change/version.ts';
import type { LoggedCommit } from './rawLog.ts';

/** A commit of the branch that Flux reads: what counts is when it came there. */
export interface HistoryCommit {
  readonly hash: string;
  /** More than one for a merge. */
  readonly parents: readonly string[];
  readonly author: string;
  /** When the branch got it: ISO 8601. */
  readonly date: string;
  readonly subject: string;
  /** Number of the pull request that it merged or was squashed from. */
  readonly pullRequest: number | undefined;
}

/** A version from the commit that brought it to the one that took it away. */
export interface TagRun {
  /** Name of the image. */
  readonly image: string;
  readonly version: Version;
  /** undefined where history ends before: see `TimelineEnd`. */
  readonly since: HistoryCommit | undefined;
  /** undefined while it runs. */
  readonly until: HistoryCommit | undefined;
  /** What ran before; undefined where nothing did, or where history ends. */
  readonly before: Version | undefined;
  /** The line that decides it, counted from 1, in the commit that brought it. '' where no line does. */
  readonly file: string;
  readonly line: number;
}

/** Why a timeline goes back no further: nothing is before it, or Git has no more here. */
export type TimelineEnd = 'complete' | 'shallow' | 'missing';

export function historyCommit({ hash, parents, author, committed, subject }: LoggedCommit): HistoryCommit {
  return { hash, parents, author, date: committed, subject, pullRequest: pullRequestOf(subject) };
}

/** `Merge pull request #12 from ...` of a merge, `... (#12)` of a squash. */
function pullRequestOf(subject: string): number | undefined {
  const number = /^Merge pull request #(\d+) /.exec(subject)?.[1] ?? /\(#(\d+)\)$/.exec(subject)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** How long a version ran, or runs; undefined where nobody knows since when. */
export function milliseconds({ since, until }: TagRun, now: Date): number | undefined {
  if (since === undefined) return undefined;
  return Math.max(0, (until === undefined ? now : new Date(until.date)).getTime() - new Date(since.date).getTime());
}

export interface LeadTime {
  readonly version: Version;
  /** When the first environment got it first, and the second one after that. */
  readonly from: HistoryCommit;
  readonly to: HistoryCommit;
  readonly milliseconds: number;
}

/**
 * How long each version took from one environment to the other, newest first. Left out: versions of which one side is not known, and those that the
 * second environment had before the first.
 */
export function leadTimes(first: readonly TagRun[], second: readonly TagRun[]): LeadTime[] {
  const arrived = firstArrivals(first);
  const times: LeadTime[] = [];
  for (const [key, { version, since: to }] of firstArrivals(second)) {
    const from = arrived.get(key)?.since;
    if (from === undefined || to === undefined) continue;
    const between = new Date(to.date).getTime() - new Date(from.date).getTime();
    if (between >= 0) times.push({ version, from, to, milliseconds: between });
  }
  return times.sort((a, b) => new Date(b.to.date).getTime() - new Date(a.to.date).getTime());
}

/** Runs are newest first, so that the last one of a version is its first arrival. Tags tell a version where there is one. */
function firstArrivals(runs: readonly TagRun[]): Map<string, TagRun> {
  return new Map(runs.map((run) => [run.version.tag === '' ? versionText(run.version) : run.version.tag, run]));
}
