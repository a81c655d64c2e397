/** Addresses of pages on GitHub, made of names that come from files and templates. */
import type { HostedRepository } from '../git/remoteUrl.ts';
import { gitHubRepository } from '../git/remoteUrl.ts';
import type { PullRequestText } from './pullRequestText.ts';

/** Servers refuse longer request lines. */
const LONGEST_URL = 7500;

export interface CompareRequest {
  readonly repository: HostedRepository;
  readonly base: string;
  readonly head: string;
  /** Owner of the fork that has the branch, where it is not in the repository itself. */
  readonly headOwner?: string | undefined;
  readonly labels?: readonly string[];
}

/** The page on which a person opens the pull request, with everything filled in. A text that is too long for an address is cut from its end. */
export function comparePage({ repository, base, head, headOwner, labels = [] }: CompareRequest, text: PullRequestText): string {
  const { host, owner, name } = repository;
  const range = `${refPath(base)}...${headOwner === undefined ? '' : `${headOwner}:`}${refPath(head)}`;
  const address = (body: string) => {
    const query = new URLSearchParams({ expand: '1', title: text.title, body });
    if (labels.length > 0) query.set('labels', labels.join(','));
    return `https://${host}/${owner}/${name}/compare/${range}?${query.toString()}`;
  };
  let body = text.body;
  if (address(body).length > LONGEST_URL) body = body.replace(/<details>[^]*<\/details>\s*/g, '');
  while (body !== '' && address(body).length > LONGEST_URL) body = body.slice(0, Math.floor(body.length * 0.8)).trimEnd();
  return address(body);
}

/** Where an image comes from, as its labels say: a repository and a commit of it, '' where they do not say. */
interface Built {
  readonly source: string;
  readonly revision: string;
}

/** What changed in the application between two images, where both name a commit of one repository on a host of GitHub. A tag need not be one of Git. */
export function sourceCompareLink(from: Built, to: Built, hosts: readonly string[]): string | undefined {
  const [before, after] = [gitHubRepository(from.source, hosts), gitHubRepository(to.source, hosts)];
  const isCommit = (text: string) => /^[0-9a-f]{7,64}$/.test(text);
  if (before === undefined || after === undefined || !isCommit(from.revision) || !isCommit(to.revision)) return undefined;
  const [place, old] = [after, before].map(({ host, owner, name }) => `https://${host}/${owner}/${name}`);
  if (place === undefined || place.toLowerCase() !== old?.toLowerCase() || from.revision === to.revision) return undefined;
  return `${place}/compare/${from.revision}...${to.revision}`;
}

/** A branch in the path of an address: its slashes stay. */
function refPath(ref: string): string {
  return ref.split('/').map(encodeURIComponent).join('/');
}
