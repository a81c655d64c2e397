/** The commits of a branch as they come out of Git, newest first, each with the files that it changed against its first parent. */
import { RAW_LOG_FORMAT, RawLogReader } from '../core/git/rawLog.ts';
import type { LoggedCommit } from '../core/git/rawLog.ts';
import { runGit, openGit } from './gitProcess.ts';

const QUICK = { timeoutMilliseconds: 10_000, maxBytes: 10_000_000 };
const BULK = { timeoutMilliseconds: 60_000, maxBytes: 500_000_000 };
const LONG = { timeoutMilliseconds: 600_000 };

const DIFF_OPTIONS = [
  '--raw',
  '-z',
  '--no-abbrev',
  '--find-renames',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-show-signature',
  '--relative',
  `--format=${RAW_LOG_FORMAT}`,
];

/**
 * The first-parent history of a commit: what the branch had, one step after the other, with a merge as one step. In pieces as git has them ready. Paths
 * are relative to `folder`. Rejects with GitError, or with the signal's reason; git ends when nobody reads on.
 */
export async function* branchCommits(
  folder: string,
  commit: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly LoggedCommit[]> {
  using git = openGit(folder, ['log', '--first-parent', '-m', ...DIFF_OPTIONS, commit, '--'], { ...LONG, signal });
  const reader = new RawLogReader();
  const decoder = new TextDecoder();
  for await (const chunk of git.output) {
    signal?.throwIfAborted();
    const commits = reader.read(decoder.decode(chunk, { stream: true }));
    if (commits.length > 0) yield commits;
  }
  const rest = [...reader.read(decoder.decode()), ...reader.end()];
  if (rest.length > 0) yield rest;
}

/** The newest commit that a merge brought and that changed a file; undefined where the merge itself did. */
export async function mergedCommit(
  folder: string,
  [first = '', second = '']: readonly string[],
  path: string,
  signal?: AbortSignal,
): Promise<LoggedCommit | undefined> {
  const args = ['log', '--max-count=1', '--no-merges', ...DIFF_OPTIONS, `${first}..${second}`, '--', `:(literal)${path}`];
  const { bytes } = await runGit(folder, args, { ...QUICK, signal });
  const reader = new RawLogReader();
  return [...reader.read(bytes.toString('utf8')), ...reader.end()][0];
}

/** Blobs of a commit by path relative to `folder`; symbolic links and submodules are left out. Rejects with GitError. */
export async function blobsOf(folder: string, commit: string, signal?: AbortSignal): Promise<Map<string, string>> {
  const { bytes } = await runGit(folder, ['ls-tree', '-r', '-z', commit], { ...BULK, signal });
  const blobs = new Map<string, string>();
  for (const entry of bytes.toString('utf8').split('\0')) {
    const [, hash, path] = /^100\d{3} blob ([0-9a-f]+)\t([^]*)$/.exec(entry) ?? [];
    if (hash !== undefined && path !== undefined) blobs.set(path, hash);
  }
  return blobs;
}

/** Commits of a shallow clone whose parents are not here. Empty for a whole clone. */
export async function shallowCommits(folder: string, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const { bytes } = await runGit(folder, ['rev-parse', '--is-shallow-repository'], { ...QUICK, signal });
  if (bytes.toString('utf8').trim() !== 'true') return new Set();
  const boundary = await runGit(folder, ['rev-list', '--first-parent', '--max-parents=0', 'HEAD'], { ...QUICK, signal });
  return new Set(boundary.bytes.toString('utf8').trim().split('\n'));
}
