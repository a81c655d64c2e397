import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './paths.ts';

/** Folder of archives of public GitOps repositories (NAME.tar.xz); they are not part of this repository. */
const archives = process.env['GITOPS_COCKPIT_CORPUS'] ?? join(projectRoot, '../shared/corpus');

/** Whether the archives are there; tests over them exist only then. */
export const hasCorpus = existsSync(archives) && readdirSync(archives).some((name) => name.endsWith('.tar.xz'));

/** The repositories that archives are named after, by the name of the archive. */
const repositories: Readonly<Record<string, string>> = {
  'flux2-kustomize-helm-example': 'fluxcd/flux2-kustomize-helm-example',
  'flux2-multi-tenancy': 'fluxcd/flux2-multi-tenancy',
  'home-ops': 'onedr0p/home-ops',
  'infra-deployments': 'redhat-appstudio/infra-deployments',
};

/** Unpacks every archive into a folder `owner+name`, as labels name repositories; returns the folder of these. The caller removes it. */
export function unpackCorpusByOwner(): string {
  const folder = unpackCorpus();
  for (const name of readdirSync(folder)) {
    const repository = repositories[name];
    if (repository !== undefined) renameSync(join(folder, name), join(folder, repository.replace('/', '+')));
  }
  return folder;
}

/** Unpacks every archive; returns the folder with one folder for each repository. The caller removes it. */
export function unpackCorpus(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-corpus-'));
  for (const archive of globSync('*.tar.xz', { cwd: archives }))
    execFileSync('tar', ['-xJf', join(archives, archive), '-C', folder]);
  return folder;
}
