// The pull requests of a local GitHub, whose branches are those of real bare repositories.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface StoredPull {
  readonly number: number;
  readonly repository: string;
  title: string;
  body: string;
  draft: boolean;
  readonly head: { readonly owner: string; readonly ref: string };
  base: string;
  state: 'open' | 'closed';
  merged: boolean;
  mergeCommit: string | null;
  mergedAt: string | null;
  labels: string[];
  reviewers: string[];
  teams: string[];
  autoMerge: string | null;
  reviews: { readonly login: string; readonly state: string }[];
  /** Head of a pull request whose branch is gone. */
  lastHead: string;
}

export class GitRepositories {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  git(repository: string, ...args: readonly string[]): string {
    const identity = {
      GIT_AUTHOR_NAME: 'GitHub',
      GIT_AUTHOR_EMAIL: 'noreply@github.com',
      GIT_COMMITTER_NAME: 'GitHub',
      GIT_COMMITTER_EMAIL: 'noreply@github.com',
    };
    return execFileSync('git', args, {
      cwd: join(this.root, `${repository}.git`),
      encoding: 'utf8',
      env: { ...process.env, ...identity, GIT_CONFIG_GLOBAL: '/dev/null' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  }

  commit(repository: string, ref: string): string | undefined {
    try {
      return this.git(repository, 'rev-parse', '--verify', '--quiet', `refs/heads/${ref}`);
    } catch {
      return undefined;
    }
  }

  /** The tree of a merge; undefined where it conflicts. */
  mergeTree(repository: string, base: string, head: string): string | undefined {
    try {
      return this.git(repository, 'merge-tree', '--write-tree', base, head).split('\n')[0];
    } catch {
      return undefined;
    }
  }

  /** Moves the base branch to the merged commit, and returns that. */
  merge(pull: StoredPull, head: string, method: string, message: string): string {
    const base = this.commit(pull.repository, pull.base) ?? '';
    const tree = this.mergeTree(pull.repository, base, head) ?? '';
    const parents = method === 'merge' ? ['-p', base, '-p', head] : ['-p', base];
    const commit = this.git(pull.repository, 'commit-tree', tree, ...parents, '-m', message);
    this.git(pull.repository, 'update-ref', `refs/heads/${pull.base}`, commit, base);
    return commit;
  }
}
