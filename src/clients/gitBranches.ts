/** The branches of a repository. */
import { runGit } from './gitProcess.ts';

export interface Branch {
  /** `main`, `origin/main`. */
  readonly name: string;
  /** Of its newest commit: ISO 8601. */
  readonly date: string;
  readonly subject: string;
  /** Whether it is checked out. */
  readonly isCurrent: boolean;
}

const LIMITS = { timeoutMilliseconds: 10_000, maxBytes: 5_000_000 };
const FORMAT = ['%(refname)', '%(refname:lstrip=2)', '%(committerdate:iso-strict)', '%(HEAD)', '%(subject)'].join('%00');

/** Local and remote-tracking branches, the ones that were committed to last first. Rejects with GitError, or with the signal's reason. */
export async function branches(folder: string, signal?: AbortSignal): Promise<Branch[]> {
  const args = ['for-each-ref', '--sort=-committerdate', `--format=${FORMAT}`, 'refs/heads', 'refs/remotes'];
  const { bytes } = await runGit(folder, args, { ...LIMITS, signal });
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [reference, name, date, head, subject] = line.split('\0');
      if (reference === undefined || name === undefined || date === undefined || subject === undefined) return [];
      // It only says which branch of the remote is its main one.
      if (/^refs\/remotes\/[^/]+\/HEAD$/.test(reference)) return [];
      return [{ name, date, subject, isCurrent: head === '*' }];
    });
}
