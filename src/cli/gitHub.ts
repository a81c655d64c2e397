/** GitHub as the command line knows it: from the environment, as workflows and the gh program have it. */
import { GITHUB_HOSTS } from '../clients/gitRemotes.ts';

/** The token of the environment; undefined where there is none. Never an argument, which other processes could read. */
export function gitHubToken(): string | undefined {
  return [process.env['GITHUB_TOKEN'], process.env['GH_TOKEN']].find((token) => token !== undefined && token !== '');
}

/** github.com, and the server that a workflow runs on. */
export function gitHubHosts(): string[] {
  const server = process.env['GITHUB_SERVER_URL'] ?? '';
  return [...GITHUB_HOSTS, ...(URL.canParse(server) ? [new URL(server).host] : [])];
}

/** The address of the API that a workflow is told. */
export function gitHubApiUrl(): string | undefined {
  return process.env['GITHUB_API_URL'] || undefined;
}
