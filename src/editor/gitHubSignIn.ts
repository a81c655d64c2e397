/** Tokens of GitHub out of VS Code's own sign-in. They go to whoever asked and are kept nowhere. */
import { CancellationError, authentication, l10n } from 'vscode';
import type { TokenParams } from '../protocol/client.ts';
import { enterpriseUrl } from './settings.ts';

/** What reading and opening pull requests of private repositories takes. */
const scopes = ['repo'];
/** What VS Code's own Git commands have signed in with, and the GitHub Pull Requests extension: enough, and often there already. */
const otherScopes = [
  ['repo', 'workflow', 'user:email', 'read:user'],
  ['read:user', 'user:email', 'repo', 'workflow', 'project', 'read:org'],
];

/** null where nobody is signed in, or the person does not want to. */
export async function gitHubToken({ host, mayAsk }: TokenParams): Promise<string | null> {
  const provider = providerOf(host);
  if (provider === undefined) return null;
  for (const known of [scopes, ...otherScopes]) {
    const session = await authentication.getSession(provider, known, { silent: true });
    if (session !== undefined) return session.accessToken;
  }
  if (!mayAsk) return null;
  try {
    return (await authentication.getSession(provider, scopes, { createIfNone: true })).accessToken;
  } catch {
    // The person closed the question, or the sign-in did not work out and VS Code has told why.
    return null;
  }
}

/** Signs in anew, as the present sign-in is not accepted or not enough. @throws CancellationError where the person does not want to */
export async function signInAgain(host: string): Promise<void> {
  const provider = providerOf(host);
  if (provider === undefined) return;
  const detail = l10n.t('GitHub does not accept the present sign-in for this repository.');
  try {
    await authentication.getSession(provider, scopes, { forceNewSession: { detail } });
  } catch {
    throw new CancellationError();
  }
}

/** The token of a server goes to that server alone: a repository can name any host. */
function providerOf(host: string): 'github' | 'github-enterprise' | undefined {
  if (host === 'github.com') return 'github';
  const url = enterpriseUrl();
  return URL.canParse(url) && new URL(url).host === host ? 'github-enterprise' : undefined;
}
