/** Questions to git that a person waits for. */
import { GitError } from '../clients/gitProcess.ts';
import type { Refusal } from '../protocol.ts';
import type { RepositorySession } from './repositorySession.ts';
import type { Session } from './session.ts';

/** The answer, or one sentence why there is none: a folder that is not trusted, a repository that is gone, or what git says. @throws the signal's reason */
export async function withGit<T>(
  session: Session,
  folder: string,
  ask: (repository: RepositorySession) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  if (!session.trusted) return { refusal: 'Git is not asked in a folder that is not trusted. Trust the folder first.' };
  const repository = session.repositories().find((candidate) => candidate.folder === folder);
  if (repository === undefined) return { refusal: 'This repository is no longer open. Open its folder again.' };
  try {
    return await ask(repository);
  } catch (error) {
    if (error instanceof GitError) return { refusal: `Git cannot tell: ${error.message.replace(/\.$/, '')}.` };
    throw error;
  }
}
