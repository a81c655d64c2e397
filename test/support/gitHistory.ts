/** Git repositories with a history that a test makes up, by git itself. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const DAY_MILLISECONDS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1, 10);

/** Each commit is a day later than the one before it, from 1 January 2026 on. */
export class GitHistory implements Disposable {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'gitops-cockpit-history-')));
  private days = 0;

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'uploadpack.allowFilter', 'true');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(files: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    return this;
  }

  remove(...paths: readonly string[]): this {
    for (const path of paths) rmSync(join(this.folder, path), { recursive: true });
    return this;
  }

  move(from: string, to: string): this {
    mkdirSync(dirname(join(this.folder, to)), { recursive: true });
    renameSync(join(this.folder, from), join(this.folder, to));
    return this;
  }

  commit(message: string, author = 'Mira Keller'): this {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', `--author=${author} <who@acme.example>`, '--message', message);
    return this;
  }

  git(...args: readonly string[]): string {
    const date = new Date(FIRST_DAY + this.days * DAY_MILLISECONDS).toISOString();
    if (args[0] === 'commit' || args[0] === 'merge' || args[0] === 'revert') this.days++;
    return execFileSync('git', ['-c', 'user.name=Mira Keller', '-c', 'user.email=mira@acme.example', ...args], {
      cwd: this.folder,
      env: {
        ...process.env,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
      },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
