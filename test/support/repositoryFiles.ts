import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT = 5_000_000;

/** The text files of a checked-out repository that the model can use, by path with slashes. Symbolic links are not followed. */
export function readRepository(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const walk = (relative: string): void => {
    for (const name of readdirSync(join(folder, relative)).toSorted()) {
      if (name === '.git' || name === 'node_modules') continue;
      const path = relative === '' ? name : `${relative}/${name}`;
      const status = lstatSync(join(folder, path));
      if (status.isDirectory()) walk(path);
      else if (status.isFile() && status.size < LIMIT) files.set(path, readFileSync(join(folder, path), 'utf8'));
    }
  };
  walk('');
  return files;
}
