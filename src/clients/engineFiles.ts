/** Where the engine's files lie, next to the bundle or in the sources, and where its decompressed form is kept. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KustomizeEngine } from './kustomize.ts';
import { createKustomizeEngine } from './kustomize.ts';

/** An engine that keeps its decompressed file in `storagePath`, or in the user's cache for ''. It is loaded when it is first used. */
export function createEngine(storagePath: string): KustomizeEngine {
  const isBundle = import.meta.url.endsWith('.cjs');
  return createKustomizeEngine({
    workerUrl: new URL(isBundle ? './engineWorker.cjs' : './engine/worker.ts', import.meta.url),
    wasmPath: fileURLToPath(new URL(isBundle ? './engine.wasm.br' : '../engine/engine.wasm.br', import.meta.url)),
    cacheFolder: storagePath === '' ? userCacheFolder() : storagePath,
  });
}

/** The folder for files that can be made again. */
function userCacheFolder(): string {
  const base =
    process.platform === 'win32'
      ? (process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'))
      : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  return join(base, 'gitops-cockpit');
}
