/** Credentials for registries, as `docker login` has left them: in Docker's configuration or with its credential helpers. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../process.ts';

export interface RegistryCredential {
  readonly user: string;
  readonly password: string;
  /** True for a token that is exchanged for others, not a password. */
  readonly isIdentityToken: boolean;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

const HELPER_LIMITS = { timeoutMilliseconds: 15_000, maxBytes: 100_000 };

/** Docker's folder: $DOCKER_CONFIG, or .docker in the home. */
function dockerFolder(): string {
  return process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
}

/** What is kept for a registry (`docker.io`, `ghcr.io`); undefined where there is nothing, or where it cannot be read. */
export async function dockerCredential(
  domain: string,
  folder = dockerFolder(),
  signal?: AbortSignal,
): Promise<RegistryCredential | undefined> {
  const config = readConfig(folder);
  const keys = keysOf(domain);
  const helper = keys.map((key) => config.credHelpers?.[key]).find((name) => name !== undefined) ?? config.credsStore;
  if (helper !== undefined && helper !== '') {
    for (const key of domain === 'docker.io' ? ['https://index.docker.io/v1/'] : [domain, `https://${domain}`]) {
      const found = await askHelper(helper, key, signal);
      if (found !== undefined) return found;
    }
  }
  for (const [key, entry] of Object.entries(config.auths ?? {})) if (keys.includes(bare(key))) return fromEntry(entry);
  return undefined;
}

function readConfig(folder: string): DockerConfig {
  try {
    const value = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as unknown;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function keysOf(domain: string): string[] {
  return domain === 'docker.io'
    ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io']
    : [domain];
}

/** Keys are hosts, or addresses from older times. */
function bare(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function fromEntry({ auth = '', identitytoken = '' }: { auth?: string; identitytoken?: string }): RegistryCredential | undefined {
  if (identitytoken !== '') return { user: '', password: identitytoken, isIdentityToken: true };
  const [user = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '').split(':');
  return user === '' || password.length === 0 ? undefined : { user, password: password.join(':'), isIdentityToken: false };
}

/** Speaks docker-credential-helpers: the server on standard input, JSON on standard output. */
async function askHelper(
  helper: string,
  server: string,
  signal: AbortSignal | undefined,
): Promise<RegistryCredential | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return undefined;
  try {
    const program = {
      name: `docker-credential-${helper}`,
      args: ['get'],
      folder: homedir(),
      environment: process.env,
      input: server,
    };
    const { exitCode, output } = await runProgram(program, { ...HELPER_LIMITS, signal });
    if (exitCode !== 0) return undefined;
    const { Username: user, Secret: secret } = JSON.parse(output.toString('utf8')) as { Username?: unknown; Secret?: unknown };
    if (typeof user !== 'string' || typeof secret !== 'string' || secret === '') return undefined;
    return { user, password: secret, isIdentityToken: user === '<token>' };
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}
