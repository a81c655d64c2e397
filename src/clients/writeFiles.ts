/** Replaces texts of files, or none of them. */
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';

export interface FileReplacement {
  /** Absolute. */
  readonly path: string;
  /** The text that must still be in the file. */
  readonly before: string;
  readonly after: string;
}

/**
 * Writes new texts beside the files and moves them over these at the end, so that a file is always whole. Modes and symbolic links stay.
 * Returns the first path whose text is not `before` (or cannot be kept byte for byte); nothing is written then. @throws the system's errors
 */
export function replaceFiles(files: readonly FileReplacement[]): string | undefined {
  const moves: { from: string; to: string }[] = [];
  try {
    for (const { path, after } of files) {
      const to = realpathSync(path);
      const from = join(dirname(to), `.${basename(to)}.${randomUUID()}`);
      moves.push({ from, to });
      writeFileSync(from, after, { mode: statSync(to).mode });
    }
    const changed = files.find(({ path, before }) => !readFileSync(path).equals(Buffer.from(before)));
    if (changed !== undefined) return changed.path;
    for (const { from, to } of moves) renameSync(from, to);
    return undefined;
  } finally {
    for (const { from } of moves) rmSync(from, { force: true });
  }
}
