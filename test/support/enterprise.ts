// A server of GitHub Enterprise on this machine: Git over HTTP and the API on one address, and the sign-in that VS Code itself has for it.
import type { GitHubDescription } from './github/description.ts';
import type { LocalGitHub } from './github/server.ts';
import { startLocalGitHub } from './github/server.ts';
import type { LocalRemote } from './localRemote.ts';
import { remoteToken, startLocalRemote } from './localRemote.ts';

export interface LocalEnterprise extends AsyncDisposable {
  readonly remote: LocalRemote;
  readonly hub: LocalGitHub;
  /** VS Code's settings for this server. */
  readonly settings: Readonly<Record<string, string>>;
  /** VS Code's secret storage after a sign-in as mira. */
  readonly secrets: Readonly<Record<string, string>>;
  /** A clone with `origin` at this server. */
  clone(name: string): Promise<string>;
}

export async function startEnterprise(description: GitHubDescription): Promise<LocalEnterprise> {
  const remote = await startLocalRemote();
  const hub = await startLocalGitHub(description, `${remote.root}/git`);
  hub.tokens[remoteToken] = { login: 'mira' };
  remote.api = hub.apiUrl;
  const session = { id: 'mira', account: { id: '1', label: 'mira' }, scopes: ['repo'], accessToken: remoteToken };
  const key = JSON.stringify({ extensionId: 'vscode.github-authentication', key: `${remote.host}/.ghes.auth` });
  return {
    remote,
    hub,
    settings: { 'github-enterprise.uri': remote.origin },
    secrets: { [key]: JSON.stringify([session]) },
    async clone(name) {
      const folder = await remote.clone(name);
      remote.git(folder, 'remote', 'set-url', 'origin', `${remote.origin}/acme/study-app-gitops.git`);
      return folder;
    },
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await remote[Symbol.asyncDispose]();
    },
  };
}
