/** A separate worktree in the folder for temporary files, so that nothing of the user's own one is touched: no file, no index, no branch, no stash. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Run } from './gitCommand.ts';
import { git, tryGit } from './gitCommand.ts';

export interface Worktree {
  /** The same folder as the one it was opened for, in the worktree. */
  readonly folder: string;
  /** Takes it away. Never rejects: what cannot be removed now is removed before the next one is made. */
  remove(): Promise<void>;
}

const NAME = /^gitops-cockpit-(\d+)-[0-9a-f]{12}$/;
const live = new Set<string>();
/** The user's sparse checkout would hide files; hooks for checkouts are for checkouts of the user. */
const WHOLE = ['-c', 'core.sparseCheckout=false', '-c', 'core.hooksPath=/dev/null'];

/** Checks out a commit, which is on no branch there. Leftovers of processes that were ended are removed first. @throws OutsideError */
export async function addWorktree(folder: string, commit: string, run: Run = {}): Promise<Worktree> {
  await removeLeftovers(folder, run);
  const prefix = await git(folder, ['rev-parse', '--show-prefix'], run);
  const top = await git(folder, ['rev-parse', '--show-toplevel'], run);
  const place = join(tmpdir(), `gitops-cockpit-${String(process.pid)}-${randomBytes(6).toString('hex')}`);
  // The last part of the path becomes the name of its entry in .git/worktrees.
  const path = join(place, basename(top) || 'repository');
  live.add(place);
  try {
    mkdirSync(place, { mode: 0o700 });
    await git(folder, [...WHOLE, 'worktree', 'add', '--quiet', '--detach', path, commit], {
      ...run,
      timeoutMilliseconds: 300_000,
    });
  } catch (error) {
    await remove(folder, place, path, run);
    throw error;
  }
  return { folder: join(path, prefix), remove: () => remove(folder, place, path, run) };
}

/** Worktrees of processes that no longer run. */
async function removeLeftovers(folder: string, run: Run): Promise<void> {
  const listing = (await tryGit(folder, ['worktree', 'list', '--porcelain'], run)).stdout;
  for (const [, path = ''] of listing.matchAll(/^worktree (.+)$/gm)) {
    const place = dirname(path);
    const pid = NAME.exec(basename(place))?.[1];
    if (pid !== undefined && !live.has(place) && !isRunning(Number(pid))) await remove(folder, place, path, run);
  }
  for (const name of readdirSync(tmpdir())) {
    const pid = NAME.exec(name)?.[1];
    const place = join(tmpdir(), name);
    if (pid !== undefined && !live.has(place) && !isRunning(Number(pid))) removeFolder(place, run);
  }
}

/** Not cancelled with the rest: what was begun is cleaned up. Twice forced, because a worktree whose making was interrupted is locked. */
async function remove(folder: string, place: string, path: string, { log }: Run): Promise<void> {
  try {
    await tryGit(folder, ['worktree', 'remove', '--force', '--force', path], { log });
  } catch (error) {
    log?.(`${path} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
  }
  removeFolder(place, { log });
  live.delete(place);
}

function removeFolder(place: string, { log }: Run): void {
  try {
    rmSync(place, { recursive: true, force: true });
  } catch (error) {
    log?.(`${place} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
