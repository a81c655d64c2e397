/** Replaces texts of files, or none of them. */
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';

export interface FileReplacement {
  /** Absolute. */
  readonly path: string;
  /** The text that must still be in the file. */
  readonly before: string;
  readonly after: string;
}

/** Why nothing was written. */
export interface WriteRefusal {
  readonly path: string;
  /** The text is not `before` (or cannot be kept byte for byte); the file, or its folder, may not be written. */
  readonly reason: 'changed' | 'read-only' | 'folder-read-only';
}

interface Move {
  readonly from: string;
  readonly to: string;
  readonly before: string;
  readonly after: string;
  /** Whether the new file can take the place of the old one, or its text has to go into the old one for that to keep its owner. */
  readonly replaces: boolean;
}

/**
 * Writes new texts beside the files and moves them over these at the end, so that a file is always whole. Owners, modes and links stay as they are, and
 * what may not be written is not written. Nothing is written where one of the files refuses. @throws the system's errors
 */
export function replaceFiles(files: readonly FileReplacement[]): WriteRefusal | undefined {
  const moves: Move[] = [];
  const done: Move[] = [];
  try {
    for (const { path, before, after } of files) {
      const to = realpathSync(path);
      if (!isWritable(to)) return { path, reason: 'read-only' };
      const from = join(dirname(to), `.${basename(to)}.${randomUUID()}`);
      try {
        moves.push({ from, to, before, after, replaces: false });
        writeFileSync(from, after);
        moves[moves.length - 1] = { from, to, before, after, replaces: takesAfter(from, statSync(to)) };
      } catch (error) {
        if (isForbidden(error)) return { path, reason: 'folder-read-only' };
        throw error;
      }
    }
    const changed = files.find(({ path, before }) => !readFileSync(path).equals(Buffer.from(before)));
    if (changed !== undefined) return { path: changed.path, reason: 'changed' };
    for (const move of moves) {
      done.push(move);
      if (move.replaces) renameSync(move.from, move.to);
      else writeFileSync(move.to, move.after);
    }
    return undefined;
  } catch (error) {
    for (const { to, before } of done) if (!readFileSync(to).equals(Buffer.from(before))) writeFileSync(to, before);
    throw error;
  } finally {
    for (const { from } of moves) rmSync(from, { force: true });
  }
}

/** A file that nobody may write is left alone even by those who could: an administrator, or the owner of its folder. */
function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
  } catch {
    return false;
  }
  return (statSync(path).mode & 0o222) !== 0;
}

/** Gives a new file the owner and the mode of another one; false where that is not allowed, or where others link to that one. */
function takesAfter(path: string, { mode, uid, gid, nlink }: Stats): boolean {
  if (nlink > 1) return false;
  try {
    const own = statSync(path);
    if (own.uid !== uid || own.gid !== gid) chownSync(path, uid, gid);
    chmodSync(path, mode & 0o7777);
    return true;
  } catch {
    return false;
  }
}

function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');
}
