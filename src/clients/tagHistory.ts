/** The history of one image in one environment, out of Git: runs come newest first, while older commits are still being read. */
import { branchCommits, blobsOf, mergedCommit, shallowCommits } from './gitCommits.ts';
import { GitObjects } from './gitObjects.ts';
import { GitError } from './gitProcess.ts';
import type { Version } from '../core/change/version.ts';
import type { HistoryCommit, TagRun, TimelineEnd } from '../core/git/tagTimeline.ts';
import { historyCommit } from '../core/git/tagTimeline.ts';
import { MissingBlob, TimelineWalk } from '../core/git/timelineWalk.ts';
import type { WalkSteps } from '../core/git/timelineWalk.ts';
import type { PlacedImage } from '../core/inventory/inventory.ts';
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';

export type HistoryEvent =
  /** First, where the working tree has something else than the newest commit. */
  | { readonly kind: 'uncommitted'; readonly version: Version }
  | { readonly kind: 'run'; readonly run: TagRun }
  /** Last. */
  | { readonly kind: 'end'; readonly end: TimelineEnd };

/** Reads the branch that ends in `head`, a hash. To be left at any time; git ends then. @throws GitError, the signal's reason */
export async function* readTagHistory(
  folder: string,
  head: string,
  repository: GitOpsRepository,
  image: PlacedImage,
  signal?: AbortSignal,
): AsyncGenerator<HistoryEvent> {
  const [tree, boundary] = await Promise.all([blobsOf(folder, head, signal), shallowCommits(folder, signal)]);
  using objects = new GitObjects(folder, signal);
  const blobs = new Map<string, string | undefined>();
  const walk = new TimelineWalk(repository, image, tree);
  await drive(walk.start(), objects, blobs);
  const { tag, digest } = image.usage;
  if (walk.newest === undefined || walk.newest.version.tag !== tag || walk.newest.version.digest !== digest)
    yield { kind: 'uncommitted', version: { tag, digest } };
  let end: TimelineEnd = 'complete';
  try {
    for await (const commits of branchCommits(folder, head, signal)) {
      const known = commits.filter(({ hash }) => !boundary.has(hash));
      await read(
        objects,
        blobs,
        known.flatMap((commit) => walk.blobsFor(commit)),
      );
      for (const commit of known) for (const run of await drive(walk.step(commit), objects, blobs)) yield { kind: 'run', run };
      blobs.clear();
      signal?.throwIfAborted();
      if (known.length < commits.length) end = 'shallow';
    }
  } catch (error) {
    // A partial clone has the commits, and not all of the files.
    if (!(error instanceof MissingBlob) && !(error instanceof GitError && /^unable to read |promisor/.test(error.message)))
      throw error;
    end = 'missing';
  }
  for (const run of walk.end()) yield { kind: 'run', run };
  yield { kind: 'end', end };
}

/** The commit inside of a merge that wrote the line, for a look at who did: undefined where the commit itself did. */
export async function writtenIn(
  folder: string,
  { since, file }: TagRun,
  signal?: AbortSignal,
): Promise<HistoryCommit | undefined> {
  if (since === undefined || since.parents.length < 2 || file === '') return undefined;
  const commit = await mergedCommit(folder, since.parents, file, signal);
  return commit && historyCommit(commit);
}

async function drive(steps: WalkSteps, objects: GitObjects, blobs: Map<string, string | undefined>): Promise<TagRun[]> {
  for (let step = steps.next(); ; step = steps.next(blobs)) {
    if (step.done === true) return step.value;
    await read(objects, blobs, step.value);
  }
}

async function read(objects: GitObjects, blobs: Map<string, string | undefined>, hashes: readonly string[]): Promise<void> {
  const missing = [...new Set(hashes)].filter((hash) => !blobs.has(hash));
  for (const [hash, text] of await objects.texts(missing)) blobs.set(hash, text);
}
