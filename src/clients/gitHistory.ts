/** Tags that the history of a repository has seen. */
import { PATCH_LOG_FORMAT, tagsInPatches } from '../core/git/patchTags.ts';
import type { SeenTag } from '../core/git/patchTags.ts';
import { runGit } from './gitProcess.ts';

export interface TagHistory {
  /** Newest commit first. */
  readonly tags: readonly SeenTag[];
  /** True where the history goes back further than was read. */
  readonly truncated: boolean;
}

export interface TagHistoryOptions {
  readonly signal?: AbortSignal;
  /** How many commits that touch the files are read, newest first; 500 unless told. */
  readonly maxCommits?: number;
}

const LIMITS = { timeoutMilliseconds: 10_000, maxBytes: 30_000_000 };
/** More paths than that are read as the whole folder, because a command line has an end. */
const MAX_PATHS = 200;

/**
 * The tags that commits wrote into `files` (paths relative to `folder`, with slashes), or into any file of the folder where `files` is empty.
 * Takes 10 seconds and 30 MB of patches at most; what was read until then is the result. Rejects with GitError outside of a repository.
 */
export async function tagsFromHistory(
  folder: string,
  files: readonly string[],
  { signal, maxCommits = 500 }: TagHistoryOptions = {},
): Promise<TagHistory> {
  const paths = files.length > MAX_PATHS ? [] : files;
  const args = [
    'log',
    `--max-count=${String(maxCommits)}`,
    '--no-merges',
    '--no-renames',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-show-signature',
    '--relative',
    '--unified=6',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--regexp-ignore-case',
    String.raw`-G(tag|image|version|digest)["']?[[:space:]]*[:=]`,
    `--format=${PATCH_LOG_FORMAT}`,
    '--patch',
    '--',
    ...(paths.length === 0 ? ['.'] : paths.map((path) => `:(literal)${path}`)),
  ];
  const { bytes, truncated } = await runGit(folder, args, { ...LIMITS, signal });
  const log = bytes.toString('utf8');
  const wanted = new Set(files);
  const tags = tagsInPatches(log).filter(({ file }) => wanted.size === 0 || wanted.has(file));
  return { tags, truncated: truncated || log.split('\0').length > maxCommits * 3 };
}
