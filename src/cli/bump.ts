/** `bump`: sets tags of images in an environment: in the files, or as a commit that is pushed. */
import { commitMessage, DEFAULT_COMMIT_TEMPLATE, templateValues } from '../core/change/commitText.ts';
import { isRefused } from '../core/change/plan.ts';
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import type { BumpRequest } from '../workflows/bumpImage.ts';
import { planBumps, writeBump } from '../workflows/bumpImage.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import { planFromBumps } from '../workflows/planOnBase.ts';
import { describeProposal } from '../workflows/proposalContent.ts';
import { pushChange } from '../workflows/pushChange.ts';
import { BUMP_DETAILS, BUMP_OPTIONS, BUMP_USAGE, bumpRequests, notFound, repositoryWith } from './bumpRequests.ts';
import type { Command, ExitCode } from './command.ts';
import { note, parseArguments, positionals, print, printJson } from './command.ts';
import { gitHubHost, gitHubToken } from './gitHub.ts';

export const bump: Command = {
  usage: `FOLDER ${BUMP_USAGE} [--dry-run | --push [--branch BRANCH] [--remote REMOTE]] [--json]`,
  summary: 'sets tags of images in an environment and prints the diff',
  details: [
    ...BUMP_DETAILS,
    '--dry-run                  prints the diff and writes nothing',
    '--push                     commits on the newest state of the remote branch and pushes, again where others push at the same time;',
    '                           the files of FOLDER stay as they are',
    '--branch BRANCH            the branch to push to; the default branch of the remote unless told',
    '--remote REMOTE            the remote to push to, where there are several',
    '--json                     prints {diff, changes, warnings, written}, with --push also {commit, branch}',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      ...BUMP_OPTIONS,
      'dry-run': { type: 'boolean' },
      push: { type: 'boolean' },
      branch: { type: 'string' },
      remote: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [folder = ''] = positionals(given, 'FOLDER');
    const requests = bumpRequests(values);
    if (values.push !== true && (values.branch !== undefined || values.remote !== undefined))
      throw new InputError('--branch and --remote are for --push. See --help.');
    if (values.push === true && values['dry-run'] === true)
      throw new InputError('--push and --dry-run exclude each other. See --help.');
    if (values.push === true) return await pushed(folder, requests, { ...values, json: values.json === true });
    const opened = await openRepositories(folder);
    const plan = planBumps(repositoryWith(opened, requests), requests);
    if ('unknown' in plan) throw new InputError(notFound(opened, plan.unknown));
    if (isRefused(plan)) {
      note(plan.refusal);
      return 1;
    }
    const written = values['dry-run'] !== true;
    const refusal = written ? writeBump(plan) : undefined;
    if (refusal !== undefined) {
      note(refusal);
      return 1;
    }
    plan.warnings.forEach(note);
    const diff = unifiedDiff(plan.files.map((file) => ({ ...file, path: plan.opened.prefix + file.path })));
    if (values.json === true) printJson({ diff, changes: plan.changes, warnings: plan.warnings, written });
    else print(diff);
    return 0;
  },
};

async function pushed(
  folder: string,
  requests: readonly BumpRequest[],
  { branch, remote, json }: { branch?: string | undefined; remote?: string | undefined; json: boolean },
): Promise<ExitCode> {
  const change = await pushChange(
    {
      folder,
      into: branch,
      plan: planFromBumps(requests),
      remotes: { remote, gitHubHosts: [gitHubHost()] },
      token: gitHubToken(gitHubHost()),
      describe: async (base, files) => (await describeProposal(base, files)).images,
      message: (images) => commitMessage(DEFAULT_COMMIT_TEMPLATE, templateValues(images), images),
    },
    { report: note },
  );
  if (isRefused(change)) {
    note(change.refusal);
    // A job that runs again has done its work already.
    if (change.isDone === true && json)
      printJson({ diff: '', changes: [], warnings: [], written: false, commit: null, branch: null });
    return change.isDone === true ? 0 : 1;
  }
  change.warnings.forEach(note);
  const diff = unifiedDiff(change.files);
  if (json)
    printJson({
      diff,
      changes: change.content,
      warnings: change.warnings,
      written: true,
      commit: change.commit,
      branch: change.branch,
    });
  else print(diff);
  note(`${change.commit.slice(0, 10)} is on ${change.branch} of ${change.remote}.`);
  return 0;
}
