// Builds the render engine: Go to WebAssembly, memory capped, compressed, with a manifest of what is in it.
//   node src/engine/build.mjs           writes engine.wasm.br, engine.json and THIRD_PARTY_NOTICES.txt
//   node src/engine/build.mjs --check   builds in a temporary folder and compares with what is committed
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { capMemory } from './capMemory.mjs';
import { thirdPartyNotices } from './notices.mjs';

// The bytes depend on the compiler's patch release, so everybody builds with this one.
const goVersion = 'go1.26.8';
const maximumPages = 16384; // of 64 KiB: 1 GiB

const folder = import.meta.dirname;
const environment = {
  ...process.env,
  GOTOOLCHAIN: goVersion,
  GOFLAGS: '',
  GOWORK: 'off',
  GOOS: 'wasip1',
  GOARCH: 'wasm',
  CGO_ENABLED: '0',
};

function go(...args) {
  return execFileSync('go', args, {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function compile() {
  const work = mkdtempSync(join(tmpdir(), 'gitops-cockpit-engine-'));
  try {
    const output = join(work, 'engine.wasm');
    go('build', '-trimpath', '-buildvcs=false', '-buildmode=c-shared', '-ldflags=-s -w', '-o', output, '.');
    return capMemory(readFileSync(output), maximumPages);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The version that is compiled in, after `replace`. */
function moduleVersion(path) {
  const module = JSON.parse(go('list', '-m', '-json', path));
  return (module.Replace ?? module).Version;
}

function manifestOf(wasm) {
  return {
    sha256: createHash('sha256').update(wasm).digest('hex'),
    bytes: wasm.length,
    go: goVersion,
    'github.com/fluxcd/pkg/kustomize': moduleVersion('github.com/fluxcd/pkg/kustomize'),
    'sigs.k8s.io/kustomize/api': moduleVersion('sigs.k8s.io/kustomize/api'),
    'sigs.k8s.io/kustomize/kyaml': moduleVersion('sigs.k8s.io/kustomize/kyaml'),
  };
}

function compress(wasm) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotliCompressSync(wasm, {
    params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: wasm.length },
  });
}

const paths = {
  wasm: join(folder, 'engine.wasm.br'),
  manifest: join(folder, 'engine.json'),
  notices: join(folder, 'THIRD_PARTY_NOTICES.txt'),
};

function check() {
  const committed = JSON.parse(readFileSync(paths.manifest, 'utf8'));
  const shipped = createHash('sha256')
    .update(brotliDecompressSync(readFileSync(paths.wasm)))
    .digest('hex');
  if (shipped !== committed.sha256) {
    throw new Error(`engine.wasm.br holds ${shipped}, and engine.json says ${committed.sha256}. Run npm run build:engine.`);
  }
  const built = manifestOf(compile());
  const different = Object.keys(built).filter((key) => built[key] !== committed[key]);
  if (different.length > 0) {
    const lines = different.map((key) => `  ${key}: committed ${committed[key]}, built ${built[key]}`);
    throw new Error(
      `The committed engine is not what its source builds to. Run npm run build:engine and commit.\n${lines.join('\n')}`,
    );
  }
  if (thirdPartyNotices(go) !== readFileSync(paths.notices, 'utf8')) {
    throw new Error(
      'THIRD_PARTY_NOTICES.txt does not fit the modules that are compiled in. Run npm run build:engine and commit.',
    );
  }
  console.log(`engine.wasm.br is what its source builds to (sha256 ${built.sha256}).`);
}

function build() {
  const wasm = compile();
  const manifest = manifestOf(wasm);
  writeFileSync(paths.notices, thirdPartyNotices(go));
  if (
    JSON.parse(readFileIfThere(paths.manifest) ?? '{}').sha256 === manifest.sha256 &&
    readFileIfThere(paths.wasm) !== undefined
  ) {
    console.log(`engine.wasm.br is up to date (sha256 ${manifest.sha256}).`);
    return;
  }
  console.log('Compressing; this takes about two minutes.');
  writeFileSync(paths.wasm, compress(wasm));
  writeFileSync(paths.manifest, JSON.stringify(manifest, null, 2) + '\n');
  console.log(`engine.wasm.br written (sha256 ${manifest.sha256}).`);
}

function readFileIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

try {
  if (process.argv.includes('--check')) check();
  else build();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
