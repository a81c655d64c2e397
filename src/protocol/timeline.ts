/** Messages about the past of a tag, as Git knows it. */
import { ProgressType, RequestType } from 'vscode-languageserver-protocol';
import type { Refusal } from '../protocol.ts';

export interface TimelineCommit {
  readonly hash: string;
  /** Who wrote the line: of a merge, the author of the commit inside of it. */
  readonly author: string;
  /** When the branch got it: ISO 8601. */
  readonly date: string;
  readonly subject: string;
  readonly pullRequest: number | undefined;
}

/** A version from the commit that brought it to the one that took it away. */
export interface TimelineRun {
  /** As it is given back for a rollback. */
  readonly version: string;
  /** For people. */
  readonly shown: string;
  /** undefined where history ends before. */
  readonly since: TimelineCommit | undefined;
  /** undefined while it runs. */
  readonly until: TimelineCommit | undefined;
  /** How long it ran, or runs; undefined where nobody knows since when. */
  readonly milliseconds: number | undefined;
  /** The file that decides it, in the commit that brought it; '' where none does. */
  readonly file: string;
  /** How long it took from the environment before; undefined where it was not there, or came later. */
  readonly lead: { readonly environment: string; readonly milliseconds: number } | undefined;
}

export interface Timeline {
  readonly repository: string;
  readonly application: string;
  readonly environment: string;
  readonly image: string;
  /** What the files have now, where that is something else than the newest commit has. */
  readonly uncommitted: string | undefined;
  /** Newest first. */
  readonly runs: readonly TimelineRun[];
  /** Why there are no more runs: none was before them, Git has no more here, or no more were asked for. */
  readonly end: 'complete' | 'shallow' | 'missing' | 'more';
  /** Flux image automation that would undo a rollback; undefined where none would. */
  readonly automation:
    | {
        /** As in the marker: `flux-system:backend:tag`. */
        readonly setter: string;
        /** Names of the automations of this repository that write the line; empty where they are somewhere else. */
        readonly automations: readonly string[];
      }
    | undefined;
}

/** Runs as soon as they are found, those of one answer newest first. They have no `lead` yet. */
export interface TimelinePart extends Pick<Timeline, 'repository' | 'uncommitted'> {
  readonly runs: readonly TimelineRun[];
}

export interface TimelineParams {
  readonly usage: string;
  readonly limit: number;
  /** Costs the history of a second environment. */
  readonly lead: boolean;
  /** Parts are told with `$/progress` under it. */
  readonly partialResultToken?: string;
}

export const timelinePart = new ProgressType<TimelinePart>();
export const timelineRequest = new RequestType<TimelineParams, Timeline | Refusal, void>('gitopsCockpit/timeline');
/** The text of a file in a commit (its hash), '' where it has none; `before`: in the first parent of the commit. */
export const committedFileRequest = new RequestType<
  { repository: string; commit: string; path: string; before: boolean },
  string,
  void
>('gitopsCockpit/committedFile');
