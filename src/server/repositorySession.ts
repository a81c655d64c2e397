/** One repository while the server runs: its files on disk and in buffers, and the newest snapshot of them. */
import { join } from 'node:path';
import type { RepositoryListing } from '../clients/files.ts';
import { isRelevantPath } from '../clients/files.ts';
import { remoteUrls } from '../clients/gitConfig.ts';
import { readIndexCache, writeIndexCache } from '../clients/indexCache.ts';
import type { DiskFile, FileStamp } from '../clients/readFiles.ts';
import { isSameStamp, namedFiles, readDiskFile, readRepositoryFiles } from '../clients/readFiles.ts';
import type { LandingPolicy } from '../core/repository/landing.ts';
import { Inventory } from '../core/inventory/inventory.ts';
import type { RepositoryFile } from '../core/repository/files.ts';
import { isKustomizationFileName } from '../core/repository/files.ts';
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';
import { createRepository } from '../core/repository/gitOpsRepository.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { Placement, PlacementSettings } from '../core/repository/placement.ts';
import { place } from '../core/repository/placement.ts';
import { encodePlacement } from '../core/repository/placementCodec.ts';
import { SETTINGS_FILE } from '../core/repository/settings.ts';
import type { Severities } from '../core/lint/lint.ts';
import type { LintFacts } from '../core/lint/rule.ts';
import type { Problem } from '../core/lint/problem.ts';
import type { ServerSettings } from '../protocol.ts';
import { History } from './history.ts';
import { RepositoryLint } from './repositoryLint.ts';
import { RestoredIndex } from './restoredIndex.ts';
import { RepositorySettings } from './settings.ts';

/** Text of an open document by absolute path; undefined where it is not open. */
export type BufferOf = (path: string) => string | undefined;

const KEEP_AFTER_MILLISECONDS = 300;

export class RepositorySession {
  /** Absolute path; the identity of the repository. */
  readonly folder: string;
  readonly history: History;
  readonly lint: RepositoryLint;
  private readonly noticeOf = new Map<string, string>();
  private readonly bufferOf: BufferOf;
  private readonly remoteUrls: readonly string[];
  private model: GitOpsRepository | undefined;
  private restored: RestoredIndex | undefined;
  private readonly stamps = new Map<string, FileStamp>();
  private readonly pending = new Set<string>();
  private others: Set<string>;
  private links: RepositoryListing['links'];
  private readonly settings = new RepositorySettings();
  private placement: Placement | undefined;
  private known:
    { readonly placement: Placement; readonly roots: readonly BuildRoot[]; readonly inventory: Inventory } | undefined;

  private constructor(listing: RepositoryListing, bufferOf: BufferOf, urls: readonly string[]) {
    this.folder = listing.folder;
    this.history = new History(listing.folder);
    this.others = new Set(listing.others);
    this.links = listing.links;
    this.bufferOf = bufferOf;
    this.remoteUrls = urls;
    this.lint = new RepositoryLint(urls);
  }

  /** From the cache in `storagePath` (none for '') where it is that of the files as they are, else from the files. @throws the signal's reason */
  static async open(
    listing: RepositoryListing,
    bufferOf: BufferOf,
    storagePath: string,
    signal: AbortSignal,
  ): Promise<RepositorySession> {
    const session = new RepositorySession(listing, bufferOf, remoteUrls(listing.folder));
    const cached = storagePath === '' ? undefined : await readIndexCache(storagePath, listing, session.remoteUrls, signal);
    if (cached !== undefined && !session.hasBuffer(cached.stamps.keys())) {
      session.restored = new RestoredIndex(listing.folder, cached);
      for (const [path, notice] of cached.notices) session.noticeOf.set(path, notice);
      return session;
    }
    const readAt = Date.now();
    session.index(await readRepositoryFiles(listing, undefined, signal));
    if (storagePath !== '' && !session.hasBuffer(session.stamps.keys())) session.keepIn(storagePath, listing, readAt);
    return session;
  }

  /** The model of all files. After an opening from the cache it is made when somebody asks for it. */
  get snapshot(): GitOpsRepository {
    if (this.model !== undefined) return this.model;
    const files = new Map<string, DiskFile>();
    for (const path of this.restored?.paths() ?? []) {
      const file = readDiskFile(this.folder, path);
      if (file !== undefined) files.set(path, file);
    }
    return this.index(files);
  }

  /** Does what could wait: the model where only an index of it was kept, and the check of documents without images. True where rows may have changed. */
  complete(): boolean {
    const before = this.snapshot;
    this.model = before.checked();
    this.isComplete = true;
    return this.model !== before;
  }

  /** Whether nothing is left for `complete`. */
  isComplete = false;

  get roots(): readonly BuildRoot[] {
    return this.restored?.roots ?? this.snapshot.roots;
  }

  /** The file at a path of the repository. */
  file(path: string): RepositoryFile | undefined {
    return this.restored === undefined ? this.snapshot.file(path) : this.restored.file(path);
  }

  paths(): Iterable<string> {
    return this.restored === undefined ? this.snapshot.paths() : this.restored.paths();
  }

  /** The roots of the newest snapshot in environments and applications. `editor`: settings that win over those of the repository. */
  placed(editor: PlacementSettings): Placement {
    const settings = this.settings.merged(this.file(SETTINGS_FILE), editor);
    this.placement = place(this.roots, settings, this.placement ?? this.restored?.placed(settings));
    return this.placement;
  }

  /** The images of the newest snapshot, placed. */
  inventory(editor: PlacementSettings): Inventory {
    const { roots } = this;
    const placement = this.placed(editor);
    if (this.known?.roots !== roots || this.known.placement !== placement)
      this.known = { roots, placement, inventory: new Inventory(roots, placement) };
    return this.known.inventory;
  }

  /** The problems of the newest snapshot, found once. `editor`, `rules`: settings that win over those of the repository. */
  problems(editor: PlacementSettings, rules: Severities, registry: LintFacts['registry']): readonly Problem[] {
    if (!this.isComplete) this.complete();
    const inventory = this.inventory(editor);
    return this.lint.problems(this.snapshot, inventory, this.settings.rules, rules, registry);
  }

  /** How changes are landed, by environment. `editor`: settings that win over those of the repository. */
  policies(placing: PlacementSettings, editor: ServerSettings['environments']['policy']): ReadonlyMap<string, LandingPolicy> {
    this.placed(placing);
    return new Map([...this.settings.policies, ...Object.entries(editor)]);
  }

  /** What is wrong with single files as a whole, one sentence each. */
  notices(): string[] {
    return [...this.noticeOf.values(), ...this.settings.problems.map(({ message }) => message)];
  }

  /** The text of a file changed, in a buffer or on disk: it is read with the next `update`. Paths are relative. */
  touch(path: string): void {
    this.pending.add(path);
  }

  /** Whether a path is that of a directory with files of the newest snapshot. */
  hasDirectory(path: string): boolean {
    for (const file of this.paths()) if (file.startsWith(`${path}/`)) return true;
    return false;
  }

  /** Makes one snapshot of all that was touched. Returns the paths whose texts are different now. */
  update(): string[] {
    if (this.pending.size === 0) return [];
    const changes = new Map<string, string | undefined>();
    for (const path of this.pending) this.reread(path, changes);
    this.pending.clear();
    this.readNamed(changes);
    return this.apply(changes);
  }

  /** Compares the snapshot with what is on disk now; files with the same stamp are not read again. @throws the signal's reason */
  async rescan(listing: RepositoryListing, signal: AbortSignal): Promise<string[]> {
    this.others = new Set(listing.others);
    this.links = listing.links;
    const files = await readRepositoryFiles(listing, (path, stamp) => this.unchanged(path, stamp), signal);
    const changes = new Map<string, string | undefined>();
    for (const path of this.snapshot.paths()) if (!files.has(path)) this.record(path, undefined, changes);
    for (const [path, file] of files) this.record(path, file, changes);
    return this.apply(changes);
  }

  private unchanged(path: string, stamp: FileStamp): DiskFile | undefined {
    const old = this.stamps.get(path);
    if (old === undefined || !isSameStamp(old, stamp) || this.bufferOf(join(this.folder, path)) !== undefined) return undefined;
    const text = this.snapshot.file(path)?.text;
    return text === undefined ? undefined : { stamp, text, notice: undefined };
  }

  private reread(path: string, changes: Map<string, string | undefined>): void {
    const isUsed = isRelevantPath(path) || this.snapshot.file(path) !== undefined;
    if (isUsed) this.record(path, readDiskFile(this.folder, path), changes);
    else this.others.add(path);
  }

  /** A changed kustomization may name a file that was of no interest before. */
  private readNamed(changes: Map<string, string | undefined>): void {
    const kustomizations = new Map<string, { text: string | undefined }>();
    for (const [path, text] of changes) if (isKustomizationFileName(path)) kustomizations.set(path, { text });
    if (kustomizations.size === 0) return;
    for (const path of namedFiles({ others: this.others, links: this.links }, kustomizations))
      if (this.snapshot.file(path) === undefined) this.record(path, readDiskFile(this.folder, path), changes);
  }

  private record(path: string, file: DiskFile | undefined, changes: Map<string, string | undefined>): void {
    const text = this.read(path, file);
    if (this.snapshot.file(path)?.text !== text) changes.set(path, text);
  }

  /** The text that counts: that of the buffer, else that on disk. Remembers what else is to know of the file. */
  private read(path: string, file: DiskFile | undefined): string | undefined {
    if (file === undefined) this.stamps.delete(path);
    else this.stamps.set(path, file.stamp);
    if (file?.notice === undefined) this.noticeOf.delete(path);
    else this.noticeOf.set(path, file.notice);
    return this.bufferOf(join(this.folder, path)) ?? file?.text;
  }

  private apply(changes: ReadonlyMap<string, string | undefined>): string[] {
    this.model = this.snapshot.with(changes, this.links);
    return [...changes.keys()];
  }

  private index(files: ReadonlyMap<string, DiskFile>): GitOpsRepository {
    const texts = new Map<string, string>();
    for (const [path, file] of files) {
      const text = this.read(path, file);
      if (text !== undefined) texts.set(path, text);
    }
    this.restored = undefined;
    this.model = createRepository(texts, { remoteUrls: this.remoteUrls, deferSyntax: true, links: this.links });
    this.isComplete = false;
    return this.model;
  }

  private hasBuffer(paths: Iterable<string>): boolean {
    return [...paths].some((path) => this.bufferOf(join(this.folder, path)) !== undefined);
  }

  /** Writing takes a moment that nobody should wait for. */
  private keepIn(storagePath: string, listing: RepositoryListing, readAt: number): void {
    const index = { roots: this.roots, stamps: new Map(this.stamps), notices: new Map(this.noticeOf) };
    setTimeout(() => {
      const placement = this.placement?.placed === index.roots ? encodePlacement(this.placement) : undefined;
      writeIndexCache(storagePath, listing, this.remoteUrls, { ...index, placement }, readAt);
    }, KEEP_AFTER_MILLISECONDS).unref();
  }
}
