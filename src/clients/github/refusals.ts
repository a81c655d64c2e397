/** What GitHub's refusals mean for the user. Nothing of a request is repeated, so that no token can be in it. */
import type { RequestError } from '@octokit/request-error';
import { OutsideError } from '../errors.ts';

/** What was asked for, as a clause such as `opening a pull request in acme/app`. */
export function gitHubRefusal(error: RequestError, what: string, now = Date.now()): OutsideError {
  const { status, response } = error;
  if (response === undefined) return unreachable(what, error);
  const said = messageOf(response.data);
  const headers = response.headers;
  const signOn = /url=(\S+)/.exec(String(headers['x-github-sso'] ?? ''))?.[1];
  if (signOn !== undefined)
    return new OutsideError(
      'sign-in',
      `The organization asks for single sign-on before ${what}. Authorise your sign-in at ${signOn}, then try again.`,
    );
  if (status === 401) return new OutsideError('sign-in', `GitHub no longer accepts your sign-in. Sign in again before ${what}.`);
  const until = limitedUntil(status, headers, said, now);
  if (until !== undefined)
    return new OutsideError(
      'rate-limit',
      `GitHub takes no more requests from you until ${clock(until)}. Try ${what} again then.`,
      { until },
    );
  const missing = missingScopes(headers);
  if ((status === 403 || status === 404) && missing.length > 0)
    return new OutsideError(
      'permission',
      `Your sign-in lacks ${missing.join(' or ')}, which ${what} needs. Sign in again and grant it.`,
    );
  if (status === 403)
    return new OutsideError('permission', `GitHub does not allow ${what}: ${said}. Ask for that right, or use another account.`);
  if (status === 404)
    return new OutsideError(
      'not-found',
      `GitHub finds nothing for ${what}, or you may not see it. Check the address, and that you are signed in with the right account.`,
    );
  if (status >= 500)
    return new OutsideError(
      'unreachable',
      `GitHub has trouble of its own (${String(status)}) with ${what}. Try again in a minute.`,
    );
  return new OutsideError(status === 409 ? 'conflict' : 'refused', `GitHub refused ${what}: ${said}.`);
}

function unreachable(what: string, error: unknown): OutsideError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, name } = cause as { code?: unknown; name?: unknown };
  const why = name === 'TimeoutError' ? 'no answer in time' : typeof code === 'string' ? code : 'no connection';
  return new OutsideError(
    'unreachable',
    `GitHub cannot be reached for ${what} (${why}). Check the connection and the proxy settings, then try again.`,
  );
}

/** GitHub's own words: the message, and what each error of a validation says. */
export function messageOf(data: unknown): string {
  const { message, errors } = (data ?? {}) as { message?: unknown; errors?: unknown };
  const details = (Array.isArray(errors) ? errors : []).flatMap((entry: unknown) => {
    const {
      message: own,
      field,
      code,
    } = (typeof entry === 'object' && entry !== null ? entry : { message: entry }) as Record<string, unknown>;
    if (typeof own === 'string') return [own];
    return typeof field === 'string' ? [`${field} is ${String(code)}`] : [];
  });
  const words = details.length > 0 ? details.join(', ') : typeof message === 'string' ? message : 'it did not say why';
  return words
    .replace(/\s+/g, ' ')
    .replace(/[.:]+$/, '')
    .slice(0, 300);
}

/** When requests are taken again, for the limit of an hour and for the secondary ones. */
function limitedUntil(status: number, headers: Readonly<Record<string, unknown>>, said: string, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const wait = Number(headers['retry-after'] ?? Number.NaN);
  if (!Number.isNaN(wait)) return now + wait * 1000;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (headers['x-ratelimit-remaining'] === '0' && !Number.isNaN(reset)) return reset * 1000;
  return status === 429 || /rate limit/i.test(said) ? now + 60_000 : undefined;
}

function clock(milliseconds: number): string {
  const date = new Date(milliseconds);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Scopes of which one is needed and none is there. Fine-grained tokens say nothing. */
function missingScopes(headers: Readonly<Record<string, unknown>>): string[] {
  const list = (name: string) => {
    const value = headers[name];
    const scopes = typeof value === 'string' ? value.split(',') : [];
    return scopes.map((scope) => scope.trim()).filter((scope) => scope !== '');
  };
  if (headers['x-oauth-scopes'] === undefined) return [];
  const [has, needed] = [list('x-oauth-scopes'), list('x-accepted-oauth-scopes')];
  return needed.some((scope) => has.includes(scope)) ? [] : needed;
}
