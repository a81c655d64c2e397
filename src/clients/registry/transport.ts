/** Requests to registries: redirects by hand, sizes and times capped, credentials for their own host alone. */
import { isLoopback } from '../../core/oci/registryAddress.ts';
import { OutsideError } from '../errors.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly url: URL;
}

export interface Ask {
  readonly fetch: typeof fetch;
  readonly log?: ((line: string) => void) | undefined;
}

export interface AskOptions {
  readonly accept?: string;
  readonly authorization?: string | undefined;
  readonly form?: URLSearchParams;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

const MOST_REDIRECTS = 5;

/** @throws OutsideError where there is no answer, or one that is too long; the signal's reason */
export async function ask({ fetch, log }: Ask, url: URL, options: AskOptions): Promise<Answer> {
  let target = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const headers = new Headers(options.accept === undefined ? {} : { accept: options.accept });
    // Stored files are elsewhere, with addresses that need no credentials.
    if (options.authorization !== undefined && target.origin === url.origin) headers.set('authorization', options.authorization);
    let response: Response;
    try {
      response = await fetch(target, {
        method: options.form === undefined ? 'GET' : 'POST',
        headers,
        redirect: 'manual',
        signal: options.signal,
        ...(options.form === undefined ? {} : { body: options.form }),
      });
    } catch (error) {
      throw noAnswer(url, error, options.signal);
    }
    log?.(`${options.form === undefined ? 'GET' : 'POST'} ${target.origin}${target.pathname} ${String(response.status)}`);
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) {
      const body = await read(response, url, options);
      return { status: response.status, headers: response.headers, body, url: target };
    }
    await response.body?.cancel();
    const next = URL.canParse(location, target.href) ? new URL(location, target) : undefined;
    if (next === undefined || !isSafe(next, target) || options.form !== undefined)
      throw new OutsideError('refused', `${url.host} leads to an address that is not safe to follow. Nothing was read.`);
    target = next;
  }
  throw new OutsideError('unreachable', `${url.host} leads from one address to the next without end. Nothing was read.`);
}

/** With TLS; on this machine also without, for who is there already. */
export function isSafe(next: URL, from: URL): boolean {
  if (next.username !== '' || next.password !== '') return false;
  if (isLoopback(next.host)) return isLoopback(from.host);
  return next.protocol === 'https:';
}

async function read(response: Response, url: URL, { maxBytes, signal }: AskOptions): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      // Leaving the loop ends the transfer.
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw noAnswer(url, error, signal);
  }
  if (size > maxBytes)
    throw new OutsideError(
      'refused',
      `${url.host} sends more than ${String(Math.round(maxBytes / 1_000_000))} MB where a short answer belongs. Nothing was taken over.`,
    );
  return Buffer.concat(chunks);
}

function noAnswer(url: URL, error: unknown, signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (signal.aborted && reason instanceof Error && reason.name !== 'TimeoutError') return reason;
  if (error instanceof OutsideError) return error;
  const { code } = ((error as Error).cause ?? error) as { code?: unknown };
  const why = signal.aborted ? 'no answer in time' : typeof code === 'string' ? code : 'no connection';
  return new OutsideError(
    'unreachable',
    `${url.host} cannot be reached (${why}). Check the connection and the proxy settings, then try again.`,
  );
}
