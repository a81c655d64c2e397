/** Which branch a proposal goes to, so that an application in an environment has one open proposal and a second request brings it up to date. */
import { OutsideError } from '../clients/errors.ts';
import type { Run } from '../clients/gitCommand.ts';
import { credentialsFor } from '../clients/gitPush.ts';
import type { Remote } from '../clients/gitRemotes.ts';
import { listBranches } from '../clients/gitRemotes.ts';
import type { BranchPullRequests } from '../clients/github.ts';
import type { ProposalNames } from '../core/change/proposalNames.ts';
import { branchPrefix, proposalBranch, sharedBranch } from '../core/git/branchName.ts';

export interface BranchRequest {
  readonly folder: string;
  readonly names: ProposalNames;
  readonly template: string;
  /** For the host of the remote; undefined where nobody is signed in, or it is for another host. */
  readonly token: string | undefined;
  /** undefined from it where GitHub does not say; without it, a branch counts as an open proposal. */
  readonly pullRequests?: ((branch: string) => Promise<BranchPullRequests | undefined>) | undefined;
}

export interface ChosenBranch {
  readonly branch: string;
  /** False where the branch was made for some of these applications, and maybe others. */
  readonly isOwn: boolean;
  /** What GitHub said of the branch, where it was asked. */
  readonly known?: BranchPullRequests | undefined;
  readonly notes: readonly string[];
}

/** One look at the remote. @throws the signal's reason */
export async function chooseBranch(request: BranchRequest, remote: Remote, run: Run): Promise<ChosenBranch> {
  const { folder, names, template, token, pullRequests } = request;
  const own = { branch: proposalBranch(template, names), isOwn: true, notes: [] };
  let present: readonly string[];
  try {
    present = await listBranches(folder, remote, branchPrefix(template), { ...run, ...credentialsFor(remote, token) });
  } catch (error) {
    // Whoever pushes says it better, and may know another remote.
    if (!(error instanceof OutsideError)) throw error;
    return own;
  }
  const { branch, others } = sharedBranch(template, names, present);
  if (branch === own.branch)
    return {
      ...own,
      notes: others
        .slice(0, 1)
        .map((other) => `${other} has some of this too. Merge or close one of the two pull requests first.`),
    };
  const known = await pullRequests?.(branch);
  if (known !== undefined && known.open === undefined && known.closed.length > 0) return own;
  return { branch, isOwn: false, known, notes: [`${branch} is there for some of this already, so the change is added to it.`] };
}
