/** The environments of every repository, and the commits that changed one. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { branchCommits } from '../../clients/gitCommits.ts';
import { headCommit } from '../../clients/git.ts';
import type { LoggedCommit } from '../../core/git/rawLog.ts';
import type { Refusal } from '../../protocol.ts';
import type { CommitChoice, RepositoryEnvironments } from '../../protocol/promotion.ts';
import { abortSignal } from '../abortSignal.ts';
import { withGit } from '../askGit.ts';
import { repositoryName } from '../repositoryNames.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { byName } from './imageRows.ts';

const MOST_COMMITS = 50;

export function environmentsOf(session: Session): RepositoryEnvironments[] {
  const repositories = session.repositories();
  return repositories.map((repository) => {
    const { images, environments } = repository.inventory(session.placementSettings);
    return {
      repository: repository.folder,
      name: repositories.length > 1 ? repositoryName(repository, repositories) : '',
      environments: environments.flatMap((name) => {
        const members = images.filter(({ environment }) => environment === name);
        const applications = [...new Set(members.map(({ application }) => application))].sort(byName);
        return name === '' || members.length === 0 ? [] : [{ name, applications }];
      }),
    };
  });
}

/** The newest commits of the branch that changed a file which an environment is built from now. */
export async function environmentCommits(
  session: Session,
  { repository: folder, environment }: { readonly repository: string; readonly environment: string },
  token: CancellationToken,
): Promise<CommitChoice[] | Refusal> {
  return await withGit(session, folder, async (repository) => {
    const signal = abortSignal(token);
    const head = await headCommit(folder, signal);
    if (head === undefined) return [];
    const isUsed = usedBy(session, repository, environment);
    const choices: CommitChoice[] = [];
    for await (const commits of branchCommits(folder, head, signal))
      for (const commit of commits) {
        if (commit.changes.some(({ path, oldPath }) => isUsed(path) || isUsed(oldPath))) choices.push(choiceOf(commit));
        if (choices.length === MOST_COMMITS) return choices;
      }
    return choices;
  });
}

function usedBy(session: Session, repository: RepositorySession, environment: string): (path: string | undefined) => boolean {
  const inventory = repository.inventory(session.placementSettings);
  const roots = repository.roots.filter((root) => inventory.environmentsOf(root).includes(environment));
  return (path) => path !== undefined && roots.some((root) => root.used.has(path));
}

function choiceOf({ hash, author, committed, subject }: LoggedCommit): CommitChoice {
  return { hash, author, date: committed, subject };
}
