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
import type { Timeline, TimelineCommit, TimelineParams, TimelinePart, TimelineRun } from '../../protocol/timeline.ts';
import { abortSignal } from '../abortSignal.ts';
import { withGit } from '../askGit.ts';
import type { FoundImage } from '../ids.ts';
import { findImage } from '../ids.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { sameImages } from './intendedChange.ts';

/** A run, and how it is told. */
interface FoundRun {
  readonly run: TagRun;
  readonly told: TimelineRun;
}

/** What is found within that time is told together. */
const PART_MILLISECONDS = 100;

interface History {
  readonly uncommitted: string | undefined;
  readonly runs: readonly FoundRun[];
  readonly end: TimelineEnd | 'more';
}

export async function timelineOf(
  session: Session,
  { usage, limit, lead, partialResultToken }: TimelineParams,
  token: CancellationToken,
): Promise<Timeline | Refusal> {
  const found = findImage(session, usage);
  if (found === undefined) return { refusal: 'This image is no longer in the repository. Refresh the view and choose it again.' };
  const { image, inventory } = found;
  return await withGit(session, found.repository.folder, async (repository) => {
    const signal = abortSignal(token);
    const head = await headCommit(repository.folder, signal);
    if (head === undefined) return { refusal: 'There is no commit here yet, so no history. Commit once.' };
    const tell = (part: Omit<TimelinePart, 'repository'>) => {
      if (partialResultToken !== undefined)
        session.client.timelinePart(partialResultToken, { repository: repository.folder, ...part });
    };
    const { uncommitted, runs, end } = await readHistory(repository, head, image, limit, signal, tell);
    const leads = lead
      ? await leadsOf(
          found,
          head,
          runs.map(({ run }) => run),
          signal,
        )
      : new Map<string, TimelineRun['lead']>();
    return {
      repository: repository.folder,
      application: image.application,
      environment: image.environment,
      image: shortName(image.usage.name),
      uncommitted,
      runs: runs.map(({ run, told }) => ({ ...told, lead: leads.get(run.since?.hash ?? '') })),
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

/** As many runs as are wanted, told as they come; git ends with the last of them. */
async function readHistory(
  { folder, snapshot }: RepositorySession,
  head: string,
  image: PlacedImage,
  limit: number,
  signal: AbortSignal,
  tell: (part: Omit<TimelinePart, 'repository'>) => void,
): Promise<History> {
  const now = new Date();
  const runs: FoundRun[] = [];
  let uncommitted: string | undefined;
  let end: History['end'] = 'more';
  let open: Promise<FoundRun>[] = [];
  let toldAt = 0;
  const flush = async (): Promise<void> => {
    const part = await Promise.all(open);
    open = [];
    runs.push(...part);
    if (part.length > 0) tell({ uncommitted, runs: part.map(({ told }) => told) });
    toldAt = Date.now();
  };
  for await (const event of readTagHistory(folder, head, snapshot, image, signal)) {
    if (event.kind === 'uncommitted') uncommitted = describeVersion(event.version);
    else if (event.kind === 'end') end = event.end;
    else if (runs.length + open.length === limit) break;
    else {
      const { run } = event;
      open.push(writtenIn(folder, run, signal).then((inside) => ({ run, told: runOf(run, inside?.author, now) })));
      if (Date.now() - toldAt >= PART_MILLISECONDS) await flush();
    }
  }
  await flush();
  return { uncommitted, runs, end };
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
  const earlier: TagRun[] = [];
  for await (const event of readTagHistory(repository.folder, head, repository.snapshot, before, signal))
    if (event.kind === 'run') earlier.push(event.run);
  return new Map(
    leadTimes(earlier, runs).map(({ to, milliseconds: time }: LeadTime) => [
      to.hash,
      { environment: before.environment, milliseconds: time },
    ]),
  );
}

function runOf(run: TagRun, author: string | undefined, now: Date): TimelineRun {
  return {
    version: versionText(run.version),
    shown: describeVersion(run.version),
    since: run.since && commitOf(run.since, author),
    until: run.until && commitOf(run.until, undefined),
    milliseconds: milliseconds(run, now),
    file: run.file,
    lead: undefined,
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
