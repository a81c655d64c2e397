import { join } from 'node:path';
import { createKustomizeEngine, type KustomizeEngine } from '../../src/clients/kustomize.ts';
import { cacheFolder, projectRoot } from './paths.ts';

/** The committed engine, with its worker run from source. The caller disposes of it. */
export function createTestEngine(options: { readonly timeoutMilliseconds?: number } = {}): KustomizeEngine {
  return createKustomizeEngine({
    workerUrl: new URL('../../src/clients/engine/worker.ts', import.meta.url),
    wasmPath: join(projectRoot, 'src/engine/engine.wasm.br'),
    cacheFolder: join(cacheFolder, 'engine'),
    ...options,
  });
}
