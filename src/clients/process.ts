/** The only place that starts programs: argument arrays, no shell, output and time capped, cancellable with everything that they started. */
import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly cwd?: string;
  /** The whole environment of the program. */
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMilliseconds: number;
  /** Of each of the two outputs. */
  readonly maxBytes: number;
}

export interface ProgramResult {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Output that is longer than its limit is cut. Rejects where the program cannot be started, and with the signal's reason. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const { signal, input = '', timeoutMilliseconds, maxBytes } = options;
  if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
  return new Promise((resolve, reject) => {
    const isPosix = process.platform !== 'win32';
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A group of its own, so that the end of it is the end of all that it started; and no terminal on which it could wait for a password.
      detached: isPosix,
    });
    const end = () => {
      try {
        if (isPosix && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
        else child.kill();
      } catch {
        // It has ended by itself.
      }
    };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, timeoutMilliseconds);
    signal?.addEventListener('abort', end, { once: true });
    const read = (stream: NodeJS.ReadableStream) => {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        if (size < maxBytes) chunks.push(chunk.subarray(0, maxBytes - size));
        size += chunk.length;
      });
      return () => Buffer.concat(chunks).toString('utf8');
    };
    const [stdout, stderr] = [read(child.stdout), read(child.stderr)];
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      finish();
    };
    child.on('error', (error) => settle(() => reject(error)));
    child.on('close', (code) =>
      settle(() => {
        if (signal?.aborted === true) reject(reasonOf(signal));
        else resolve({ code, stdout: stdout(), stderr: stderr(), timedOut });
      }),
    );
    // A program that does not read what it is given is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
