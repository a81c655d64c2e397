/** Requests to one registry with the sign-in that it asks for: anonymous, basic, or by a token server. */
import { parseChallenge } from '../../core/oci/registryAnswers.ts';
import type { Challenge } from '../../core/oci/registryAnswers.ts';
import type { RegistryAddress } from '../../core/oci/registryAddress.ts';
import { OutsideError } from '../errors.ts';
import type { RegistryCredential } from './dockerConfig.ts';
import type { Answer, Ask } from './transport.ts';
import { ask, isSafe } from './transport.ts';

export interface Session extends Ask {
  /** What is known for a registry; asked only where it wants to know who asks. */
  readonly credential: (domain: string, signal: AbortSignal) => Promise<RegistryCredential | undefined>;
  /** Authorizations by host and scope, until they end. */
  readonly authorizations: Map<string, { readonly header: string; readonly until: number }>;
  readonly now: () => number;
}

const TOKEN_BYTES = 1_000_000;
/** The least that a token holds when the server does not say. */
const TOKEN_SECONDS = 60;

/** @throws OutsideError; the signal's reason */
export async function askRegistry(
  session: Session,
  address: RegistryAddress,
  target: URL,
  options: { readonly accept: string; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Answer> {
  const key = `${address.host} ${address.path}`;
  const known = session.authorizations.get(key);
  const authorization = known !== undefined && known.until > session.now() ? known.header : undefined;
  const first = await ask(session, target, { ...options, authorization });
  if (first.status !== 401) return first;
  const challenge = parseChallenge(first.headers.get('www-authenticate') ?? '');
  if (challenge === undefined) return first;
  const granted = await authorize(session, address, target, challenge, options.signal);
  if (granted === undefined) return first;
  session.authorizations.set(key, granted);
  const second = await ask(session, target, { ...options, authorization: granted.header });
  if (second.status === 401 || second.status === 403) session.authorizations.delete(key);
  return second;
}

async function authorize(
  session: Session,
  address: RegistryAddress,
  target: URL,
  challenge: Challenge,
  signal: AbortSignal,
): Promise<{ readonly header: string; readonly until: number } | undefined> {
  const credential = await session.credential(address.domain, signal);
  if (challenge.scheme === 'basic') {
    if (credential === undefined || credential.isIdentityToken) return undefined;
    return { header: basic(credential), until: Number.POSITIVE_INFINITY };
  }
  const realm = URL.canParse(challenge.realm) ? new URL(challenge.realm) : undefined;
  if (realm === undefined || !isSafe(realm, target))
    throw new OutsideError(
      'refused',
      `${address.host} asks to sign in at an address that is not safe. No credentials were sent.`,
    );
  const scope = `repository:${address.path}:pull`;
  if (challenge.service !== '') realm.searchParams.set('service', challenge.service);
  realm.searchParams.set('scope', scope);
  const mayKnow = credential !== undefined && isOfRegistry(realm.host, address.host);
  // What is public can be read although the credentials are out of date.
  const answer = mayKnow ? await askWith(session, realm, challenge.service, scope, credential, signal) : undefined;
  const token = tokenOf(answer) ?? tokenOf(await ask(session, realm, { maxBytes: TOKEN_BYTES, signal }));
  return token === undefined ? undefined : { header: `Bearer ${token.text}`, until: session.now() + token.seconds * 1000 };
}

async function askWith(
  session: Session,
  realm: URL,
  service: string,
  scope: string,
  credential: RegistryCredential,
  signal: AbortSignal,
): Promise<Answer> {
  if (!credential.isIdentityToken)
    return await ask(session, realm, { maxBytes: TOKEN_BYTES, authorization: basic(credential), signal });
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'gitops-cockpit',
    service,
    scope,
    refresh_token: credential.password,
  });
  return await ask(session, new URL(realm.pathname, realm), { maxBytes: TOKEN_BYTES, form, signal });
}

/** Registries whose token server is another host of the same owner. Every other one gives tokens itself, at its own port, or gets no credentials. */
const TOKEN_SERVERS: ReadonlyMap<string, string> = new Map([
  ['registry-1.docker.io', 'auth.docker.io'],
  ['registry.gitlab.com', 'gitlab.com'],
]);

function isOfRegistry(realm: string, registry: string): boolean {
  return realm === registry || realm === TOKEN_SERVERS.get(registry);
}

function tokenOf(answer: Answer | undefined): { readonly text: string; readonly seconds: number } | undefined {
  if (answer?.status !== 200) return undefined;
  try {
    const {
      token,
      access_token: accessToken,
      expires_in: seconds,
    } = JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>;
    const text = typeof token === 'string' && token !== '' ? token : accessToken;
    // The header of a request takes no line break, and nothing that is not visible.
    if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) return undefined;
    // Half of the time, so that it does not end on the way.
    return { text, seconds: Math.max(TOKEN_SECONDS, typeof seconds === 'number' ? seconds : 0) / 2 };
  } catch {
    return undefined;
  }
}

function basic({ user, password }: RegistryCredential): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
