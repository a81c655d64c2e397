// `npm run bench -- FOLDER`: prints JSON with the figures that the project promises. Medians of several processes, milliseconds; compare ratios.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildSync } from 'esbuild';
import { serverFlags } from '../../src/editor/serverFlags.ts';
import { InputError, openRepositories } from '../../src/workflows/openRepository.ts';
import { ServerProcess } from '../support/serverProcess.ts';

type Figures = Readonly<Record<string, number>>;

const RUNS = 5;
const [given] = process.argv.slice(2);
if (given === undefined) {
  console.error('Usage: npm run bench -- FOLDER');
  process.exit(2);
}
const folder = resolve(given);
try {
  await openRepositories(folder);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exit(2);
}
const storage = mkdtempSync(join(tmpdir(), 'gitops-cockpit-bench-'));
const bundle = join(storage, 'measure.cjs');
bundleMeasurements();

try {
  measure('cached');
  // Interleaved, so that all of them meet the same load.
  const rounds = Array.from({ length: RUNS }, () => ({
    reading: measure('reading'),
    index: measure('index'),
    cached: measure('cached'),
  }));
  const reading = medians(rounds.map((round) => round.reading));
  const index = medians(rounds.map((round) => round.index));
  const cached = medians(rounds.map((round) => round.cached));
  const edits = medians(Array.from({ length: 3 }, () => measure('edits')));
  const problems = medians(Array.from({ length: 3 }, () => measure('problems')));
  const promotion = medians(Array.from({ length: 3 }, () => measure('promotion')));
  const ratios = {
    indexToReading: median(rounds.map((round) => (round.index['total'] ?? 0) / (round.reading['read'] ?? 1))),
    cachedToStat: median(rounds.map((round) => (round.cached['total'] ?? 0) / (round.reading['stat'] ?? 1))),
  };
  const previews = JSON.parse(run('previews.ts', folder)) as Figures;
  const language = JSON.parse(run('language.ts', folder)) as unknown;
  const server = await serverFigures();
  const result = { folder, runs: RUNS, reading, index, cached, ratios, edits, promotion, problems, language, server, previews };
  console.log(
    JSON.stringify(result, (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value), 2),
  );
} finally {
  rmSync(storage, { recursive: true });
}

/** The server as an editor runs it: memory after all rows were asked for, and how long its client was ever held up meanwhile. */
async function serverFigures(): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  await using server = await ServerProcess.indexed({ folders: [folder] });
  const indexed = performance.now() - start;
  const rows = (await server.tree()).length;
  const status = execFileSync('ps', ['-o', 'rss=', '-p', String(server.process.pid)], { encoding: 'utf8' });
  return {
    startAndIndex: indexed,
    rows,
    residentMegabytes: Math.round(Number(status) / 1000),
    clientLongestTurn: delay.max / 1e6,
  };
}

function measure(name: string): Figures {
  return JSON.parse(node(...serverFlags, bundle, name, folder, storage)) as Figures;
}

function run(file: string, ...args: readonly string[]): string {
  return node(join(import.meta.dirname, file), ...args);
}

function node(...args: readonly string[]): string {
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** As esbuild.mjs bundles the server, so that the same code runs in the same way. */
function bundleMeasurements(): void {
  const { url, banner } = { url: 'bundleUrl', banner: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" };
  buildSync({
    entryPoints: [join(import.meta.dirname, 'measure.ts')],
    outfile: bundle,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    define: { 'import.meta.url': url, 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    banner: { js: banner },
    minify: true,
  });
}

function medians(all: readonly Figures[]): Figures {
  const [first = {}] = all;
  return Object.fromEntries(Object.keys(first).map((key) => [key, median(all.map((figures) => figures[key] ?? 0))]));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
