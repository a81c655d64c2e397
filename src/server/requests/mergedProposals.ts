/** Pull requests that were made here and merged lately. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { OutsideError } from '../../clients/errors.ts';
import { isRepository } from '../../clients/git.ts';
import type { MergedProposal } from '../../protocol/changes.ts';
import { abortSignal } from '../abortSignal.ts';
import type { Session } from '../session.ts';
import { placeOfBranch } from './changes.ts';

/** What was merged longer ago runs, or somebody knows why not. */
const LATELY_MILLISECONDS = 24 * 3_600_000;

/** Of each branch the newest: what came before it is not what should run. What cannot be asked is said by the list of the open ones. */
export async function mergedProposals(session: Session, token: CancellationToken): Promise<MergedProposal[]> {
  if (!session.trusted) return [];
  const signal = abortSignal(token);
  const found: MergedProposal[] = [];
  for (const repository of session.repositories()) {
    const { folder } = repository;
    if (!(await isRepository(folder, signal))) continue;
    try {
      const since = Date.now() - LATELY_MILLISECONDS;
      for (const { branch, title, ...merged } of await session.proposalsOf(repository).merged(since, signal)) {
        const label = placeOfBranch(session, repository, branch) ?? title;
        found.push({ ...merged, repository: folder, label });
      }
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
    }
  }
  return found;
}
