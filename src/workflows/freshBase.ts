/** The newest state of a branch on its remote, and changes of files on it. */
import { realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { OutsideError } from '../clients/errors.ts';
import type { Run } from '../clients/gitCommand.ts';
import { tryGit } from '../clients/gitCommand.ts';
import { credentialsFor } from '../clients/gitPush.ts';
import type { Remote } from '../clients/gitRemotes.ts';
import { readRemote } from '../clients/gitRemotes.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import type { Base } from './planOnBase.ts';

export interface BaseRequest {
  /** A folder in the user's repository. */
  readonly folder: string;
  /** The branch to change; the default branch of the remote unless told. */
  readonly into?: string | undefined;
  /** Another branch to look at. */
  readonly branch?: string | undefined;
  /** A token that Git may use where the user's own credentials are not enough. */
  readonly token?: string | undefined;
}

export interface FoundBase {
  readonly branch: string;
  readonly commit: string;
  /** Commit of the other branch there. */
  readonly tip: string | undefined;
}

/** The branch to change as its remote has it now, with a look at another branch there. @throws OutsideError */
export async function findBase({ folder, branch, into, token }: BaseRequest, remote: Remote, run: Run): Promise<FoundBase> {
  const asked = [branch, into].filter((name) => name !== undefined);
  const state = await readRemote(folder, remote, asked, { ...run, ...credentialsFor(remote, token) });
  const name = into ?? state.defaultBranch;
  const commit = state.branches.get(name);
  if (commit !== undefined) return { branch: name, commit, tip: branch === undefined ? undefined : state.branches.get(branch) };
  if (into !== undefined) throw new OutsideError('not-found', `${remote.name} has no branch ${into}. Name one that it has.`);
  throw new OutsideError('setup', `${remote.name} has no default branch to change. Push a first commit, or name the branch.`);
}

/** Whether all commits have arrived: in a shallow clone, one that has been overtaken meanwhile has not. */
export async function hasCommits(folder: string, commits: readonly string[], run: Run): Promise<boolean> {
  for (const commit of commits)
    if ((await tryGit(folder, ['cat-file', '-e', `${commit}^{commit}`], run)).code !== 0) return false;
  return true;
}

/** Writes into the worktree, never through a link that leads out of it. */
export async function writeTexts({ folder }: Base, files: readonly ChangedText[]): Promise<void> {
  const top = realpathSync(folder);
  for (const { path, after } of files) {
    const target = realpathSync(join(folder, path));
    if (!target.startsWith(top + sep))
      throw new OutsideError('refused', `${path} leads out of the repository. Change the file that it leads to.`);
    await writeFile(target, after);
  }
}
