/** Ways to land a change, and the two of them that need more than an edit: a commit, and a pull request. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { isRepository } from '../../clients/git.ts';
import { OutsideError } from '../../clients/errors.ts';
import type { RegistryImage } from '../../clients/registry.ts';
import { currentBranch } from '../../clients/gitCommit.ts';
import { chooseRemotes } from '../../clients/gitRemotes.ts';
import { commitMessage, DEFAULT_COMMIT_TEMPLATE, templateValues } from '../../core/change/commitText.ts';
import { isRefused } from '../../core/change/plan.ts';
import { writtenNames } from '../../core/change/proposalNames.ts';
import { DEFAULT_BRANCH_TEMPLATE, proposalBranch } from '../../core/git/branchName.ts';
import { isProductionLike } from '../../core/repository/environmentNames.ts';
import { landingsFor } from '../../core/repository/landing.ts';
import type { ServerSettings } from '../../protocol.ts';
import type { Committed, Landable, LandingChoice, LandingRefusal, LandParams, Proposed } from '../../protocol/proposal.ts';
import { commitChange } from '../../workflows/commitChange.ts';
import { planFromTexts } from '../../workflows/planOnBase.ts';
import { changedImages } from '../../workflows/proposalContent.ts';
import type { ProposalSettings } from '../../workflows/proposeChange.ts';
import { proposeChange } from '../../workflows/proposeChange.ts';
import { abortSignal } from '../abortSignal.ts';
import type { LandableChange } from '../landable.ts';
import { landableChange, unsaved } from '../landable.ts';
import type { Session } from '../session.ts';
import { remoteSettings } from '../settings.ts';
import { withOverlay } from '../tagEditSides.ts';

const UNTRUSTED: LandingRefusal = { refusal: 'Nothing is committed or pushed in a folder that is not trusted. Trust it first.' };

const EDIT = { landing: 'edit', does: '', branch: '', obstacle: '' } as const;

export async function landingsOf(session: Session, change: Landable, token: CancellationToken): Promise<LandingChoice[]> {
  const signal = abortSignal(token);
  const found = await landableChange(session, change, signal);
  // The files are others already: whoever takes the edit is told, and can plan again.
  if (isRefused(found)) return change.kind === 'plan' ? [{ ...EDIT, careful: [] }] : [];
  const { repository, environments, names } = found;
  const policies = repository.policies(session.placementSettings, session.serverSettings.environments.policy);
  const careful = environments.filter(isProductionLike);
  const edit: LandingChoice = { ...EDIT, careful };
  const hasGit = session.trusted && (await isRepository(repository.folder, signal));
  const choices = new Map([[edit.landing, edit]]);
  if (hasGit) {
    const branch = (await currentBranch(repository.folder, { signal })) ?? '';
    const obstacle = branch === '' ? 'No branch is checked out, so a commit would be on none.' : (unsaved(session, found) ?? '');
    choices.set('commit', { landing: 'commit', does: 'these lines alone, and pushes nothing', branch, obstacle, careful });
    choices.set('pullRequest', { ...(await proposalChoice(session, found, names, signal)), careful });
  }
  const order = landingsFor(environments, policies);
  return order
    .flatMap((landing) => choices.get(landing) ?? [])
    .filter(({ landing }) => landing !== 'edit' || change.kind === 'plan');
}

async function proposalChoice(
  session: Session,
  { repository }: LandableChange,
  names: LandableChange['names'],
  signal: AbortSignal,
): Promise<Omit<LandingChoice, 'careful'>> {
  const { serverSettings: settings } = session;
  const branch = proposalBranch(settings.git.branchTemplate || DEFAULT_BRANCH_TEMPLATE, names);
  const choice = { landing: 'pullRequest', branch, does: '', obstacle: '' } as const;
  try {
    const { base, push } = await chooseRemotes(repository.folder, remoteSettings(settings), { signal });
    if (base.repository === undefined) return { ...choice, obstacle: `The remote "${base.name}" is not on GitHub.` };
    return { ...choice, does: `pushes ${branch} to ${push.name}` };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { ...choice, obstacle: error.message };
  }
}

export async function commit(
  session: Session,
  { change, workDoneToken }: LandParams,
  token: CancellationToken,
): Promise<Committed | LandingRefusal> {
  if (!session.trusted) return UNTRUSTED;
  const run = session.client.run(workDoneToken, token);
  return await refusable(async () => {
    const found = await landableChange(session, change, run.signal);
    if (isRefused(found)) return found;
    const dirty = unsaved(session, found);
    if (dirty !== undefined) return { refusal: dirty };
    const { repository, files, names } = found;
    const next = withOverlay(session, repository, new Map(files.map(({ path, after }) => [path, after])));
    const images = changedImages(repository.inventory(session.placementSettings), next.inventory);
    const template = session.serverSettings.git.commitTemplate || DEFAULT_COMMIT_TEMPLATE;
    return await commitChange(
      repository.folder,
      files,
      commitMessage(template, templateValues(images, writtenNames(names)), images),
      run,
    );
  });
}

export async function propose(
  session: Session,
  { change, workDoneToken }: LandParams,
  token: CancellationToken,
): Promise<Proposed | LandingRefusal> {
  if (!session.trusted) return UNTRUSTED;
  const run = session.client.run(workDoneToken, token);
  return await refusable(async () => {
    const found = await landableChange(session, change, run.signal);
    if (isRefused(found)) return found;
    const { repository, files, names, warnings } = found;
    // Whoever asked for a pull request may be asked to sign in, once.
    let mayAsk = true;
    const done = await proposeChange(
      {
        folder: repository.folder,
        names,
        plan: planFromTexts(files, warnings),
        settings: proposalSettings(session.serverSettings),
        token: async (host) => {
          const given = await session.client.gitHubToken(host, mayAsk, run.signal);
          mayAsk = false;
          return given;
        },
        fetch: session.client.fetch,
        engine: session.renderer.started(),
        release: (image, version, signal) => releaseOf(session, image, version, signal),
        summarize: session.serverSettings.pullRequest.summary
          ? (prompt, signal) => session.client.summary(prompt, signal)
          : undefined,
      },
      run,
    );
    if (isRefused(done)) return done;
    const { proposal, pullRequest, comparePage, notes } = done;
    session.client.proposalsChanged();
    const opened = pullRequest && { number: pullRequest.number, url: pullRequest.url, outcome: pullRequest.outcome };
    return { branch: proposal.branch, base: proposal.base, pullRequest: opened ?? null, comparePage, notes };
  });
}

/** Where registries may be asked by the setting, or a person asked this one for tags of the image already. */
async function releaseOf(
  { registries, serverSettings }: Session,
  image: string,
  version: string,
  signal: AbortSignal,
): Promise<RegistryImage | undefined> {
  if (!serverSettings.registry.enabled && registries.known(image) === undefined) return undefined;
  // The registry knows a tag with its digest by the digest.
  return await registries.image(image, version.slice(version.indexOf('@') + 1), signal);
}

function proposalSettings(settings: ServerSettings): ProposalSettings {
  const { autoMerge, summary: _, ...pullRequest } = settings.pullRequest;
  return {
    ...remoteSettings(settings),
    ...settings.git,
    ...pullRequest,
    autoMerge: autoMerge === 'off' ? undefined : autoMerge,
  };
}

/** What the outside refuses is an answer; only what nobody foresaw is an error. `host`: where to sign in. */
export async function refusable<T extends object>(
  work: () => Promise<T | LandingRefusal>,
  host: () => string = () => '',
): Promise<T | LandingRefusal> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const { message: refusal, problem } = error;
    if (problem === 'setup') return { refusal, offer: { kind: 'settings' } };
    return problem === 'sign-in' && host() !== '' ? { refusal, offer: { kind: 'signIn', host: host() } } : { refusal };
  }
}
