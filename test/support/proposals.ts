import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { commitMessage, DEFAULT_COMMIT_TEMPLATE, templateValues } from '../../src/core/change/commitText.ts';
import { writtenNames } from '../../src/core/change/proposalNames.ts';
import type { Refused } from '../../src/core/change/plan.ts';
import { isRefused } from '../../src/core/change/plan.ts';
import type { PullRequestContent } from '../../src/core/change/pullRequestText.ts';
import { DEFAULT_BRANCH_TEMPLATE, proposalBranch } from '../../src/core/git/branchName.ts';
import type { Run } from '../../src/clients/gitCommand.ts';
import { planFromBumps } from '../../src/workflows/planOnBase.ts';
import { describeProposal } from '../../src/workflows/proposalContent.ts';
import type { ProposalRequest, PushedProposal } from '../../src/workflows/pushProposal.ts';
import { pushProposal } from '../../src/workflows/pushProposal.ts';

const names = { applications: ['backend'], environments: ['prod'] };

/** The branch of the proposals that `propose` makes. */
export const branch = proposalBranch(DEFAULT_BRANCH_TEMPLATE, names);

type Pushed = PushedProposal<PullRequestContent>;

/** Proposes a tag for the backend in prod, or what `changes` say. */
export async function propose(
  folder: string,
  tag: string,
  changes: Partial<ProposalRequest<PullRequestContent>> & { readonly image?: string } = {},
  run: Run = {},
): Promise<Pushed | Refused> {
  return await pushProposal(
    {
      folder,
      branch,
      plan: planFromBumps([{ image: changes.image ?? 'backend', environment: 'prod', tag, mode: 'owner' }]),
      remotes: {},
      describe: (base, files) => describeProposal(base, files),
      message: ({ images }) =>
        commitMessage(DEFAULT_COMMIT_TEMPLATE, templateValues(images, writtenNames(names)), images, branch),
      ...changes,
    },
    run,
  );
}

export function pushed(value: Pushed | Refused): Pushed {
  assert.ok(!isRefused(value), isRefused(value) ? value.refusal : '');
  return value;
}

export function refusal(value: Pushed | Refused): string {
  assert.ok(isRefused(value), 'it was pushed');
  return value.refusal;
}

/** The tag of an image in prod on a branch of a bare repository. */
export function tagOf(bare: string, branch: string, image = 'study-app-api', environment = 'prod'): string {
  const text = execFileSync('git', ['show', `${branch}:apps/${environment}/kustomization.yaml`], { cwd: bare, encoding: 'utf8' });
  return new RegExp(`${image}\\n\\s+newTag: (.*)`).exec(text)?.[1] ?? '';
}
