import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sampleFolder } from './paths.ts';
import { sampleHistory, type Author, type Step, type TagChange } from './sampleHistory.ts';

export const sampleRemote = 'https://github.com/acme/study-app-gitops.git';

/**
 * Makes a Git repository of the sample in a new temporary folder and returns its path (links resolved). Its history tells
 * `sampleHistory` with dates relative to `now`; branch main tracks origin/main, nothing is uncommitted. Neither the user's
 * Git configuration nor the network is used.
 */
export function createSampleRepository(now = new Date()): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'gitops-cockpit-'))), 'study-app-gitops');
  mkdirSync(folder);
  git(folder, ['init', '--quiet', '--initial-branch=main']);
  git(folder, ['remote', 'add', 'origin', sampleRemote]);
  for (const step of sampleHistory) commit(folder, step, new Date(now.getTime() - step.hoursAgo * 3_600_000));
  git(folder, ['update-ref', 'refs/remotes/origin/main', 'HEAD']);
  git(folder, ['branch', '--quiet', '--set-upstream-to=origin/main']);
  return folder;
}

function commit(folder: string, step: Step, date: Date): void {
  const branch = step.pullRequest === undefined ? undefined : `change-${step.pullRequest}`;
  if (branch) git(folder, ['switch', '--quiet', '--create', branch]);
  for (const path of step.adds ?? []) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(sampleFolder, path), join(folder, path), { recursive: true });
  }
  for (const change of step.tags ?? []) setTag(folder, change);
  git(folder, ['add', '--all']);
  git(folder, ['commit', '--quiet', '--message', step.message], step.author, date);
  if (!branch) return;
  git(folder, ['switch', '--quiet', 'main']);
  const [subject] = step.message.split('\n');
  const message = `Merge pull request #${step.pullRequest} from acme/${branch}\n\n${subject}`;
  const merger: Author = { name: 'Mira Keller', email: 'mira@acme.example' };
  git(folder, ['merge', '--quiet', '--no-ff', '--message', message, branch], merger, new Date(date.getTime() + 40 * 60_000));
  git(folder, ['branch', '--quiet', '--delete', branch]);
}

const imageNames = { backend: 'ghcr.io/acme/study-app-api', frontend: 'ghcr.io/acme/study-app-web' };

function setTag(folder: string, { environment, app, tag }: TagChange): void {
  const file = join(folder, 'apps', environment, 'kustomization.yaml');
  const before = readFileSync(file, 'utf8');
  const entry = new RegExp(`(- name: ${imageNames[app]}\\n\\s+newTag: )(.*)`);
  if (!entry.test(before)) throw new Error(`${file} has no images entry for ${imageNames[app]}.`);
  writeFileSync(file, before.replace(entry, `$1${tag}`));
}

/** Runs git in a folder as if no user or system configuration existed, and returns what it printed. */
export function git(folder: string, args: readonly string[], author?: Author, date?: Date): string {
  const { name, email } = author ?? { name: 'Sample', email: 'sample@acme.example' };
  const when = (date ?? new Date()).toISOString();
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: when,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: when,
  };
  return execFileSync('git', ['-c', 'core.autocrlf=false', ...args], { cwd: folder, env, encoding: 'utf8' });
}
