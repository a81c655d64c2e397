/** The render engine of the server, started when it is first needed, and what has been rendered with it. */
import { createEngine } from '../clients/engineFiles.ts';
import type { KustomizeEngine } from '../clients/kustomize.ts';
import type { RenderOptions, Rendering } from '../clients/renderRoot.ts';
import { renderRoot } from '../clients/renderRoot.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import { idOf } from './ids.ts';

export type Buffers = ReadonlyMap<string, { readonly text: string }>;

export class RootRenderer {
  storagePath = '';
  private readonly buffers: Buffers;
  private engine: KustomizeEngine | undefined;
  /** Paths that the last rendering of a root used, by root id. */
  private readonly used = new Map<string, ReadonlySet<string>>();
  /** The last good text of each root, with and without secrets. */
  private readonly lastGood = new Map<string, string>();

  constructor(buffers: Buffers) {
    this.buffers = buffers;
  }

  /** Loads the engine in the background, so that the first preview does not wait for it. */
  warm(): void {
    // Whoever asks for a preview hears why it does not start.
    this.started()
      .start()
      .catch(() => undefined);
  }

  /** @throws the signal's reason; an error where the engine cannot be loaded */
  async render(folder: string, root: BuildRoot, options: RenderOptions): Promise<Rendering> {
    const result = await renderRoot(this.started(), folder, root, options);
    if (options.overlay === undefined) {
      this.used.set(idOf(folder, root.id), new Set(result.used));
      if (result.text !== undefined) this.lastGood.set(lastGoodKey(folder, root, options), result.text);
    }
    return result;
  }

  /** The newest text of a root that did build, '' where there is none. */
  lastGoodText(folder: string, root: BuildRoot, options: RenderOptions): string {
    return this.lastGood.get(lastGoodKey(folder, root, options)) ?? '';
  }

  bufferChanged(path: string): void {
    this.engine?.setBuffer(path, this.buffers.get(path)?.text ?? null);
  }

  /** Absolute paths of files that changed on disk. */
  filesChanged(paths: readonly string[]): void {
    this.engine?.changed(paths);
  }

  /** Whether the last rendering of a root used a file, or listed its directory. */
  uses(folder: string, root: BuildRoot, path: string): boolean {
    const used = this.used.get(idOf(folder, root.id));
    if (used === undefined) return false;
    const slash = path.lastIndexOf('/');
    return used.has(path) || used.has(slash < 0 ? '/' : path.slice(0, slash + 1));
  }

  dispose(): void {
    void this.engine?.dispose();
  }

  /** The engine itself, for other folders than those of the session. */
  started(): KustomizeEngine {
    if (this.engine === undefined) {
      this.engine = createEngine(this.storagePath);
      for (const [path, { text }] of this.buffers) this.engine.setBuffer(path, text);
    }
    return this.engine;
  }
}

function lastGoodKey(folder: string, root: BuildRoot, { reveal = false }: RenderOptions): string {
  return idOf(folder, root.id, String(reveal));
}
