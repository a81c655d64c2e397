// Bundles what the extension ships into dist/: node esbuild.mjs [--watch] [--production]
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/** Each bundle finds its siblings relative to itself, so all of them lie in dist/ side by side. */
const entries = {
  extension: 'src/extension.ts',
  server: 'src/server/main.ts',
  clusterServer: 'src/server/cluster/main.ts',
  cli: 'src/cli.ts',
  engineWorker: 'src/clients/engine/worker.ts',
};
const copied = ['engine/engine.wasm.br', 'engine/engine.json', 'core/lint/rules.md'];
const noticesFile = 'THIRD_PARTY_NOTICES';

/** esbuild leaves `import.meta.url` empty in CommonJS; this gives a bundle its own address. */
const importMetaUrl = {
  name: 'importMetaUrl',
  banner: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
};

const options = {
  absWorkingDir: root,
  entryPoints: entries,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['vscode'],
  mainFields: ['module', 'main'],
  define: { 'import.meta.url': importMetaUrl.name, 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  banner: { js: importMetaUrl.banner },
  minify: production,
  sourcemap: !production,
  metafile: true,
  logLevel: 'info',
  plugins: [{ name: 'after-build', setup: (build) => build.onEnd((result) => finish(result.metafile)) }],
};

function finish(metafile) {
  if (!metafile) return;
  const cli = join(root, 'dist/cli.cjs');
  writeFileSync(cli, `#!/usr/bin/env node\n${readFileSync(cli, 'utf8')}`);
  chmodSync(cli, 0o755);
  for (const file of copied) cpSync(join(root, 'src', file), join(root, 'dist', basename(file)));
  writeFileSync(join(root, 'dist', noticesFile), notices(metafile));
  removeOthers([
    ...Object.keys(metafile.outputs).map((output) => basename(output)),
    ...copied.map((file) => basename(file)),
    noticesFile,
  ]);
}

/** What an earlier build left behind must neither run nor ship. */
function removeOthers(expected) {
  for (const file of readdirSync(join(root, 'dist'))) {
    if (!expected.includes(file)) rmSync(join(root, 'dist', file), { recursive: true });
  }
}

/** The licence text of every package whose code is in a bundle, then the Go modules compiled into the engine. */
function notices(metafile) {
  /** @type {Set<string>} */
  const folders = new Set();
  for (const file of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (match) folders.add(match[1]);
  }
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)([.-]|$)/i.test(entry));
    if (!file) throw new Error(`${name} ${version} (${license}) has no licence file to reproduce.`);
    return `${'='.repeat(80)}\n${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  });
  texts.push(readFileSync(join(root, 'src/engine/THIRD_PARTY_NOTICES.txt'), 'utf8'));
  return `GitOps Cockpit contains the following third-party software.\n\n${texts.join('\n')}`;
}

mkdirSync(join(root, 'dist'), { recursive: true });
if (watch) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
