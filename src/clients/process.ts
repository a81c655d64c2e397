/** The only file that starts programs: no shell, an argument array, and an end for each, whatever the program does. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { simpleGit } from 'simple-git';

export interface Program {
  /** A name to be found on the PATH of `environment`, or an absolute path. */
  readonly name: string;
  readonly args: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  /** All that it sees of the environment. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** What it reads from its standard input, which ends then; without it, that stays open and silent. */
  readonly input?: string | undefined;
}

export interface ProgramLimits {
  readonly signal?: AbortSignal | undefined;
  /** After this time the program is ended and what it wrote so far is the result. */
  readonly timeoutMilliseconds: number;
  /** After this much output the program is ended and what it wrote until then is the result. */
  readonly maxBytes: number;
}

export interface ProgramOutput {
  /** undefined where a limit or a signal ended it. */
  readonly exitCode: number | undefined;
  readonly output: Buffer;
  /** What it said of errors, from the start. */
  readonly errors: string;
  /** The limit that ended it early. */
  readonly truncated: 'time' | 'size' | undefined;
}

/** Git as simple-git speaks to it. */
export type { SimpleGit } from 'simple-git';

/** The program is not installed, or may not be run. */
export class ProgramMissing extends Error {}

const MAX_ERROR_CHARACTERS = 20_000;
/** Between asking a program to end and ending it. */
const GRACE_MILLISECONDS = 2000;

/** Runs a program to its end; an exit code other than 0 is a result, too. Rejects with ProgramMissing, or with the signal's reason. */
export function runProgram(program: Program, limits: ProgramLimits): Promise<ProgramOutput> {
  return new Promise((resolve, reject) => {
    limits.signal?.throwIfAborted();
    const child = start(program);
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = '';
    let truncated: ProgramOutput['truncated'];
    const limit = (by: 'time' | 'size') => {
      truncated ??= by;
      end(child);
    };
    const abort = () => end(child);
    const timer = setTimeout(() => limit('time'), limits.timeoutMilliseconds);
    const settle = (how: () => void) => {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', abort);
      // What a program leaves running may hold its pipes open.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      how();
    };
    const finish = (exitCode: number | null) =>
      settle(() => {
        if (limits.signal?.aborted === true) reject(limits.signal.reason as Error);
        else resolve({ exitCode: exitCode ?? undefined, output: Buffer.concat(chunks), errors, truncated });
      });
    limits.signal?.addEventListener('abort', abort, { once: true });
    child.on('error', (cause) => settle(() => reject(new ProgramMissing(`${program.name} cannot be started`, { cause }))));
    child.on('close', finish);
    child.on('exit', (code) => setTimeout(() => finish(code), GRACE_MILLISECONDS).unref());
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limits.maxBytes) chunks.push(chunk);
      else limit('size');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(0, MAX_ERROR_CHARACTERS);
    });
    // A program that has seen enough closes its input: that is no error.
    child.stdin.on('error', () => undefined);
    if (program.input !== undefined) child.stdin.end(program.input);
  });
}

/** A program whose output is read as it comes, and that can be asked more while it runs. */
export interface OpenProgram {
  /** Ends where the program does, and rejects with ProgramFailed where it ended badly, or with the signal's reason. To be read once. */
  readonly output: AsyncIterable<Buffer>;
  write(text: string): void;
  /** Ends the program, whatever it does. */
  [Symbol.dispose](): void;
}

/** It ended with another exit code than 0. The message is what it said of errors. */
export class ProgramFailed extends Error {}

/** Starts a program that its reader ends, the time-out, or the signal. */
export function openProgram(program: Program, { signal, timeoutMilliseconds }: Omit<ProgramLimits, 'maxBytes'>): OpenProgram {
  signal?.throwIfAborted();
  const child = start(program);
  let errors = '';
  const stop = () => end(child);
  const timer = setTimeout(stop, timeoutMilliseconds);
  signal?.addEventListener('abort', stop, { once: true });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(new ProgramMissing(`${program.name} cannot be started`, { cause })));
    child.on('close', resolve);
  });
  child.on('close', () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  });
  // Whoever does not read on does not hear of it.
  exited.catch(() => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(0, MAX_ERROR_CHARACTERS);
  });
  child.stdin.on('error', () => undefined);
  async function* output(): AsyncIterable<Buffer> {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const exitCode = await exited;
    signal?.throwIfAborted();
    if (exitCode !== 0) throw new ProgramFailed(errors === '' ? `${program.name} was ended` : errors);
  }
  return { output: output(), write: (text) => void child.stdin.write(text), [Symbol.dispose]: stop };
}

/** Configuration that an environment may set: it is the user's own, and the arguments are ours, so there is nothing to guard against. */
const OF_THE_USER = {
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafeSshCommand: true,
  allowUnsafeUrlRewrite: true,
};
/**
 * Asks git what simple-git can read, about a repository on this machine, with arguments that nobody else chose. Rejects with simple-git's error, with
 * ProgramMissing, with a TimeoutError, or with the signal's reason.
 */
export async function askGit<Answer>(
  { folder, environment }: Pick<Program, 'folder' | 'environment'>,
  { signal, timeoutMilliseconds }: Omit<ProgramLimits, 'maxBytes'>,
  ask: (git: SimpleGit) => Promise<Answer>,
): Promise<Answer> {
  const over = AbortSignal.any([AbortSignal.timeout(timeoutMilliseconds), ...(signal === undefined ? [] : [signal])]);
  over.throwIfAborted();
  const git = simpleGit({
    baseDir: folder,
    abort: over,
    // The settings of a repository could name a program there.
    config: ['core.fsmonitor=false'],
    binary: onPath('git', environment),
    allowEnvironment: Object.keys(environment),
    unsafe: { ...OF_THE_USER, allowUnsafeCustomBinary: true },
  }).env(environment);
  // simple-git asks git to end and cannot force it; nobody waits for that here.
  const ended = new Promise<never>((_resolve, reject) => {
    over.addEventListener('abort', () => reject(over.reason as Error), { once: true });
  });
  try {
    return await Promise.race([ask(git), ended]);
  } catch (error) {
    over.throwIfAborted();
    if (/spawn \S* ?ENOENT/.test(String(error))) throw new ProgramMissing('git cannot be started', { cause: error });
    throw error;
  }
}

function start({ name, args, folder, environment }: Program): ChildProcessWithoutNullStreams {
  return spawn(onPath(name, environment), args, {
    cwd: folder,
    env: environment,
    shell: false,
    windowsHide: true,
    // A group of its own, so that the end of it is the end of all that it started; and no terminal on which it could wait for a password.
    detached: process.platform !== 'win32',
  });
}

/** On Windows, a bare name would first be looked for in the folder, which may be anybody's repository. */
function onPath(name: string, environment: Readonly<NodeJS.ProcessEnv>): string {
  if (process.platform !== 'win32' || isAbsolute(name)) return name;
  const folders = (environment['Path'] ?? environment['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const found = folders
    .map((folder) => join(folder, `${name}.exe`))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  if (found === undefined) throw new ProgramMissing(`${name} is not installed`);
  return found;
}

function end(child: ChildProcessWithoutNullStreams): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  kill(child, 'SIGTERM');
  setTimeout(() => kill(child, 'SIGKILL'), GRACE_MILLISECONDS).unref();
}

function kill(child: ChildProcessWithoutNullStreams, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform === 'win32' || child.pid === undefined) return void child.kill(signal);
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}
