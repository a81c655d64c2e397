/** The URL of a Git remote. */

/** A repository as GitHub names it. */
export interface HostedRepository {
  /** In lower case. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

const URL =
  /^(?:(?:https?|ssh|git):\/\/(?:[^@/\s]+@)?([^/:\s]+)(?::\d+)?\/|(?:[^@/\s]+@)([^/:\s]+):)([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/;

/** undefined for a URL that is not of the form `https://host/owner/name` or `git@host:owner/name`. */
export function hostedRepository(url: string): HostedRepository | undefined {
  const [, web, ssh, owner, name] = URL.exec(url) ?? [];
  const host = web ?? ssh;
  return host === undefined || owner === undefined || name === undefined ? undefined : { host: host.toLowerCase(), owner, name };
}
