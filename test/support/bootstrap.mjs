// The first step of `npm start` and `npm test`: plain JavaScript without dependencies, because a fresh clone has only Git
// and some Node >= 20. It installs the dependencies where they are missing or differ from package-lock.json, builds, and
// hands over to the TypeScript program of that name, run by the Node 24 among the dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const programs = {
  start: 'test/support/start.ts',
  test: 'test/support/runTests.ts',
  cli: 'src/cli.ts',
  conformance: 'test/conformance/run.ts',
  labels: 'test/conformance/labels.ts',
  bench: 'test/benchmark/run.ts',
};
// These run from the sources, and what they print is a result.
const quiet = ['cli', 'conformance', 'labels', 'bench'];

const [name, ...args] = process.argv.slice(2);
const program = programs[name];
if (!program) {
  console.error(`Usage: node test/support/bootstrap.mjs ${Object.keys(programs).join('|')} [ARGUMENTS]`);
  process.exit(2);
}

if (!dependenciesAreCurrent()) {
  console.error('Installing the dependencies (npm ci) ...');
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], process.platform === 'win32');
}
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
if (!existsSync(node)) {
  console.error(`Node 24 is missing at ${node}: its install script did not run. Run: npm rebuild node`);
  process.exit(1);
}
if (!quiet.includes(name)) run(node, ['esbuild.mjs']);
handOver(node, [join(root, program), ...args]);

/** True when node_modules holds exactly the version of every package that the lock file demands on all platforms. */
function dependenciesAreCurrent() {
  const installed = readLock('node_modules/.package-lock.json');
  const wanted = readLock('package-lock.json');
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || (optional && !installed[path]) || installed[path]?.version === version,
  );
}

function readLock(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** Runs one step with our output as its own; a step that does not succeed ends this program with its exit code. */
function run(command, commandArgs, shell = false) {
  const { status, error } = spawnSync(command, commandArgs, {
    cwd: root,
    stdio: quiet.includes(name) ? ['inherit', 2, 2] : 'inherit',
    shell,
  });
  if (error) console.error(`${command} cannot be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Becomes the program, as far as anyone can tell: its output, its exit code, and the signals it gets. */
function handOver(command, commandArgs) {
  // Folders that are given to a tool are meant from where npm was called.
  const folder = quiet.includes(name) ? (process.env.INIT_CWD ?? process.cwd()) : root;
  const child = spawn(command, commandArgs, { cwd: folder, stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl+C to the child too, which ends in its own time.
  process.on('SIGINT', () => {});
  // Whoever ends npm means us, but the shell between npm and us passes no signals on.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
  child.on('exit', (code) => process.exit(code ?? 1));
}
