/** JSON values on disk that may be lost at any time: what cannot be read, or is not whole, is not there. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

/** A file that changed so shortly before it was looked at could change again without a new time stamp. */
const UNCERTAIN_MILLISECONDS = 1000;
const CHECKSUM_DIGITS = 8;

/** The value that was kept for a folder under the same name; undefined where there is none. */
export function readCacheFile(storagePath: string, name: string, folder: string): unknown {
  try {
    const bytes = readFileSync(cachePath(storagePath, name, folder));
    const isWhole = checksum(bytes.subarray(CHECKSUM_DIGITS)) === bytes.toString('latin1', 0, CHECKSUM_DIGITS);
    return isWhole ? (JSON.parse(bytes.toString('utf8', CHECKSUM_DIGITS)) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value for a folder. Where it cannot be written, the next opening takes a little longer. */
export function writeCacheFile(storagePath: string, name: string, folder: string, value: unknown): void {
  const body = JSON.stringify(value);
  const path = cachePath(storagePath, name, folder);
  const unfinished = `${path}.${String(process.pid)}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // It holds what the repository holds, values for `postBuild` too: nobody else may read it.
    writeFileSync(unfinished, checksum(body) + body, { mode: 0o600 });
    renameSync(unfinished, path);
  } catch {
    // Read-only or full: passed over.
  }
}

/** Whether a time stamp is so much older than the look at the file that a later change must show. */
export function isCertain(modified: number, lookedAt: number): boolean {
  return modified <= lookedAt - UNCERTAIN_MILLISECONDS;
}

let identity: string | undefined;

/** Changes with the program: size and time of its bundle, or from source of every file of the model. */
export function programIdentity(): string {
  if (identity !== undefined) return identity;
  const own = fileURLToPath(import.meta.url);
  const files = own.endsWith('.cjs') ? [own] : sourceFiles();
  identity = files
    .map((path) => statSync(path))
    .map(({ size, mtimeMs }) => `${String(size)} ${String(mtimeMs)}`)
    .join(' ');
  return identity;
}

function sourceFiles(): string[] {
  const folder = fileURLToPath(new URL('../core', import.meta.url));
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
}

function checksum(body: string | Uint8Array): string {
  return crc32(body).toString(16).padStart(CHECKSUM_DIGITS, '0');
}

function cachePath(storagePath: string, name: string, folder: string): string {
  return join(storagePath, `${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.json`);
}
