/** Where a Git remote is: the host and the path, whichever of Git's ways of writing was used. */

export interface RemoteLocation {
  /** In lower case; with the port where one is written for HTTP, as it is part of the web address there. */
  readonly host: string;
  /** Without slashes at its ends and without `.git`. */
  readonly path: string;
  readonly protocol: 'http' | 'https' | 'ssh' | 'git';
}

/** A repository as GitHub names it. */
export interface HostedRepository {
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

const URL_PATTERN = /^(https?|ssh|git|git\+ssh|ssh\+git):\/\/(?:[^/@]*@)?(\[[0-9a-f:.]+\]|[^/:]+)(:\d+)?\/+(.*)$/i;
/** `git@github.com:acme/app.git`; a letter alone before the colon is a drive of Windows. */
const SCP_PATTERN = /^(?:[^/@:]+@)?(\[[0-9a-f:.]+\]|[^/:@]{2,}):(?!\/\/)\/*(.*)$/i;

/** undefined for paths of this machine and for what is no remote. */
export function parseRemoteUrl(url: string): RemoteLocation | undefined {
  const [, scheme, host, port = '', rest = ''] = URL_PATTERN.exec(url.trim()) ?? [];
  if (scheme !== undefined && host !== undefined) {
    const protocol = /^(?:https?|git)$/i.test(scheme) ? (scheme.toLowerCase() as 'http' | 'https' | 'git') : 'ssh';
    return location(protocol.startsWith('http') ? `${host}${port}` : host, rest, protocol);
  }
  const [, scpHost, path = ''] = SCP_PATTERN.exec(url.trim()) ?? [];
  return scpHost === undefined ? undefined : location(scpHost, path, 'ssh');
}

/** undefined for what is not an owner and a name below a host. */
export function hostedRepository(url: string): HostedRepository | undefined {
  const remote = parseRemoteUrl(url);
  const [owner, name, ...more] = remote?.path.split('/') ?? [];
  if (remote === undefined || owner === undefined || name === undefined || more.length > 0) return undefined;
  return isName(owner) && isName(name) ? { host: remote.host, owner, name } : undefined;
}

/** The repository that a remote is, where its host is one of the GitHub hosts; `ssh.github.com` is GitHub over the port of HTTPS. */
export function gitHubRepository(url: string, hosts: readonly string[]): HostedRepository | undefined {
  const found = hostedRepository(url);
  const host = found?.host.replace(/^(?:www|ssh)\.(?=github\.com$)/, '');
  return found === undefined || host === undefined || !hosts.includes(host) ? undefined : { ...found, host };
}

/** What GitHub allows in names of owners and repositories; nothing of it has to be escaped in a path. */
function isName(text: string): boolean {
  return /^[\w.-]{1,100}$/.test(text) && text !== '.' && text !== '..';
}

function location(host: string, path: string, protocol: RemoteLocation['protocol']): RemoteLocation | undefined {
  const trimmed = path
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return trimmed === '' ? undefined : { host: host.toLowerCase(), path: trimmed, protocol };
}
