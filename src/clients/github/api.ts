/** GitHub's API through octokit: the token is asked for with each request, answers are kept with their ETag, and reading is tried twice. */
import { Octokit } from '@octokit/rest';
import { RequestError } from '@octokit/request-error';
import { isLoopback } from '../../core/oci/registryAddress.ts';
import type { HostedRepository } from '../../core/git/remoteUrl.ts';
import { OutsideError } from '../errors.ts';

export interface GitHubOptions {
  readonly repository: HostedRepository;
  /** The token as it is now; undefined where nobody is signed in. */
  readonly token: () => Promise<string | undefined>;
  /** The editor's, which knows its proxy and certificates; Node's unless told. */
  readonly fetch?: typeof fetch | undefined;
  /** Only where it does not follow from the host. */
  readonly apiUrl?: string | undefined;
  /** Gets method, address and status of every request. */
  readonly log?: ((line: string) => void) | undefined;
}

const TIMEOUT_MILLISECONDS = 30_000;
const RETRY_MILLISECONDS = 1000;
const MOST_KEPT = 200;

/** A server of GitHub Enterprise has its API below /api/v3, on this machine without TLS; ghe.com and github.com have a host for it. */
export function apiUrlOf(host: string): string {
  if (host === 'github.com' || host.endsWith('.ghe.com')) return `https://api.${host}`;
  return `${isLoopback(host) ? 'http' : 'https'}://${host}/api/v3`;
}

interface Kept {
  readonly etag: string;
  readonly response: unknown;
}

export function createOctokit(options: GitHubOptions): Octokit {
  const nothing = () => undefined;
  const octokit = new Octokit({
    baseUrl: options.apiUrl ?? apiUrlOf(options.repository.host),
    userAgent: 'gitops-cockpit',
    // Octokit would print to the console.
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    request: options.fetch === undefined ? {} : { fetch: options.fetch },
  });
  const kept = new Map<string, Kept>();
  octokit.hook.wrap('request', async (request, requestOptions) => {
    const token = await options.token();
    if (token === undefined)
      throw new OutsideError('sign-in', 'Nobody is signed in to GitHub. Sign in, or open the compare page in the browser.');
    const { method } = requestOptions;
    const { url } = octokit.request.endpoint(requestOptions);
    const key = `${token} ${url}`;
    const known = method === 'GET' ? kept.get(key) : undefined;
    const asked = requestOptions.request?.signal;
    // Hooks share these options and pass on none of their own.
    requestOptions.headers.authorization = `token ${token}`;
    if (known !== undefined) requestOptions.headers['if-none-match'] = known.etag;
    const attempt = async (): Promise<Awaited<ReturnType<typeof request>>> => {
      const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
      const signal = asked === undefined ? timeout : AbortSignal.any([asked, timeout]);
      requestOptions.request = { ...requestOptions.request, signal };
      const response = await request(requestOptions);
      options.log?.(`${method} ${url} ${String(response.status)}`);
      return response;
    };
    try {
      const response = await attempt().catch(async (error: unknown) => {
        if (error instanceof RequestError) options.log?.(`${method} ${url} ${String(error.status)}`);
        if (method !== 'GET' || !isPassing(error)) throw error;
        await pause(RETRY_MILLISECONDS, asked);
        return await attempt();
      });
      const { etag } = response.headers;
      if (method === 'GET' && etag !== undefined) keep(kept, key, { etag, response });
      return response;
    } catch (error) {
      asked?.throwIfAborted();
      if (known !== undefined && error instanceof RequestError && error.status === 304) return known.response as never;
      throw error;
    }
  });
  return octokit;
}

/** The gateway had trouble; GitHub itself was not asked. */
function isPassing(error: unknown): boolean {
  return error instanceof RequestError && error.response !== undefined && [502, 503, 504].includes(error.status);
}

function keep(kept: Map<string, Kept>, key: string, entry: Kept): void {
  kept.delete(key);
  kept.set(key, entry);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
  signal?.throwIfAborted();
}
