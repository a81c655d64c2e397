/** GitHub as the command line knows it: from the environment, as workflows and the gh program have it. */
import { GITHUB_HOSTS } from '../clients/gitRemotes.ts';

/** The host that the token and the API of the environment are for: of the server that a workflow runs on, else github.com. */
export function gitHubHost(): string {
  const server = process.env['GITHUB_SERVER_URL'] ?? '';
  return URL.canParse(server) ? new URL(server).host : GITHUB_HOSTS[0];
}

/** The token of the environment, for its own host alone; undefined where there is none. Never an argument, which other processes could read. */
export function gitHubToken(host: string): string | undefined {
  if (host !== gitHubHost()) return undefined;
  return [process.env['GITHUB_TOKEN'], process.env['GH_TOKEN']].find((token) => token !== undefined && token !== '');
}

/** github.com, and the server that a workflow runs on. */
export function gitHubHosts(): string[] {
  return [...GITHUB_HOSTS, gitHubHost()];
}

/** The address of the API that a workflow is told, for the server that it runs on. */
export function gitHubApiUrl(host: string): string | undefined {
  return host === gitHubHost() ? process.env['GITHUB_API_URL'] || undefined : undefined;
}
