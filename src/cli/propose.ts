/** `propose`: opens a pull request that sets tags of images in an environment, or updates the one that is open. */
import { createEngine } from '../clients/engineFiles.ts';
import type { MergeMethod } from '../clients/github.ts';
import { isRefused } from '../core/change/plan.ts';
import type { ProposalNames } from '../core/change/proposalNames.ts';
import { proposalNames } from '../core/change/proposalNames.ts';
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import type { BumpRequest } from '../workflows/bumpImage.ts';
import { imagesFor } from '../workflows/bumpImage.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import { planFromBumps } from '../workflows/planOnBase.ts';
import { proposeChange } from '../workflows/proposeChange.ts';
import { BUMP_DETAILS, BUMP_OPTIONS, BUMP_USAGE, bumpRequests, repositoryWith } from './bumpRequests.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print, printJson } from './command.ts';
import { gitHubApiUrl, gitHubHosts, gitHubToken } from './gitHub.ts';

const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

export const propose: Command = {
  usage: `FOLDER ${BUMP_USAGE} [--into BRANCH] [--remote REMOTE] [--draft] [--label LABEL]... [--reviewer LOGIN]... [--auto-merge METHOD] [--json]`,
  summary: 'opens a pull request that sets tags of images, or updates the one that is open',
  details: [
    ...BUMP_DETAILS,
    '--into BRANCH              the branch to merge into; the default branch of the remote unless told',
    '--remote REMOTE            the remote to propose to, where there are several',
    '--draft                    opens a draft',
    '--label LABEL              adds a label; may be given several times',
    '--reviewer LOGIN           asks a person, or a team as ORG/TEAM, for a review; may be given several times',
    '--auto-merge METHOD        lets GitHub merge it when it may: merge, squash or rebase',
    '--json                     prints {branch, commit, outcome, pullRequest, comparePage, diff, changes, notes}',
    'The token of GitHub is read from GITHUB_TOKEN or GH_TOKEN; without one, the address of the compare page is printed.',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      ...BUMP_OPTIONS,
      into: { type: 'string' },
      remote: { type: 'string' },
      draft: { type: 'boolean' },
      label: { type: 'string', multiple: true },
      reviewer: { type: 'string', multiple: true },
      'auto-merge': { type: 'string' },
      json: { type: 'boolean' },
    });
    const [folder = ''] = positionals(given, 'FOLDER');
    const requests = bumpRequests(values);
    const wanted = values['auto-merge'];
    const autoMerge = METHODS.find((method) => method === wanted);
    if (wanted !== undefined && autoMerge === undefined)
      throw new InputError(`${wanted} is no way to merge. Choose one of ${METHODS.join(', ')}.`);
    const place = await placeOf(folder, requests);
    const engine = createEngine('');
    try {
      const done = await proposeChange(
        {
          ...place,
          plan: planFromBumps(requests),
          into: values.into,
          settings: {
            remote: values.remote,
            gitHubHosts: gitHubHosts(),
            draft: values.draft,
            labels: values.label,
            reviewers: values.reviewer,
            autoMerge,
          },
          token: (host) => Promise.resolve(gitHubToken(host)),
          apiUrl: gitHubApiUrl,
          engine,
        },
        { report: note },
      );
      if (isRefused(done)) {
        note(done.refusal);
        return 1;
      }
      const { proposal, pullRequest, comparePage, notes } = done;
      notes.forEach(note);
      const diff = unifiedDiff(proposal.files);
      const { branch, commit, outcome, content } = proposal;
      if (values.json === true)
        printJson({
          branch,
          commit,
          outcome,
          pullRequest: pullRequest ?? null,
          comparePage,
          diff,
          changes: content.images,
          notes,
        });
      else print(`${diff}${pullRequest?.url ?? comparePage}\n`);
      return 0;
    } finally {
      await engine.dispose();
    }
  },
};

/** The repository that has the images, and the names that its proposal goes by. @throws InputError */
async function placeOf(
  folder: string,
  requests: readonly BumpRequest[],
): Promise<{ readonly folder: string; readonly names: ProposalNames }> {
  const repository = repositoryWith(await openRepositories(folder), requests);
  const images = requests.flatMap(({ image, environment }) => imagesFor(repository.inventory, image, environment));
  return { folder: repository.folder, names: proposalNames(images) };
}
