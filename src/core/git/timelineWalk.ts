/** Walks the commits of a branch from the newest back and finds the ones that changed what runs. Whoever walks it reads the blobs that it asks for. */
import type { PlacedImage } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { parentDirectory } from '../repository/files.ts';
import { groupBy } from '../text/groupBy.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { rangeInFile } from '../yaml/editEmbedded.ts';
import { versionText } from '../change/version.ts';
import type { Version } from '../change/version.ts';
import { DecidingValues } from './decidingValues.ts';
import { ImageTrail, kustomizationDirectories, kustomizationsIn } from './imageTrail.ts';
import type { TrailState } from './imageTrail.ts';
import type { FileChange, LoggedCommit } from './rawLog.ts';
import { changedTagValues } from './tagLines.ts';
import type { HistoryCommit, TagRun } from './tagTimeline.ts';
import { historyCommit } from './tagTimeline.ts';

/** Yields hashes of blobs, and gets their texts; undefined for a blob that is not here. Returns the runs whose start is found. */
export type WalkSteps = Generator<readonly string[], TagRun[], ReadonlyMap<string, string | undefined>>;

/** A blob that Git does not have: a partial clone. History cannot be told from there on. */
export class MissingBlob extends Error {}

/** What runs, as far as it is told apart. */
interface Running {
  readonly image: string;
  readonly version: Version;
  readonly file: string;
  readonly line: number;
}

export class TimelineWalk {
  private readonly trail: ImageTrail;
  /** Files of the commit that the walk stands at, with their blobs. */
  private readonly tree: Map<string, string>;
  /** Directories of which all files are known. */
  private listed: ReadonlySet<string> = new Set();
  /** Directories in which the environment has been. */
  private readonly places = new Set<string>();
  private readonly newestTree: ReadonlyMap<string, string>;
  private running: Running | undefined;
  /** Undefined while only the model can say what a change does. */
  private values: DecidingValues | undefined;
  /** Texts that the trail has not been told yet, because only values of tags are different in them. */
  private late = new Map<string, string>();
  private until: HistoryCommit | undefined;
  /** The oldest commit since which only builds failed: it brought what came after them. */
  private repaired: HistoryCommit | undefined;

  /** `tree`: the files of the newest commit; `image`: as the working tree has it. */
  constructor(repository: GitOpsRepository, image: PlacedImage, tree: ReadonlyMap<string, string>) {
    this.trail = new ImageTrail(repository, image);
    this.tree = new Map(tree);
    this.newestTree = tree;
    this.places.add(image.root.directory);
  }

  /** Looks at the newest commit. */
  *start(): WalkSteps {
    yield* this.settle();
    const state = this.trail.state();
    this.running = runningOf(state);
    this.values = state.kind === 'runs' ? DecidingValues.of(state.usage) : undefined;
    return [];
  }

  /** What the newest commit runs; undefined where it does not have the image. To be asked after `start`. */
  get newest(): { readonly image: string; readonly version: Version } | undefined {
    return this.running;
  }

  /** Blobs that `step` is going to ask for, as far as that can be said before. */
  blobsFor(commit: LoggedCommit): string[] {
    return this.concerned(commit).flatMap(({ oldHash }) => (oldHash === '' ? [] : [oldHash]));
  }

  /** Takes one commit back. */
  *step(commit: LoggedCommit): WalkSteps {
    const concerned = this.concerned(commit);
    const [only, another] = concerned;
    for (const { path, oldPath, oldHash } of commit.changes) {
      if (path !== undefined && path !== oldPath) this.tree.delete(path);
      if (oldPath !== undefined && oldHash !== '') this.tree.set(oldPath, oldHash);
    }
    if (only === undefined) return [];
    const values = another === undefined ? yield* this.byValues(only) : undefined;
    if (values !== undefined) return this.take(this.running && { ...this.running, version: values }, historyCommit(commit));
    this.tellLate();
    const hashes = new Map<string, string>();
    for (const { path, oldPath, oldHash } of concerned) {
      if (path !== undefined) hashes.set(path, this.tree.get(path) ?? '');
      if (oldPath !== undefined) hashes.set(oldPath, oldHash);
    }
    const wasLost = this.trail.hasLostFlux;
    yield* this.load(hashes);
    yield* this.settle();
    if (this.trail.hasLostFlux && !wasLost) {
      yield* this.load(new Map(this.trail.outdated.map((path) => [path, this.tree.get(path) ?? ''])));
      yield* this.settle();
    }
    if (this.running !== undefined && this.trail.goneFrom !== undefined) yield* this.follow(commit);
    const state = this.trail.state();
    this.trail.tidy();
    this.values = state.kind === 'runs' ? DecidingValues.of(state.usage) : undefined;
    if (state.kind !== 'broken') return this.take(runningOf(state), historyCommit(commit));
    this.repaired ??= historyCommit(commit);
    return [];
  }

  /** The run whose start history does not tell, where there is no more commit. */
  end(): TagRun[] {
    if (this.running === undefined) return [];
    const run = { ...this.running, since: undefined, until: this.until, before: undefined };
    this.running = undefined;
    return [run];
  }

  private concerned({ changes }: LoggedCommit): FileChange[] {
    return changes.filter(({ path, oldPath }) => [path, oldPath].some((one) => one !== undefined && this.trail.needs(one)));
  }

  /** Takes what ran before a commit. */
  private take(before: Running | undefined, commit: HistoryCommit): TagRun[] {
    const change = this.repaired ?? commit;
    this.repaired = undefined;
    const { running } = this;
    if (isSame(before, running)) return [];
    const run = running && { ...running, since: change, until: this.until, before: before?.version };
    this.until = change;
    this.running = before;
    return run === undefined ? [] : [run];
  }

  /** The version before a change of values of tags alone; undefined where the model has to say. The trail is told of it later. */
  private *byValues({
    path,
    oldPath,
    oldHash,
  }: FileChange): Generator<readonly string[], Version | undefined, ReadonlyMap<string, string | undefined>> {
    if (path === undefined || path !== oldPath || oldHash === '' || this.values === undefined) return undefined;
    const newer = this.late.get(path) ?? this.trail.textOf(path);
    const older = (yield [oldHash]).get(oldHash);
    const changes = newer === undefined || older === undefined ? undefined : changedTagValues(newer, older);
    if (older === undefined || changes === undefined || !this.values.takeBack(path, changes)) return undefined;
    this.late.set(path, older);
    return this.values.version;
  }

  private tellLate(): void {
    if (this.late.size > 0) this.trail.tell(this.late);
    this.late = new Map();
  }

  /** Tells the trail all files that it turns out to need. */
  private *settle(): Generator<readonly string[], void, ReadonlyMap<string, string | undefined>> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const wanted = new Map<string, string>();
      for (const path of this.trail.missing()) {
        const hash = this.tree.get(path);
        wanted.set(path, hash ?? '');
        if (hash === undefined) this.wantDirectory(path, wanted);
      }
      const listed = new Set(this.trail.listedDirectories());
      // What comes and goes in directories that were listed before is told commit by commit.
      if ([...listed].some((directory) => !this.listed.has(directory)))
        for (const [path, hash] of this.tree)
          if (listed.has(`${parentDirectory(path)}/`) && !this.trail.knows(path)) wanted.set(path, hash);
      this.listed = listed;
      if (wanted.size === 0) return;
      yield* this.load(wanted);
    }
  }

  /** A path that is no file may be a directory: then its kustomization counts, or all that is in it. */
  private wantDirectory(directory: string, wanted: Map<string, string>): void {
    const own = kustomizationsIn(directory).filter((path) => this.tree.has(path));
    for (const path of own) wanted.set(path, this.tree.get(path) ?? '');
    if (own.length > 0 || /\.\w+$/.test(directory)) return;
    for (const [path, hash] of this.tree) if (path.startsWith(`${directory}/`) && /\.ya?ml$/.test(path)) wanted.set(path, hash);
  }

  private *load(
    hashes: ReadonlyMap<string, string>,
  ): Generator<readonly string[], void, ReadonlyMap<string, string | undefined>> {
    const needed = [...new Set(hashes.values())].filter((hash) => hash !== '');
    const texts: ReadonlyMap<string, string | undefined> = needed.length === 0 ? new Map() : yield needed;
    const files = new Map<string, string | undefined>();
    for (const [path, hash] of hashes) {
      const text = hash === '' ? undefined : texts.get(hash);
      if (text === undefined && hash !== '') throw new MissingBlob(path);
      files.set(path, text);
    }
    this.trail.tell(files);
  }

  /**
   * The environment was in another directory before this commit: where its files were moved from, where a build with the image went away, or where its
   * files were copied from and are no more in the newest commit, because the old ones went later.
   */
  private *follow(commit: LoggedCommit): Generator<readonly string[], void, ReadonlyMap<string, string | undefined>> {
    const directory = this.trail.goneFrom ?? '';
    this.places.add(directory);
    const candidates = [
      ...movedFrom(commit.changes, directory),
      ...goneBuilds(commit.changes, directory),
      ...copiedFrom(commit.changes, directory, this.tree).filter((one) => this.places.has(one) || !this.wasLast(one)),
    ];
    for (const candidate of new Set(candidates)) {
      if (candidate === directory) continue;
      const back = this.trail.moveTo(candidate);
      yield* this.settle();
      if (this.trail.state().kind === 'runs') return;
      back();
    }
  }

  /** Whether the newest commit builds a directory. */
  private wasLast(directory: string): boolean {
    return kustomizationsIn(directory).some((path) => this.newestTree.has(path));
  }
}

/** Builds refer to each other over a few steps; more than that is a circle. */
const MOST_ROUNDS = 40;

/** Directories that files of `directory` were moved from, the most frequent one first. */
function movedFrom(changes: readonly FileChange[], directory: string): string[] {
  return mostFrequent(
    changes.flatMap(({ path, oldPath }) =>
      path === undefined || oldPath === undefined || path === oldPath ? [] : (sourceOf(path, oldPath, directory) ?? []),
    ),
  );
}

/** Directories whose builds went away, those with the most alike path first. */
function goneBuilds(changes: readonly FileChange[], directory: string): string[] {
  const gone = changes.flatMap(({ path, oldPath }) => (oldPath !== undefined && path !== oldPath ? [oldPath] : []));
  return kustomizationDirectories(gone).sort((a, b) => likeness(b, directory) - likeness(a, directory));
}

/** Directories that have new files of `directory` under the same names. */
function copiedFrom(changes: readonly FileChange[], directory: string, tree: ReadonlyMap<string, string>): string[] {
  const added = new Map<string, string>();
  for (const { path, oldPath, hash } of changes)
    if (path !== undefined && oldPath === undefined && hash !== '') added.set(hash, path);
  const found: string[] = [];
  if (added.size > 0)
    for (const [oldPath, hash] of tree) {
      const path = added.get(hash);
      if (path !== undefined) found.push(sourceOf(path, oldPath, directory) ?? directory);
    }
  return mostFrequent(found);
}

/** What was `directory` when a file in it was at its old path. */
function sourceOf(path: string, oldPath: string, directory: string): string | undefined {
  const isInside = directory === '.' || path.startsWith(`${directory}/`);
  if (!isInside) return undefined;
  const rest = directory === '.' ? path : path.slice(directory.length + 1);
  if (oldPath === rest) return '.';
  return oldPath.endsWith(`/${rest}`) ? oldPath.slice(0, -rest.length - 1) : parentDirectory(oldPath);
}

function mostFrequent(names: readonly string[]): string[] {
  return [...groupBy(names, (name) => name)].sort(([, a], [, b]) => b.length - a.length).map(([name]) => name);
}

/** How many names two paths share. */
function likeness(a: string, b: string): number {
  const names = new Set(b.split('/'));
  return a.split('/').filter((name) => names.has(name)).length;
}

function runningOf(state: TrailState): Running | undefined {
  if (state.kind !== 'runs') return undefined;
  const { usage, repository } = state;
  const { name, tag, digest } = usage;
  const owner = usage.tagOwner ?? usage.owner;
  const text = owner === undefined ? undefined : repository.file(owner.file)?.text;
  return {
    image: name,
    version: { tag, digest },
    file: owner?.file ?? '',
    get line() {
      if (owner === undefined || text === undefined) return 0;
      return new LineIndex(text).positionAt(rangeInFile(text, owner.scalar).start).line;
    },
  };
}

function isSame(a: Running | undefined, b: Running | undefined): boolean {
  return (
    a?.image === b?.image && (a === undefined ? '' : versionText(a.version)) === (b === undefined ? '' : versionText(b.version))
  );
}
