import { isAbsolute } from 'node:path';
import { createEngineWorker } from './engine/engineWorker.ts';
import { loadEngineModule } from './engine/loadModule.ts';
import type { BuildRequest, BuildResult } from './engine/messages.ts';
import { createResultCache } from './engine/resultCache.ts';

export type * from './engine/messages.ts';

export interface KustomizeEngineOptions {
  /** The worker: `engine/worker.ts` from source, `engineWorker.cjs` in the package. */
  readonly workerUrl: string | URL;
  /** engine.wasm.br, with engine.json beside it. */
  readonly wasmPath: string;
  /** Where the decompressed engine (26 MB) is kept between sessions. */
  readonly cacheFolder: string;
  /** How long one build may take; 10 s by default. */
  readonly timeoutMilliseconds?: number;
}

/** Flux's and kustomize's own code, in a worker thread. It starts no programs and opens no connections. */
export interface KustomizeEngine {
  /** Loads and warms the engine, so that the first build does not wait for that. */
  start(): Promise<void>;
  /**
   * Renders, or returns the result of the last such request when nothing that it used has changed since.
   * What goes wrong in a build is a result.
   * @throws the signal's reason when it is aborted; an error when the engine itself cannot be loaded
   */
  build(request: BuildRequest, options?: { readonly signal?: AbortSignal }): Promise<BuildResult>;
  /** Sets the unsaved text of a file (absolute path), or with null goes back to the disk. */
  setBuffer(path: string, text: string | null): void;
  /** Files or folders (absolute paths) were created, written or deleted on disk. */
  changed(paths: readonly string[]): void;
  /** The requests whose last result used the file. */
  rootsUsing(path: string): readonly BuildRequest[];
  dispose(): Promise<void>;
}

const defaultTimeoutMilliseconds = 10_000;

export function createKustomizeEngine(options: KustomizeEngineOptions): KustomizeEngine {
  const buffers = new Map<string, string>();
  const cache = createResultCache();
  const worker = createEngineWorker({
    workerUrl: options.workerUrl,
    loadModule: () => loadEngineModule(options.wasmPath, options.cacheFolder),
    timeoutMilliseconds: options.timeoutMilliseconds ?? defaultTimeoutMilliseconds,
  });
  return {
    start: () => worker.start(),
    async build(request, { signal } = {}) {
      if (!isAbsolute(request.root)) throw new TypeError(`not an absolute path: ${request.root}`);
      signal?.throwIfAborted();
      return cache.get(request) ?? cache.keep(request, () => worker.build(request, signal));
    },
    setBuffer(path, text) {
      if ((buffers.get(path) ?? null) === text) return;
      if (text === null) buffers.delete(path);
      else buffers.set(path, text);
      worker.setBuffer(path, text);
      cache.changed([path]);
    },
    changed: (paths) => cache.changed(paths),
    rootsUsing: (path) => cache.requestsUsing(path),
    dispose: () => worker.dispose(),
  };
}
