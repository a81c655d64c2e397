/**
 * Git commands that change something or speak to a remote, as the user has set Git up: their configuration, hooks, signing and credentials.
 * `gitProcess.ts` is for reading, and keeps all of that out.
 */
import { redact } from '../core/text/redact.ts';
import { OutsideError } from './errors.ts';
import { readingEnvironment } from './gitProcess.ts';
import type { SimpleGit } from './process.ts';
import { askGit, ProgramMissing, runProgram } from './process.ts';

/** What every step of a longer piece of work takes. */
export interface Run {
  readonly signal?: AbortSignal | undefined;
  /** Says in a few words what is waited for now. */
  readonly report?: ((step: string) => void) | undefined;
  /** Gets every command line and what the program complained of, without secrets. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface GitCommandOptions extends Run {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds?: number;
  /** Never shown in what is logged or thrown. */
  readonly secrets?: readonly string[];
}

const LOCAL_MILLISECONDS = 60_000;
const MAX_BYTES = 20_000_000;

/** Where we were started by a hook or by a git alias, these would aim our commands at that repository and that index. */
const FOREIGN = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
];

/** No prompts, no editor, no large files of LFS, messages in English, no housekeeping in the middle. */
const ENVIRONMENT = { GIT_TERMINAL_PROMPT: '0', GIT_EDITOR: ':', GIT_LFS_SKIP_SMUDGE: '1', LC_ALL: 'C.UTF-8', LANGUAGE: 'C' };
const QUIET = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'advice.detachedHead=false'];

/** What git wrote, and its exit code. */
export interface GitCommandResult {
  readonly code: number;
  readonly stdout: string;
  /** Without secrets. */
  readonly stderr: string;
}

/** Runs git to its end, whatever its exit code. Rejects where git is missing or takes too long, and with the signal's reason. */
export async function tryGit(
  folder: string,
  args: readonly string[],
  options: GitCommandOptions = {},
): Promise<GitCommandResult> {
  const { signal, input = '', env, secrets, log, timeoutMilliseconds = LOCAL_MILLISECONDS } = options;
  log?.(redact(`git ${args.join(' ')}`, secrets));
  const program = { name: 'git', args: [...QUIET, ...args], folder, environment: gitEnvironment(env), input };
  const { exitCode, output, errors, truncated } = await runProgram(program, {
    signal,
    timeoutMilliseconds,
    maxBytes: MAX_BYTES,
  }).catch((error: unknown) => {
    throw error instanceof ProgramMissing ? gitMissing(error) : error;
  });
  const stderr = redact(errors, secrets);
  if (stderr.trim() !== '') log?.(stderr.trimEnd());
  if (truncated !== undefined) throw tooSlow(args[0], timeoutMilliseconds);
  return { code: exitCode ?? -1, stdout: output.toString('utf8'), stderr };
}

function gitEnvironment(env: GitCommandOptions['env'] = {}): NodeJS.ProcessEnv {
  const inherited: NodeJS.ProcessEnv = { ...process.env };
  for (const name of FOREIGN) delete inherited[name];
  return { ...inherited, ...ENVIRONMENT, ...env };
}

function gitMissing(cause: unknown): OutsideError {
  return new OutsideError('setup', 'Git was not found. Install Git, or add it to the PATH.', { cause });
}

function tooSlow(command: string | undefined, milliseconds: number): OutsideError {
  const seconds = String(Math.round(milliseconds / 1000));
  return new OutsideError(
    'unreachable',
    `git ${command ?? ''} took longer than ${seconds} seconds, or wrote far too much, and was ended. Try again, or look at what it waits for.`,
  );
}

/** Standard output without the line break at its end. @throws OutsideError with git's own words where it refuses */
export async function git(folder: string, args: readonly string[], options: GitCommandOptions = {}): Promise<string> {
  const result = await tryGit(folder, args, options);
  if (result.code !== 0) throw refused(args[0], result.stderr);
  return result.stdout.replace(/\r?\n$/, '');
}

/** What simple-git reads out of git's answer, by the user's configuration but without their tokens, and without taking any lock. @throws OutsideError as `git` does */
export async function readGit<Answer>(
  folder: string,
  ask: (git: SimpleGit) => Promise<Answer>,
  { signal, log }: Run = {},
): Promise<Answer> {
  let asked: string[] = [];
  const listen = (_command: string, _output: unknown, _errors: unknown, args: string[]) => {
    asked = args.slice(args[0] === '-c' ? 2 : 0);
    log?.(redact(`git ${asked.join(' ')}`));
  };
  const program = { folder, environment: { ...readingEnvironment(), ...configuration() } };
  try {
    const limits = { signal, timeoutMilliseconds: LOCAL_MILLISECONDS };
    return await askGit(program, limits, (simple) => ask(simple.outputHandler(listen)));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ProgramMissing) throw gitMissing(error);
    if (error instanceof DOMException && error.name === 'TimeoutError') throw tooSlow(asked[0], LOCAL_MILLISECONDS);
    const said = redact(error instanceof Error ? error.message : String(error)).trim();
    log?.(said);
    throw refused(asked[0], said);
  }
}

/** Configuration that is set in the environment. */
function configuration(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('GIT_CONFIG')));
}

function refused(command: string | undefined, stderr: string): OutsideError {
  return new OutsideError('refused', `git ${command ?? ''} refused: ${complaint(stderr)}. The log has all that it said.`);
}

/** The line of git's complaint that says most, without its label. */
export function complaint(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const best =
    lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.findLast((line) => line !== '') ?? 'it did not say why';
  return best.replace(/^(?:remote: )?(?:fatal|error): /i, '').replace(/[.:]+$/, '');
}
