/** Pushes of one commit to one branch: new branches of ours with a lease, other branches only forward. */
import type { Run } from './gitCommand.ts';
import { tryGit } from './gitCommand.ts';
import { withHooksApart } from './gitHooks.ts';
import { pushRefusal } from './gitRefusals.ts';
import type { Remote } from './gitRemotes.ts';

/** Hooks before a push may take their time. */
const PUSH_MILLISECONDS = 600_000;
const TOKEN_VARIABLE = 'GITOPS_COCKPIT_GIT_TOKEN';

export interface PushRequest {
  readonly remote: Remote;
  readonly commit: string;
  readonly branch: string;
  /** What the branch must still be: a commit, '' for a branch that must not be there yet. Without it the push only goes forward. */
  readonly lease?: string;
}

/** What Git asks for a token; without one, the user's own credential helpers are asked as ever. */
export interface Credentials {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** `moved` where the branch has changed meanwhile: nothing was pushed. @throws OutsideError where the remote or a hook refuses */
export async function push(
  folder: string,
  { remote, commit, branch, lease }: PushRequest,
  credentials: Credentials,
  run: Run = {},
): Promise<'pushed' | 'moved'> {
  const ref = `refs/heads/${branch}`;
  const leases = lease === undefined ? [] : [`--force-with-lease=${ref}:${lease}`];
  const args = ['push', '--porcelain', '--no-follow-tags', ...leases, '--', remote.name, `${commit}:${ref}`];
  const send = (env: Credentials['env']) =>
    tryGit(folder, args, { ...run, ...credentials, env, timeoutMilliseconds: PUSH_MILLISECONDS });
  const hasToken = Object.keys(credentials.env).length > 0;
  const result = await (hasToken ? withHooksApart(folder, credentials.env, run, send) : send(credentials.env));
  if (result.code === 0) return 'pushed';
  const refusal = pushRefusal(remote.name, branch, result.stdout, result.stderr);
  if (refusal === 'moved') return refusal;
  throw refusal;
}

/**
 * Lets Git ask us for the token, for the host of this remote alone. The user's own credential helpers are left out of such a command: Git would give
 * them our token to keep, and let them forget theirs. The token is in the environment of Git, never on a command line, in a URL or in a file, and hooks
 * do not inherit it.
 */
export function credentialsFor(remote: Remote, token: string | undefined): Credentials {
  const [, origin, host] = /^(https?:\/\/(?:[^/@]*@)?([^/:@]+)(?::\d+)?)(?:\/|$)/i.exec(remote.pushUrl) ?? [];
  if (token === undefined || origin === undefined || host === undefined || !remote.takesToken) return { env: {}, secrets: [] };
  if (!origin.startsWith('https:') && host !== '127.0.0.1' && host !== 'localhost') return { env: {}, secrets: [token] };
  const helper = `!f() { test "$1" = get && echo username=x-access-token && echo "password=$${TOKEN_VARIABLE}"; }; f`;
  // An empty helper takes back all before it; configuration in the environment comes after all files.
  const entries = [
    ['credential.helper', ''],
    [`credential.${origin.replace(/\/\/[^/@]*@/, '//')}.helper`, helper],
  ];
  const count = Number(process.env['GIT_CONFIG_COUNT'] ?? '0') || 0;
  const env: Record<string, string> = { [TOKEN_VARIABLE]: token, GIT_CONFIG_COUNT: String(count + entries.length) };
  for (const [index, [key = '', value = '']] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${String(count + index)}`] = key;
    env[`GIT_CONFIG_VALUE_${String(count + index)}`] = value;
  }
  return { env, secrets: [token] };
}
