/** The pull requests of one repository on GitHub. Answers are kept with their ETags, and nothing is asked while GitHub wants to be left alone. */
import { OutsideError } from '../clients/errors.ts';
import { chooseRemotes } from '../clients/gitRemotes.ts';
import type { MergedPullRequest, PullRequestState } from '../clients/github.ts';
import { GitHub } from '../clients/github.ts';
import type { HostedRepository } from '../core/git/remoteUrl.ts';
import type { RepositorySession } from './repositorySession.ts';
import type { Session } from './session.ts';
import { remoteSettings } from './settings.ts';

/** More open proposals than that are not looked at one by one. */
const MOST_PROPOSALS = 20;

export class RepositoryProposals {
  private readonly session: Session;
  private readonly folder: string;
  private known: { readonly repository: HostedRepository; readonly gitHub: GitHub } | undefined;
  private pausedUntil = 0;
  private pause: OutsideError | undefined;

  constructor(session: Session, { folder }: RepositorySession) {
    this.session = session;
    this.folder = folder;
  }

  /** Where to sign in; '' where the remote is not on GitHub, or not known yet. */
  get host(): string {
    return this.known?.repository.host ?? '';
  }

  /** Those that are open, newest first. @throws OutsideError; the signal's reason */
  async open(mayAsk: boolean, signal: AbortSignal): Promise<PullRequestState[]> {
    return await this.ask(mayAsk, signal, async (gitHub) => {
      const numbers = (await gitHub.listProposals(signal)).slice(0, MOST_PROPOSALS);
      return await Promise.all(numbers.map((number) => gitHub.readPullRequest(number, signal)));
    });
  }

  /** Those that were merged since a time, of each branch the newest. Nobody is asked to sign in for it. @throws OutsideError; the signal's reason */
  async merged(since: number, signal: AbortSignal): Promise<MergedPullRequest[]> {
    const all = await this.ask(false, signal, (gitHub) => gitHub.listMerged(since, signal));
    return all
      .filter(({ branch }, index) => all.findIndex((other) => other.branch === branch) === index)
      .slice(0, MOST_PROPOSALS);
  }

  /** @throws OutsideError; the signal's reason */
  async ask<T>(mayAsk: boolean, signal: AbortSignal, work: (gitHub: GitHub) => Promise<T>): Promise<T> {
    if (this.pause !== undefined && Date.now() < this.pausedUntil) throw this.pause;
    const gitHub = await this.connect(signal);
    const token = await this.session.client.gitHubToken(this.host, mayAsk, signal);
    if (token === undefined)
      throw new OutsideError('sign-in', 'Nobody is signed in to GitHub. Sign in to see and merge pull requests.');
    try {
      return await work(gitHub);
    } catch (error) {
      if (error instanceof OutsideError && error.until !== undefined) {
        this.pause = error;
        this.pausedUntil = error.until;
      }
      throw error;
    }
  }

  private async connect(signal: AbortSignal): Promise<GitHub> {
    const { client, serverSettings } = this.session;
    const { base } = await chooseRemotes(this.folder, remoteSettings(serverSettings), { signal });
    const { repository } = base;
    if (repository === undefined)
      throw new OutsideError(
        'setup',
        `The remote "${base.name}" is not on GitHub. Add a GitHub remote, or set gitopsCockpit.github.remote.`,
      );
    const known = this.known?.repository;
    if (
      this.known === undefined ||
      known?.host !== repository.host ||
      known.owner !== repository.owner ||
      known.name !== repository.name
    ) {
      const token = () => client.gitHubToken(repository.host, false);
      this.known = { repository, gitHub: new GitHub({ repository, token, fetch: client.fetch, log: client.log }) };
    }
    return this.known.gitHub;
  }
}
