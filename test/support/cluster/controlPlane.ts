// The programs of the test control plane, built from Go modules once per version of their sources and kept in the user's cache.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../paths.ts';

export interface ControlPlane {
  /** Folder of the programs. */
  readonly programs: string;
  /** Files of custom resource definitions. */
  readonly definitions: readonly string[];
  /** Files of kwok stages. */
  readonly stages: readonly string[];
}

const sources = import.meta.dirname;
const controllers = ['source-controller', 'kustomize-controller', 'helm-controller'];
const packages = ['./controlplane', './guard', ...controllers.map((name) => `github.com/fluxcd/${name}`)];
const kwokStages = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

let prepared: Promise<ControlPlane> | undefined;

/** The control plane of these sources; builds it the first time, which takes ten to twenty minutes on two cores, at low priority beside the tests. */
export function prepareControlPlane(): Promise<ControlPlane> {
  return (prepared ??= prepare());
}

async function prepare(): Promise<ControlPlane> {
  const folder = join(cacheFolder, `control-plane-${key()}`);
  while (!existsSync(folder)) {
    const release = lock(`${folder}.lock`);
    if (release === undefined) await waitForOther(folder);
    else {
      try {
        await build(folder);
      } finally {
        release();
      }
    }
  }
  const files = (kind: string) => globSync('*.yaml', { cwd: join(folder, kind) }).map((file) => join(folder, kind, file));
  return {
    programs: join(folder, 'bin'),
    definitions: files('definitions'),
    stages: [join(sources, 'stages.yaml'), ...files('stages')],
  };
}

/** Of everything that decides what the build makes. */
function key(): string {
  const hash = createHash('sha256');
  hash.update(`${goVersion()} ${process.platform} ${process.arch} ${packages.join(' ')}`);
  const files = globSync(['go.{mod,sum}', '**/*.go', 'artifact/go.mod'], { cwd: sources }).toSorted();
  for (const file of files) hash.update(`\n${file}\n`).update(readFileSync(join(sources, file)));
  return hash.digest('hex').slice(0, 16);
}

function goVersion(): string {
  const { status, stdout, stderr } = spawnSync('go', ['env', 'GOVERSION'], {
    cwd: sources,
    env: environment(),
    encoding: 'utf8',
  });
  if (status === 0) return stdout.trim();
  throw new Error(
    `The test control plane is built with Go 1.26 or newer, which is not on the PATH: https://go.dev/dl${stderr ? `\n${stderr}` : ''}`,
  );
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off', GOTOOLCHAIN: 'auto' };
}

/** Only one process builds; undefined where another one does. */
function lock(path: string): (() => void) | undefined {
  mkdirSync(cacheFolder, { recursive: true });
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch {
    if (isRunning(Number(readFileSync(path, 'utf8')))) return undefined;
    // Whoever held it was killed.
    rmSync(path, { force: true });
    return lock(path);
  }
  return () => rmSync(path, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function waitForOther(folder: string): Promise<void> {
  say('another run builds the test control plane; waiting for it');
  const file = `${folder}.lock`;
  while (existsSync(file) && isRunning(Number(readFileSync(file, 'utf8')))) await sleep(500);
}

/** Builds into a folder of another name first, so that an interrupted build is never mistaken for a whole one. */
async function build(folder: string): Promise<void> {
  const partial = `${folder}.${String(process.pid)}.partial`;
  for (const name of ['bin', 'definitions', 'stages']) mkdirSync(join(partial, name), { recursive: true });
  try {
    say('building the test control plane, once: downloading the Go modules');
    const total = (await go('list', '-deps', ...packages)).length;
    let built = 0;
    const each = () => {
      built += 1;
      if (built % 100 === 0) say(`building the test control plane, once: ${String(built)} of ${String(total)} packages`);
    };
    await goShowing(
      each,
      'build',
      '-v',
      '-trimpath',
      '-buildvcs=false',
      '-ldflags=-s -w',
      '-o',
      join(partial, 'bin/'),
      ...packages,
    );
    for (const name of controllers) {
      const definitions = join(await moduleFolder(`github.com/fluxcd/${name}`), 'config/crd/bases');
      for (const file of globSync('*.yaml', { cwd: definitions })) copy(join(definitions, file), join(partial, 'definitions'));
    }
    const stages = join(await moduleFolder('sigs.k8s.io/kwok'), 'kustomize/stage');
    for (const file of kwokStages) copy(join(stages, file), join(partial, 'stages'));
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function moduleFolder(module: string): Promise<string> {
  const [folder = ''] = await go('list', '-m', '-f', '{{.Dir}}', module);
  return folder;
}

/** Files of the module cache are read-only, and their copies would be. */
function copy(file: string, folder: string): void {
  const path = join(folder, basename(file));
  copyFileSync(file, path);
}

function go(...args: readonly string[]): Promise<string[]> {
  return goShowing(() => undefined, ...args);
}

/** Runs Go at low priority, as tests run beside it. The lines that it prints; `each` is called for each package that it compiles. */
function goShowing(each: () => void, ...args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: sources, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    const lines: string[] = [];
    const rest: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (/^[\w./~-]+$/.test(line)) each();
      else if (!line.startsWith('go: downloading ')) rest.push(line);
    });
    const stop = () => child.kill('SIGKILL');
    process.once('exit', stop);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('exit', stop);
      if (code === 0) resolve(lines);
      else reject(new Error(`The test control plane could not be built: go ${args.join(' ')}\n${rest.slice(-30).join('\n')}`));
    });
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
