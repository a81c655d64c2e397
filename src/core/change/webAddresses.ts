/** Addresses of pages on GitHub, made of names that come from files and templates. */
import type { HostedRepository } from '../git/remoteUrl.ts';
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

/** What changed in the application between two tags or commits, where its source is on GitHub. undefined where that is not known. */
export function sourceCompareLink(source: string, from: string, to: string): string | undefined {
  const [, place] = /^https:\/\/(github\.com\/[\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(source) ?? [];
  const isRef = (text: string) => /^[\w][\w.+-]{0,127}$/.test(text);
  if (place === undefined || from === to || !isRef(from) || !isRef(to)) return undefined;
  return `https://${place}/compare/${encodeURIComponent(from)}...${encodeURIComponent(to)}`;
}

/** A branch in the path of an address: its slashes stay. */
function refPath(ref: string): string {
  return ref.split('/').map(encodeURIComponent).join('/');
}
