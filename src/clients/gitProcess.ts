/** Git commands through simple-git: no shell, no prompts, no lazy fetches, output and time capped, cancellable. */
import { simpleGit } from 'simple-git';

export interface GitLimits {
  readonly signal?: AbortSignal | undefined;
  /** After this time git is ended and what it wrote so far is the result. */
  readonly timeoutMilliseconds: number;
  /** After this much output git is ended and what it wrote so far is the result. */
  readonly maxBytes: number;
}

export interface GitOutput {
  readonly bytes: Buffer;
  /** True where a limit ended git early. */
  readonly truncated: boolean;
}

/** All that git needs of our environment: where it and the user's configuration are. Nothing that could change what a command does. */
const INHERITED = [
  'PATH',
  'Path',
  'PATHEXT',
  'SYSTEMROOT',
  'SystemRoot',
  'HOME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'XDG_CONFIG_HOME',
  'TMPDIR',
  'TEMP',
];
const ENVIRONMENT = { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };

/** Git ran and refused, or is not installed. The message is git's own first line. */
export class GitError extends Error {}

/**
 * Runs git in a folder. Callers put `--` before paths. Rejects with GitError, or with the signal's reason where the caller cancelled.
 */
export async function runGit(folder: string, args: readonly string[], limits: GitLimits, input?: string): Promise<GitOutput> {
  limits.signal?.throwIfAborted();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limits.timeoutMilliseconds);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const git = simpleGit({
      baseDir: folder,
      abort: limits.signal === undefined ? limit.signal : AbortSignal.any([limits.signal, limit.signal]),
      allowEnvironment: Object.keys(ENVIRONMENT),
      ...(input === undefined ? {} : { input: () => input }),
    })
      .env(environment())
      .outputHandler((_command, stdout) => {
        stdout.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= limits.maxBytes) chunks.push(chunk);
          else limit.abort();
        });
      });
    await git.raw([...args]);
  } catch (error) {
    limits.signal?.throwIfAborted();
    if (!limit.signal.aborted) throw new GitError(firstLine(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
  return { bytes: Buffer.concat(chunks), truncated: limit.signal.aborted };
}

function environment(): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...ENVIRONMENT };
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return line.replace(/^(?:fatal|error): /, '');
}
