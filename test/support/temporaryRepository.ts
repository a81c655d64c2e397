import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of files that a test makes up; `using` removes it. */
export interface TemporaryRepository extends Disposable {
  readonly root: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
}

/** @param files contents by path with slashes, relative to the root */
export function temporaryRepository(files: Readonly<Record<string, string | Uint8Array>>): TemporaryRepository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gitops-cockpit-test-')));
  const write: TemporaryRepository['write'] = (contents) => {
    for (const [path, content] of Object.entries(contents)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
  };
  write(files);
  return { root, write, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}
