import assert from 'node:assert/strict';
import { cpSync, existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSync } from 'esbuild';
import { createKustomizeEngine } from '../../../src/clients/kustomize.ts';
import { projectRoot, sampleFolder } from '../../support/paths.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

test('the worker runs as one CommonJS file, with the engine beside it, and keeps the decompressed engine', async () => {
  using folder = temporaryRepository({
    'cache/engine-0000000000000000000000000000000000000000000000000000000000000000.wasm': '',
  });
  const at = (path: string) => join(folder.root, path);
  buildSync({
    entryPoints: [join(projectRoot, 'src/clients/engine/worker.ts')],
    outfile: at('engineWorker.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
  });
  for (const file of ['engine.wasm.br', 'engine.json']) cpSync(join(projectRoot, 'src/engine', file), at(file));
  const build = async () => {
    const engine = createKustomizeEngine({
      workerUrl: at('engineWorker.cjs'),
      wasmPath: at('engine.wasm.br'),
      cacheFolder: at('cache'),
    });
    const result = await engine.build({ mode: 'kustomize', root: sampleFolder, directory: 'apps/prod' });
    await engine.dispose();
    assert.ok(result.ok, result.ok ? '' : result.error.message);
    return result.yaml;
  };

  const first = await build();
  assert.match(first, /kind: Deployment/);
  const [kept, ...others] = globSync('cache/*', { cwd: folder.root });
  assert.match(kept ?? '', /engine-[0-9a-f]{64}\.wasm$/);
  assert.deepEqual(others, [], 'an old engine is still there');

  writeFileSync(at(kept ?? ''), 'damaged');
  assert.equal(await build(), first, 'a damaged cache is not replaced');
  assert.ok(existsSync(at(kept ?? '')));
});
