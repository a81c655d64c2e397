/** What the server knows: the repositories in the workspace folders, with open documents in place of the files on disk. */
import { join, sep } from 'node:path';
import type { RepositoryListing } from '../clients/files.ts';
import { isExcludedPath, needsListing } from '../clients/files.ts';
import { listRepositories } from '../clients/listingCache.ts';
import type { Severities } from '../core/lint/lint.ts';
import type { Problem } from '../core/lint/problem.ts';
import type { PlacementSettings } from '../core/repository/placement.ts';
import type { ClientCommands, ServerSettings, YamlVoices } from '../protocol.ts';
import type { Client } from './client.ts';
import { idOf } from './ids.ts';
import { pathInside } from './paths.ts';
import { Registries } from './registries.ts';
import { RepositoryProposals } from './proposals.ts';
import { RootRenderer } from './rendering.ts';
import { RepositorySession } from './repositorySession.ts';
import { DEFAULT_SETTINGS, placementSettings } from './settings.ts';

export interface SessionEvents {
  /** After every new snapshot, with the ids of the roots whose rendering may be another one now. */
  readonly changed: (roots: readonly string[]) => void;
  /** After the first snapshot of a repository, when what could wait is done too. */
  readonly completed: () => void;
  readonly problem: (error: unknown) => void;
}

/** Edits within this time make one snapshot. */
const COALESCE_MILLISECONDS = 20;
const COMPLETE_AFTER_MILLISECONDS = 250;
/** So many changed files come from a checkout or a pull: one scan is cheaper than as many single reads. */
const RESCAN_ABOVE_FILES = 200;

export class Session {
  readonly buffers = new Map<string, { readonly text: string; readonly version: number }>();
  readonly renderer = new RootRenderer(this.buffers);
  private readonly events: SessionEvents;
  private folders: string[] = [];
  private open: RepositorySession[] = [];
  private settings: ServerSettings = DEFAULT_SETTINGS;
  private placing: PlacementSettings = placementSettings(DEFAULT_SETTINGS);
  private diagnosing: { readonly enabled: boolean; readonly rules: Severities } = { enabled: true, rules: new Map() };
  private timer: NodeJS.Timeout | undefined;
  private completion: NodeJS.Timeout | undefined;
  private scan: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;

  /** Who is served. */
  readonly client: Client;

  constructor(events: SessionEvents, client: Client) {
    this.events = events;
    this.client = client;
    this.registries = new Registries(client, () => this.open.map((repository) => repository.inventory(this.placing)));
  }

  get hasFolder(): boolean {
    return this.folders.length > 0;
  }

  get isIndexing(): boolean {
    return this.scan !== undefined;
  }

  /** All repositories, up to date with every edit that arrived so far. */
  repositories(): readonly RepositorySession[] {
    this.update();
    return this.open;
  }

  /** False in an untrusted workspace: no program is started. */
  trusted = false;
  /** What is told of open files without this server. */
  yamlVoices: YamlVoices = [];
  /** What hovers and lenses can link to. */
  clientCommands: ClientCommands = {};
  /** Folder for caches, '' for none. */
  storagePath = '';
  private readonly proposals = new WeakMap<RepositorySession, RepositoryProposals>();
  private readonly ended = new AbortController();

  /** Aborted when the session ends: for work that outlives the request that started it. */
  get lifetime(): AbortSignal {
    return this.ended.signal;
  }

  /** What registries have said. Only images of the open repositories say which ones may be asked. */
  readonly registries: Registries;

  /** The pull requests of a repository; what GitHub said stays known as long as it is open. */
  proposalsOf(repository: RepositorySession): RepositoryProposals {
    const known = this.proposals.get(repository) ?? new RepositoryProposals(this, repository);
    this.proposals.set(repository, known);
    return known;
  }

  get placementSettings(): PlacementSettings {
    return this.placing;
  }

  get serverSettings(): ServerSettings {
    return this.settings;
  }

  get diagnosticSettings(): { readonly enabled: boolean; readonly rules: Severities } {
    return this.diagnosing;
  }

  /** The problems of a repository as it is now. */
  problemsOf(repository: RepositorySession): readonly Problem[] {
    return repository.problems(
      this.placing,
      this.diagnosing.rules,
      this.settings.registry.enabled ? this.registries.complete : undefined,
    );
  }

  setSettings(settings: ServerSettings): void {
    const rescans = settings.exclude.join('\n') !== this.settings.exclude.join('\n');
    this.settings = settings;
    this.placing = placementSettings(settings);
    this.diagnosing = { enabled: settings.diagnostics.enabled, rules: new Map(Object.entries(settings.diagnostics.rules)) };
    if (rescans) this.rescan();
    else this.events.changed([]);
  }

  setFolders(folders: readonly string[]): void {
    this.folders = [...folders];
    this.rescan();
  }

  /** The text of an open document, or undefined when it was closed and the file on disk counts again. */
  setBuffer(path: string, buffer: { readonly text: string; readonly version: number } | undefined): void {
    if (buffer === undefined) this.buffers.delete(path);
    else this.buffers.set(path, buffer);
    this.renderer.bufferChanged(path);
    this.touch(path);
  }

  /** Files were created, written or deleted on disk. Absolute paths. */
  filesChanged(paths: readonly string[]): void {
    const outside = (path: string) => /[\\/]\.git[\\/]/.test(path) || isExcludedPath(this.inFolder(path), this.settings.exclude);
    const rescans = (path: string) => path.endsWith(`${sep}.git`) || this.isKnownDirectory(path);
    this.renderer.filesChanged(paths);
    const changed = paths.filter((path) => rescans(path) || !outside(path));
    if (changed.length > RESCAN_ABOVE_FILES || changed.some((path) => rescans(path) || needsListing(path))) this.rescan();
    else for (const path of changed) this.touch(path);
  }

  /** Reads everything again. Rows of before are served until it is done. */
  rescan(): void {
    this.scan?.abort.abort();
    const abort = new AbortController();
    const finish = (roots: readonly string[]) => {
      if (this.scan?.abort !== abort) return;
      this.scan = undefined;
      this.events.changed(roots);
      this.completeSoon();
    };
    const done = this.runScan(abort.signal).then(finish, (error: unknown) => {
      if (!abort.signal.aborted) this.events.problem(error);
      finish([]);
    });
    this.scan = { abort, done };
  }

  /** Resolves when no scan is under way. */
  async settled(): Promise<void> {
    while (this.scan !== undefined) await this.scan.done;
  }

  /** The repository that a file belongs to, and its path there; the innermost where they are nested. */
  locate(path: string): { readonly repository: RepositorySession; readonly path: string } | undefined {
    this.update();
    return this.find(path);
  }

  dispose(): void {
    this.ended.abort();
    this.renderer.dispose();
    this.scan?.abort.abort();
    clearTimeout(this.timer);
    clearTimeout(this.completion);
  }

  private touch(path: string): void {
    const found = this.find(path);
    if (found === undefined) return;
    found.repository.touch(found.path);
    this.timer ??= setTimeout(() => this.update(), COALESCE_MILLISECONDS);
  }

  private update(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const roots = new Set<string>();
    let hasChanged = false;
    for (const repository of this.open) {
      const paths = repository.update();
      hasChanged ||= paths.length > 0;
      for (const id of this.rootsUsing(repository, paths)) roots.add(id);
    }
    if (hasChanged) this.events.changed([...roots]);
  }

  private rootsUsing(repository: RepositorySession, paths: readonly string[]): string[] {
    if (paths.length === 0) return [];
    const { folder, roots } = repository;
    return roots
      .filter((root) => paths.some((path) => root.used.has(path) || this.renderer.uses(folder, root, path)))
      .map((root) => idOf(folder, root.id));
  }

  /** Returns the ids of the roots that changed in repositories that were known before. */
  private async runScan(signal: AbortSignal): Promise<string[]> {
    const roots = new Set<string>();
    const listings: RepositoryListing[] = [];
    for (const folder of this.folders) {
      for (const listing of await listRepositories(this.storagePath, folder, this.settings.exclude, signal))
        if (!listings.some((other) => other.folder === listing.folder)) listings.push(listing);
    }
    const known = new Map(this.open.map((repository) => [repository.folder, repository]));
    const next: RepositorySession[] = [];
    for (const listing of listings) {
      const old = known.get(listing.folder);
      if (old === undefined)
        next.push(await RepositorySession.open(listing, (path) => this.buffers.get(path)?.text, this.storagePath, signal));
      else {
        const paths = await old.rescan(listing, signal);
        this.renderer.filesChanged(paths.map((path) => join(old.folder, path)));
        for (const id of this.rootsUsing(old, paths)) roots.add(id);
        next.push(old);
      }
    }
    signal.throwIfAborted();
    this.open = next;
    return [...roots];
  }

  /** What could wait is done when whoever asked for rows has them. */
  private completeSoon(): void {
    clearTimeout(this.completion);
    this.completion = setTimeout(() => {
      const changed = this.open.filter((repository) => !repository.isComplete && repository.complete());
      if (changed.length > 0) this.events.changed([]);
      this.events.completed();
    }, COMPLETE_AFTER_MILLISECONDS);
  }

  private find(path: string): { repository: RepositorySession; path: string } | undefined {
    let best: { repository: RepositorySession; path: string } | undefined;
    for (const repository of this.open) {
      const inside = pathInside(repository.folder, path);
      if (inside !== undefined && (best === undefined || inside.length < best.path.length)) best = { repository, path: inside };
    }
    return best;
  }

  private isKnownDirectory(path: string): boolean {
    const found = this.find(path);
    return found !== undefined && found.repository.file(found.path) === undefined && found.repository.hasDirectory(found.path);
  }

  private inFolder(path: string): string {
    return this.find(path)?.path ?? '';
  }
}
