// `npm test [-- PATH ...]`: runs every test file below test/ (or below the given paths), suite by suite, and ends with the
// line `N passed, N failed`. A file that crashes counts as a failed test. Nothing is skipped when something is missing:
// what can be installed is installed first, otherwise the run ends with the command that installs it.
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { prepareControlPlane } from './cluster/controlPlane.ts';
import { shareCluster } from './cluster/sharedCluster.ts';
import { prepareChromium } from './chromium.ts';
import { prepareCodeServer } from './codeServer.ts';
import { report, type Tally } from './report.ts';
import { projectRoot } from './paths.ts';

interface Suite {
  readonly name: string;
  /** Its tests lie in this folder, except those of a suite whose folder lies deeper. */
  readonly folder: string;
  /** How many test files run at the same time. */
  readonly concurrency: number;
  readonly timeoutMinutes: number;
  /** Begins with the run, beside the suites before this one. */
  readonly prepareEarly?: () => Promise<unknown>;
  /** What it gives is disposed of after the suite. */
  readonly prepare?: () => Promise<unknown>;
}

const suites: readonly Suite[] = [
  { name: 'unit', folder: 'test/unit', concurrency: 2, timeoutMinutes: 5 },
  { name: 'property', folder: 'test/property', concurrency: 2, timeoutMinutes: 10 },
  { name: 'conformance', folder: 'test/conformance', concurrency: 2, timeoutMinutes: 15 },
  { name: 'integration', folder: 'test/integration', concurrency: 2, timeoutMinutes: 15 },
  {
    name: 'cluster',
    folder: 'test/integration/cluster',
    concurrency: 2,
    timeoutMinutes: 15,
    prepareEarly: prepareControlPlane,
    prepare: shareCluster,
  },
  {
    name: 'VS Code',
    folder: 'test/integration/vscode',
    concurrency: 1,
    timeoutMinutes: 15,
    prepareEarly: prepareControlPlane,
    prepare: async () => [await prepareChromium(), await prepareCodeServer(), await prepareControlPlane()],
  },
];

const wanted = process.argv.slice(2).map((path) => relative(projectRoot, path));
const files = globSync('test/**/*.test.ts', { cwd: projectRoot })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(`${path}/`)))
  .sort();
const total: Tally = { passed: 0, failed: 0 };

const chosen = suites
  .map((suite) => ({ suite, own: files.filter((file) => suiteOf(file) === suite) }))
  .filter(({ own }) => own.length > 0);
// What goes wrong here is told when the suite itself asks for it.
for (const { suite } of chosen) void suite.prepareEarly?.().catch(() => undefined);
for (const { suite, own } of chosen) await runSuite(suite, own);

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function suiteOf(file: string): Suite {
  const [deepest] = suites
    .filter(({ folder }) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length);
  if (!deepest) throw new Error(`${file} lies in the folder of no suite, so nothing would run it.`);
  return deepest;
}

async function runSuite(suite: Suite, own: readonly string[]): Promise<void> {
  console.log(`\n── ${suite.name}: ${own.length} files`);
  const started = performance.now();
  const tally: Tally = { passed: 0, failed: 0 };
  let prepared: unknown;
  try {
    prepared = await suite.prepare?.();
    const events = run({
      files: own.map((file) => join(projectRoot, file)),
      cwd: projectRoot,
      concurrency: suite.concurrency,
      timeout: suite.timeoutMinutes * 60_000,
    });
    for await (const event of events) report(event, tally);
  } catch (error) {
    tally.failed += 1;
    console.log(`✗ the suite "${suite.name}" could not run: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (isDisposable(prepared)) await prepared[Symbol.asyncDispose]();
  }
  console.log(`   ${tally.passed} passed, ${tally.failed} failed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  total.passed += tally.passed;
  total.failed += tally.failed;
}

function isDisposable(value: unknown): value is AsyncDisposable {
  return typeof value === 'object' && value !== null && Symbol.asyncDispose in value;
}
