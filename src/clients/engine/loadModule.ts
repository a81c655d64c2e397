import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

/**
 * Compiles the engine. The decompressed file is kept in `cacheFolder`, named after its contents, because reading it is five
 * times as fast as decompressing; a cache that cannot be used or written is passed over.
 * @param wasmPath engine.wasm.br, with engine.json beside it
 */
export async function loadEngineModule(wasmPath: string, cacheFolder: string): Promise<WebAssembly.Module> {
  const manifest = JSON.parse(await readFile(join(dirname(wasmPath), 'engine.json'), 'utf8')) as { sha256: string };
  const name = `engine-${manifest.sha256}.wasm`;
  const cached = join(cacheFolder, name);
  try {
    return await WebAssembly.compile(await readFile(cached));
  } catch {
    const wasm = await promisify(brotliDecompress)(await readFile(wasmPath));
    const module = await WebAssembly.compile(new Uint8Array(wasm));
    await keep(cacheFolder, name, wasm).catch(() => undefined);
    return module;
  }
}

async function keep(folder: string, name: string, wasm: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `${name}.${process.pid}`);
  await writeFile(unfinished, wasm);
  await rename(unfinished, join(folder, name));
  const others = (await readdir(folder)).filter((other) => /^engine-[0-9a-f]{64}\.wasm$/.test(other) && other !== name);
  await Promise.all(others.map((other) => rm(join(folder, other))));
}
