/** Git commands that read: no prompts, no lazy fetches, no program that a repository names. */
import type { OpenProgram, ProgramLimits } from './process.ts';
import { openProgram, ProgramFailed, ProgramMissing, runProgram } from './process.ts';

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
  // Whose repository it may be, where an administrator runs this for somebody.
  'SUDO_UID',
];
const ENVIRONMENT = { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
const CONFIGURATION = ['-c', 'core.fsmonitor=false'];

/** Git ran and refused, or is not installed. The message is git's own first line. */
export class GitError extends Error {}

/** Runs git in a folder. Callers put `--` before paths. Rejects with GitError, or with the signal's reason where the caller cancelled. */
export async function runGit(folder: string, args: readonly string[], limits: ProgramLimits, input?: string): Promise<GitOutput> {
  const program = { name: 'git', args: [...CONFIGURATION, ...args], folder, environment: readingEnvironment(), input };
  const { exitCode, output, errors, truncated } = await runProgram(program, limits).catch((error: unknown) => {
    throw error instanceof ProgramMissing ? new GitError(error.message, { cause: error }) : error;
  });
  if (exitCode !== 0 && truncated === undefined) throw new GitError(firstLine(errors));
  return { bytes: output, truncated: truncated !== undefined };
}

/** Starts git and gives what it says as it comes. Reading rejects with GitError, or with the signal's reason. */
export function openGit(folder: string, args: readonly string[], limits: Omit<ProgramLimits, 'maxBytes'>): OpenProgram {
  const program = { name: 'git', args: [...CONFIGURATION, ...args], folder, environment: readingEnvironment() };
  const opened = openProgram(program, limits);
  async function* output(): AsyncIterable<Buffer> {
    try {
      yield* opened.output;
    } catch (error) {
      if (error instanceof ProgramMissing) throw new GitError(error.message, { cause: error });
      throw error instanceof ProgramFailed ? new GitError(firstLine(error.message), { cause: error }) : error;
    }
  }
  return { ...opened, output: output() };
}

/** What reading commands see of our environment. */
export function readingEnvironment(): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...ENVIRONMENT };
}

function firstLine(errors: string): string {
  const lines = errors.trim().split('\n');
  const line = lines.find((one) => /^(?:fatal|error): /.test(one)) ?? lines[0] ?? '';
  return line.replace(/^(?:fatal|error): /, '');
}
