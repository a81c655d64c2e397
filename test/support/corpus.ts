import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './paths.ts';

/** Folder of archives of public GitOps repositories (NAME.tar.xz); they are not part of this repository. */
const archives = process.env['GITOPS_COCKPIT_CORPUS'] ?? join(projectRoot, '../shared/corpus');

/** Whether the archives are there; tests over them exist only then. */
export const hasCorpus = existsSync(archives) && readdirSync(archives).some((name) => name.endsWith('.tar.xz'));

/** Unpacks every archive; returns the folder with one folder for each repository. The caller removes it. */
export function unpackCorpus(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-corpus-'));
  for (const archive of globSync('*.tar.xz', { cwd: archives }))
    execFileSync('tar', ['-xJf', join(archives, archive), '-C', folder]);
  return folder;
}
