/** Tags and images in registries (OCI distribution specification). Only registries that the caller names are asked. */
import { createHash } from 'node:crypto';
import type { RegistryAddress } from '../core/oci/registryAddress.ts';
import { isLoopback, registryAddress } from '../core/oci/registryAddress.ts';
import type { Descriptor, Manifest } from '../core/oci/registryAnswers.ts';
import { errorCodes, nextLink, parseImageConfig, parseManifest } from '../core/oci/registryAnswers.ts';
import { OutsideError } from './errors.ts';
import type { RegistryCredential } from './registry/dockerConfig.ts';
import { dockerCredential } from './registry/dockerConfig.ts';
import type { Session } from './registry/session.ts';
import { askRegistry } from './registry/session.ts';
import type { Answer } from './registry/transport.ts';

export interface RegistryOptions {
  /** Registries that may be asked, as in names of images (`ghcr.io`, `docker.io`, `localhost:5000`): those that the repository names. */
  readonly domains: () => ReadonlySet<string>;
  /** The editor's, which knows its proxy and certificates; Node's unless told. */
  readonly fetch?: typeof fetch | undefined;
  /** A token of GitHub for ghcr.io, where Docker knows none. */
  readonly gitHubToken?: (() => Promise<string | undefined>) | undefined;
  /** Docker's folder; the user's unless told. undefined credentials mean anonymous. */
  readonly dockerFolder?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
  readonly now?: (() => number) | undefined;
  /** For the whole of one question; 30 seconds unless told. */
  readonly timeoutMilliseconds?: number | undefined;
}

export interface TagList {
  readonly tags: readonly string[];
  /** False where the registry has more than we read. */
  readonly isComplete: boolean;
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

export interface RegistryImage {
  /** Of the index where there is one: what a tag is pinned to. */
  readonly digest: string;
  /** Such as `linux/amd64`. */
  readonly platforms: readonly string[];
  /** ISO 8601, '' where the image does not say. */
  readonly created: string;
  /** Address of the source repository, '' where the image does not say. */
  readonly source: string;
  /** Commit of the source, '' where the image does not say. */
  readonly revision: string;
  readonly readAt: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** How old an answer may be; 5 minutes unless told, 0 to ask now. */
  readonly maxAgeMilliseconds?: number;
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
/** The specification's own limit for manifests. */
const MANIFEST_BYTES = 4_000_000;
const PAGE_BYTES = 8_000_000;
const PAGE = 1000;
const MOST_PAGES = 200;
const MOST_TAGS = 50_000;
const FRESH_MILLISECONDS = 300_000;
const MOST_KEPT = 500;
const UNKNOWN = ['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'TAG_UNKNOWN'];
const LABEL = 'org.opencontainers.image.';

export class Registry {
  private readonly options: RegistryOptions;
  private readonly session: Session;
  private readonly kept = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();

  constructor(options: RegistryOptions) {
    this.options = options;
    this.session = {
      fetch: options.fetch ?? fetch,
      log: options.log,
      credential: (domain, signal) => this.credential(domain, signal),
      authorizations: new Map(),
      now: options.now ?? Date.now,
    };
  }

  /** All tags of an image; undefined where the registry says that it has no such image. @throws OutsideError; the signal's reason */
  async listTags(image: string, options: ReadOptions = {}): Promise<TagList | undefined> {
    const address = this.address(image);
    return await this.keep(`tags ${address.host}/${address.path}`, options, (signal) => this.readTags(address, signal));
  }

  /** What a tag or digest is; undefined where the registry says that there is none. @throws OutsideError; the signal's reason */
  async readImage(image: string, reference: string, options: ReadOptions = {}): Promise<RegistryImage | undefined> {
    const address = this.address(image);
    return await this.keep(`image ${address.host}/${address.path} ${reference}`, options, (signal) =>
      this.readReference(address, reference, signal),
    );
  }

  private async readTags(address: RegistryAddress, signal: AbortSignal): Promise<TagList | undefined> {
    const tags = new Set<string>();
    const readAt = this.session.now();
    const seen = new Set<string>();
    let next: URL | undefined = this.url(address, `tags/list?n=${String(PAGE)}`);
    for (let page = 0; next !== undefined && page < MOST_PAGES && tags.size < MOST_TAGS && !seen.has(next.href); page++) {
      seen.add(next.href);
      const answer: Answer = await askRegistry(this.session, address, next, {
        accept: 'application/json',
        maxBytes: PAGE_BYTES,
        signal,
      });
      const body = this.bodyOf(answer, address);
      if (body === undefined) return undefined;
      const { tags: found } = body as { tags?: unknown };
      if (Array.isArray(found)) for (const tag of found) if (typeof tag === 'string') tags.add(tag);
      const link = nextLink(answer.headers.get('link') ?? '');
      if (link === undefined) return { tags: [...tags], isComplete: true, readAt };
      const target: URL | undefined = URL.canParse(link, next.href) ? new URL(link, next) : undefined;
      // The next page is where this one was: anything else is not for our credentials.
      next = target?.origin === next.origin && target.pathname === next.pathname ? target : undefined;
    }
    return { tags: [...tags].slice(0, MOST_TAGS), isComplete: false, readAt };
  }

  private async readReference(
    address: RegistryAddress,
    reference: string,
    signal: AbortSignal,
  ): Promise<RegistryImage | undefined> {
    const readAt = this.session.now();
    const top = await this.readManifest(address, reference, signal);
    if (top === undefined) return undefined;
    const { platforms } = top.manifest;
    const chosen = platforms.find(({ platform }) => platform === 'linux/amd64') ?? platforms[0];
    const inner = chosen === undefined ? top : await this.readManifest(address, chosen.digest, signal);
    const config = inner?.manifest.config;
    const details = config === undefined ? undefined : parseImageConfig(await this.readConfig(address, config, signal));
    const said = { ...details?.labels, ...inner?.manifest.annotations, ...top.manifest.annotations };
    return {
      digest: top.digest,
      platforms:
        platforms.length > 0
          ? platforms.map(({ platform }) => platform)
          : [details?.platform ?? ''].filter((text) => text !== ''),
      created: said[`${LABEL}created`] ?? details?.created ?? '',
      source: said[`${LABEL}source`] ?? '',
      revision: said[`${LABEL}revision`] ?? '',
      readAt,
    };
  }

  private async readManifest(
    address: RegistryAddress,
    reference: string,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string; readonly manifest: Manifest } | undefined> {
    const target = this.url(address, `manifests/${encodeURIComponent(reference).replaceAll('%3A', ':')}`);
    const answer = await askRegistry(this.session, address, target, { accept: MANIFESTS, maxBytes: MANIFEST_BYTES, signal });
    const body = this.bodyOf(answer, address);
    if (body === undefined) return undefined;
    const expected = reference.includes(':') ? reference : (answer.headers.get('docker-content-digest') ?? '');
    return { digest: verified(answer.body, expected, address), manifest: parseManifest(body) };
  }

  private async readConfig(address: RegistryAddress, { digest }: Descriptor, signal: AbortSignal): Promise<unknown> {
    const target = this.url(address, `blobs/${digest}`);
    const answer = await askRegistry(this.session, address, target, { accept: '*/*', maxBytes: MANIFEST_BYTES, signal });
    const body = this.bodyOf(answer, address);
    verified(answer.body, digest, address);
    return body;
  }

  /** undefined only where the registry itself says that it has none: a 404 of anything else says nothing. */
  private bodyOf(answer: Answer, { host, path, domain }: RegistryAddress): unknown {
    const { status } = answer;
    const body = parsed(answer.body);
    if (status === 200 && typeof body === 'object' && body !== null) return body;
    if (status === 404 && errorCodes(body).some((code) => UNKNOWN.includes(code))) return undefined;
    if (status === 401)
      throw new OutsideError('sign-in', `${host} wants to know who reads ${path}. Run docker login ${domain}, then try again.`);
    if (status === 403)
      throw new OutsideError(
        'permission',
        `${host} does not let you read ${path}. Ask for the right, or sign in with another account.`,
      );
    if (status === 429)
      throw new OutsideError(
        'rate-limit',
        `${host} takes no more requests for now. Try again ${waitWords(answer.headers)}, or sign in with docker login ${domain}.`,
      );
    if (status >= 500)
      throw new OutsideError('unreachable', `${host} has trouble of its own (${String(status)}). Try again in a minute.`);
    throw new OutsideError(
      'refused',
      `${host} answers in a way that is no registry's (${String(status)}). Check the name of the image.`,
    );
  }

  private address(image: string): RegistryAddress {
    const address = registryAddress(image);
    if (address === undefined) throw new OutsideError('setup', `"${image}" is no name of an image, so no registry has it.`);
    if (!this.options.domains().has(address.domain))
      throw new OutsideError('setup', `${address.domain} was not asked: no image of this repository comes from there.`);
    return address;
  }

  private url({ host, path }: RegistryAddress, rest: string): URL {
    return new URL(`${isLoopback(host) ? 'http' : 'https'}://${host}/v2/${path}/${rest}`);
  }

  private async credential(domain: string, signal: AbortSignal): Promise<RegistryCredential | undefined> {
    const known = await dockerCredential(domain, this.options.dockerFolder, signal);
    if (known !== undefined || domain !== 'ghcr.io') return known;
    const token = await this.options.gitHubToken?.();
    return token === undefined ? undefined : { user: 'x-access-token', password: token, isIdentityToken: false };
  }

  /** Several who ask at the same time get one answer. Refusals are not kept. */
  private async keep<T>(
    key: string,
    { signal, maxAgeMilliseconds = FRESH_MILLISECONDS }: ReadOptions,
    read: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const known = this.kept.get(key);
    if (known !== undefined && this.session.now() - known.at < maxAgeMilliseconds) {
      const shared = await (known.value as Promise<T>).then(
        (value) => ({ value }),
        () => undefined,
      );
      signal?.throwIfAborted();
      // Whoever asked first may have cancelled: then we ask.
      if (shared !== undefined) return shared.value;
    }
    const timeout = AbortSignal.timeout(this.options.timeoutMilliseconds ?? 30_000);
    const value = read(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
    this.kept.delete(key);
    this.kept.set(key, { at: this.session.now(), value });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    try {
      return await value;
    } catch (error) {
      if (this.kept.get(key)?.value === value) this.kept.delete(key);
      throw error;
    }
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The digest of what was read, which must be the expected one where one is known. */
function verified(body: Buffer, expected: string, { host }: RegistryAddress): string {
  const [algorithm = 'sha256'] = expected === '' ? [] : expected.split(':', 1);
  const digest = `${algorithm}:${/^sha(?:256|384|512)$/.test(algorithm) ? createHash(algorithm).update(body).digest('hex') : ''}`;
  if (expected !== '' && digest !== expected)
    throw new OutsideError('refused', `${host} sends something else than the digest that it names. Nothing was taken over.`);
  return digest;
}

function waitWords(headers: Headers): string {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isNaN(seconds) || seconds > 86_400 ? 'later' : `in ${String(Math.max(1, Math.ceil(seconds / 60)))} min`;
}
