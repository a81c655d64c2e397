/** The remotes of a repository: which one proposals are based on, which one they are pushed to, and what they have. */
import type { HostedRepository } from '../core/git/remoteUrl.ts';
import { gitHubRepository } from '../core/git/remoteUrl.ts';
import { OutsideError } from './errors.ts';
import type { Run } from './gitCommand.ts';
import { readGit, tryGit } from './gitCommand.ts';
import type { Credentials } from './gitPush.ts';
import { remoteRefusal } from './gitRefusals.ts';

export interface Remote {
  readonly name: string;
  /** As Git uses it, after `insteadOf`. */
  readonly url: string;
  readonly pushUrl: string;
  /** Where it is a repository on GitHub, by the address that Git uses or else by the one that is written. */
  readonly repository: HostedRepository | undefined;
  /** True where pushes go to the host of `repository` itself, so that a token for it may go there. */
  readonly takesToken: boolean;
}

export interface RemoteChoice {
  /** Has the branch that a proposal is to be merged into. */
  readonly base: Remote;
  /** Takes the branch of the proposal: `base` itself, or a fork. */
  readonly push: Remote;
}

export interface RemoteSettings {
  /** Name of the remote to base on (`gitopsCockpit.github.remote`). */
  readonly remote?: string | undefined;
  /** Hosts that are GitHub; github.com unless told. */
  readonly gitHubHosts?: readonly string[] | undefined;
}

export const GITHUB_HOSTS = ['github.com'] as const;
const NETWORK_MILLISECONDS = 120_000;

/** All remotes in Git's order. @throws OutsideError outside of a repository */
async function remotesOf(folder: string, gitHubHosts: readonly string[] = GITHUB_HOSTS, run: Run = {}): Promise<Remote[]> {
  const remotes = await readGit(folder, (simple) => simple.getRemotes(true), run);
  const written = await writtenUrls(folder, run);
  return remotes.map(({ name, refs: { fetch: url, push: pushUrl } }) => {
    const repository = gitHubRepository(url, gitHubHosts) ?? gitHubRepository(written.get(name) ?? '', gitHubHosts);
    const host = repository?.host;
    return { name, url, pushUrl, repository, takesToken: host !== undefined && gitHubRepository(pushUrl, [host]) !== undefined };
  });
}

/** Addresses before `insteadOf`, which may lead over a mirror. */
async function writtenUrls(folder: string, run: Run): Promise<Map<string, string>> {
  const { stdout } = await tryGit(folder, ['config', '--null', '--get-regexp', String.raw`^remote\..*\.url$`], run);
  const urls = new Map<string, string>();
  for (const entry of stdout.split('\0')) {
    const [, name = '', url = ''] = /^remote\.(.*)\.url\n([^]*)$/.exec(entry) ?? [];
    if (!urls.has(name)) urls.set(name, url);
  }
  return urls;
}

/**
 * The setting, else `upstream` where there is an `origin` beside it (then the fork of the user), else `origin`, else the only remote.
 * `remote.pushDefault` of Git's configuration says where to push. @throws OutsideError that says what to set
 */
export async function chooseRemotes(folder: string, settings: RemoteSettings, run: Run = {}): Promise<RemoteChoice> {
  const remotes = await remotesOf(folder, settings.gitHubHosts, run);
  const named = (name: string) => remotes.find((remote) => remote.name === name);
  const names = remotes.map(({ name }) => name).join(', ');
  const [first, second] = remotes;
  if (first === undefined)
    throw new OutsideError('setup', 'This repository has no remote to push to. Add one with git remote add origin URL.');
  const wanted = settings.remote ?? '';
  if (wanted !== '' && named(wanted) === undefined)
    throw new OutsideError('setup', `There is no remote ${wanted}. Set gitopsCockpit.github.remote to one of ${names}.`);
  const origin = named('origin');
  const conventional = origin === undefined ? undefined : (named('upstream') ?? origin);
  const base = named(wanted) ?? conventional ?? (second === undefined ? first : undefined);
  if (base === undefined)
    throw new OutsideError('setup', `There are several remotes (${names}). Set gitopsCockpit.github.remote to one of them.`);
  const pushDefault = (await tryGit(folder, ['config', '--get', 'remote.pushDefault'], run)).stdout.trim();
  const isFork = base.name === 'upstream' && wanted === '';
  return { base, push: named(pushDefault) ?? (isFork ? origin : undefined) ?? base };
}

/** Another remote on the same host that could be a fork of this one: the one named `fork`, else the only one with the same repository name. */
export async function forkOf(
  folder: string,
  remote: Remote,
  settings: RemoteSettings,
  run: Run = {},
): Promise<Remote | undefined> {
  const others = (await remotesOf(folder, settings.gitHubHosts, run)).filter(({ name }) => name !== remote.name);
  const byName = others.find(({ name }) => name === 'fork');
  if (byName !== undefined) return byName;
  const { repository } = remote;
  const alike = others.filter(
    (other) =>
      repository !== undefined && other.repository?.host === repository.host && other.repository.name === repository.name,
  );
  return alike.length === 1 ? alike[0] : undefined;
}

export interface RemoteState {
  /** Name of the branch that HEAD of the remote names, '' where it says none. */
  readonly defaultBranch: string;
  /** Commits by branch: of the default branch, and of those that were asked and are there. */
  readonly branches: ReadonlyMap<string, string>;
}

/** One look at a remote. @throws OutsideError where it cannot be reached or refuses */
export async function readRemote(
  folder: string,
  remote: Remote,
  branches: readonly string[],
  run: Run & Partial<Credentials> = {},
): Promise<RemoteState> {
  const refs = branches.map((branch) => `refs/heads/${branch}`);
  const options = { ...run, timeoutMilliseconds: NETWORK_MILLISECONDS };
  const result = await tryGit(folder, ['ls-remote', '--symref', '--', remote.name, 'HEAD', ...refs], options);
  if (result.code !== 0) throw remoteRefusal(remote.name, result.stderr);
  const found = new Map<string, string>();
  let defaultBranch = '';
  for (const line of result.stdout.split('\n')) {
    const [value = '', ref = ''] = line.split('\t');
    if (ref === 'HEAD' && value.startsWith('ref: refs/heads/')) defaultBranch = value.slice('ref: refs/heads/'.length);
    else if (ref === 'HEAD' && defaultBranch !== '') found.set(defaultBranch, value);
    // ls-remote matches the ends of names, too.
    else if (refs.includes(ref)) found.set(ref.slice('refs/heads/'.length), value);
  }
  return { defaultBranch, branches: found };
}

/** Names of the branches that begin with a prefix. @throws OutsideError where the remote cannot be reached or refuses */
export async function listBranches(
  folder: string,
  remote: Remote,
  prefix: string,
  run: Run & Partial<Credentials> = {},
): Promise<string[]> {
  const options = { ...run, timeoutMilliseconds: NETWORK_MILLISECONDS };
  const result = await tryGit(folder, ['ls-remote', '--', remote.name, `refs/heads/${prefix}*`], options);
  if (result.code !== 0) throw remoteRefusal(remote.name, result.stderr);
  const start = `refs/heads/${prefix}`;
  return result.stdout.split('\n').flatMap((line) => {
    const [, ref = ''] = line.split('\t');
    return ref.startsWith(start) ? [ref.slice('refs/heads/'.length)] : [];
  });
}

/** Gets the commits of branches, without touching any ref, tag or file of the repository. @throws OutsideError */
export async function fetchBranches(
  folder: string,
  remote: Remote,
  branches: readonly string[],
  run: Run & Partial<Credentials> = {},
): Promise<void> {
  const refs = branches.map((branch) => `refs/heads/${branch}`);
  // An empty refmap leaves the remote-tracking branches as they are.
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--refmap=',
    '--',
    remote.name,
  ];
  const result = await tryGit(folder, [...args, ...refs], { ...run, timeoutMilliseconds: NETWORK_MILLISECONDS });
  if (result.code !== 0) throw remoteRefusal(remote.name, result.stderr);
}
