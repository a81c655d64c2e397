import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes files by their paths into a new temporary folder and returns its path (links resolved). */
export function writeFolder(files: Readonly<Record<string, string>>, name = 'repository'): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'gitops-cockpit-'))), name);
  mkdirSync(folder);
  addFiles(folder, files);
  return folder;
}

/** Writes files by their paths into a folder that is there. */
export function addFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
