/** The past of a tag, out of Git. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { fileInCommit, headCommit } from '../../clients/git.ts';
import { readTagHistory, writtenIn } from '../../clients/tagHistory.ts';
import { undoingAutomation } from '../../core/change/rollback.ts';
import { describeVersion, versionText } from '../../core/change/version.ts';
import type { HistoryCommit, LeadTime, TagRun, TimelineEnd } from '../../core/git/tagTimeline.ts';
import { leadTimes, milliseconds } from '../../core/git/tagTimeline.ts';
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import { shortName } from '../../core/oci/imageReference.ts';
import type { Refusal } from '../../protocol.ts';
import type { Timeline, TimelineCommit, TimelineRun } from '../../protocol/timeline.ts';
import { abortSignal } from '../abortSignal.ts';
import { withGit } from '../askGit.ts';
import type { FoundImage } from '../ids.ts';
import { findImage } from '../ids.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { sameImages } from './intendedChange.ts';

interface History {
  readonly uncommitted: string | undefined;
  readonly runs: readonly TagRun[];
  readonly end: TimelineEnd | 'more';
}

export async function timelineOf(
  session: Session,
  { usage, limit, lead }: { readonly usage: string; readonly limit: number; readonly lead: boolean },
  token: CancellationToken,
): Promise<Timeline | Refusal> {
  const found = findImage(session, usage);
  if (found === undefined) return { refusal: 'This image is no longer in the repository. Refresh the view and choose it again.' };
  const { image, inventory } = found;
  return await withGit(session, found.repository.folder, async (repository) => {
    const signal = abortSignal(token);
    const head = await headCommit(repository.folder, signal);
    if (head === undefined) return { refusal: 'There is no commit here yet, so no history. Commit once.' };
    const { uncommitted, runs, end } = await readHistory(repository, head, image, limit, signal);
    const leads = lead ? await leadsOf(found, head, runs, signal) : new Map<string, TimelineRun['lead']>();
    const now = new Date();
    return {
      repository: repository.folder,
      application: image.application,
      environment: image.environment,
      image: shortName(image.usage.name),
      uncommitted,
      runs: await Promise.all(
        runs.map(async (run) => {
          const inside = await writtenIn(repository.folder, run, signal);
          return runOf(run, inside?.author, leads.get(run.since?.hash ?? ''), now);
        }),
      ),
      end,
      automation: automationOf(repository, sameImages(inventory, image)),
    };
  });
}

/** The text of a file in a commit, or in the first parent of the commit; '' where it has no such file. */
export async function committedFile(
  session: Session,
  { repository: folder, commit, path, before }: { repository: string; commit: string; path: string; before: boolean },
  token: CancellationToken,
): Promise<string> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return '';
  const text = await withGit(
    session,
    folder,
    async () => (await fileInCommit(folder, before ? `${commit}^` : commit, path, abortSignal(token))) ?? '',
  );
  return typeof text === 'string' ? text : '';
}

/** As many runs as are wanted; git ends with the last of them. */
async function readHistory(
  { folder, snapshot }: RepositorySession,
  head: string,
  image: PlacedImage,
  limit: number,
  signal: AbortSignal,
): Promise<History> {
  let uncommitted: string | undefined;
  const runs: TagRun[] = [];
  for await (const event of readTagHistory(folder, head, snapshot, image, signal)) {
    if (event.kind === 'uncommitted') uncommitted = describeVersion(event.version);
    else if (event.kind === 'end') return { uncommitted, runs, end: event.end };
    else if (runs.length === limit) break;
    else runs.push(event.run);
  }
  return { uncommitted, runs, end: 'more' };
}

/** How long each run took from the environment before, by the commit that brought it. */
async function leadsOf(
  { repository, inventory, image }: FoundImage,
  head: string,
  runs: readonly TagRun[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TimelineRun['lead']>> {
  const before = inventory.elsewhere(image).findLast(({ environment }) => inventory.isBefore(environment, image.environment));
  if (before === undefined) return new Map();
  const earlier = await readHistory(repository, head, before, Infinity, signal);
  return new Map(
    leadTimes(earlier.runs, runs).map(({ to, milliseconds: time }: LeadTime) => [
      to.hash,
      { environment: before.environment, milliseconds: time },
    ]),
  );
}

function runOf(run: TagRun, author: string | undefined, lead: TimelineRun['lead'], now: Date): TimelineRun {
  return {
    version: versionText(run.version),
    shown: describeVersion(run.version),
    since: run.since && commitOf(run.since, author),
    until: run.until && commitOf(run.until, undefined),
    milliseconds: milliseconds(run, now),
    file: run.file,
    lead,
  };
}

function commitOf({ hash, author, date, subject, pullRequest }: HistoryCommit, writer: string | undefined): TimelineCommit {
  return { hash, author: writer ?? author, date, subject, pullRequest };
}

function automationOf({ snapshot }: RepositorySession, images: readonly PlacedImage[]): Timeline['automation'] {
  const undoing = undoingAutomation(snapshot, images);
  if (undoing === undefined) return undefined;
  return { setter: undoing.setter, automations: undoing.automations.map(({ namespace, name }) => `${namespace}/${name}`) };
}
