/**
 * Image references in two notions that differ on purpose (image-semantics.md A.3 and E): the grammar of distribution/reference, by which
 * registries and runtimes read them, and kustomize's plain text split, by which `images:` entries match.
 */

export type ReferenceError =
  | 'ErrNameEmpty'
  | 'ErrReferenceInvalidFormat'
  | 'ErrNameContainsUppercase'
  | 'ErrNameTooLong'
  | 'ErrDigestInvalidLength'
  | 'ErrDigestInvalidFormat'
  | 'ErrDigestUnsupported'
  | 'ErrNameIsIdentifier';

export interface ImageReference {
  /** The name as written: domain and path. */
  readonly repository: string;
  /** First component of a name with several, '' for a name of one component. */
  readonly domain: string;
  readonly path: string;
  /** '' where there is none. */
  readonly tag: string;
  /** '' where there is none. */
  readonly digest: string;
}

export interface ReferenceProblem {
  readonly error: ReferenceError;
  /** One clause in lower case, such as `repository name (docker/Docker) must be lowercase`. */
  readonly message: string;
}

/** Name, tag and digest as plain text; '' where a part is missing. */
export interface ReferenceParts {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const NAME = `(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*`;
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE_PATTERN = new RegExp(`^(${NAME})(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const NAME_PATTERN = new RegExp(`^(?:(${DOMAIN})/)?(${COMPONENT}(?:/${COMPONENT})*)$`);
const TAG_PATTERN = new RegExp(`^${TAG}$`);
const DIGEST_HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);
const MAX_PATH_LENGTH = 255;
/** No valid reference is longer (domain, path, tag and digest together); the pattern is never run on more, so that it stays fast. */
const MAX_REFERENCE_LENGTH = 4096;
const DEFAULT_DOMAIN = 'docker.io';
const LEGACY_DEFAULT_DOMAIN = 'index.docker.io';
const OFFICIAL_PREFIX = 'library/';

export function isReferenceProblem(value: ImageReference | ReferenceProblem): value is ReferenceProblem {
  return 'error' in value;
}

/** Parses by the grammar, without normalisation, as distribution/reference `Parse` does. */
export function parseReference(text: string): ImageReference | ReferenceProblem {
  const matched = text.length > MAX_REFERENCE_LENGTH ? null : REFERENCE_PATTERN.exec(text);
  if (matched === null) {
    if (text === '') return { error: 'ErrNameEmpty', message: 'repository name must have at least one component' };
    if (text.length <= MAX_REFERENCE_LENGTH && REFERENCE_PATTERN.test(text.toLowerCase()))
      return { error: 'ErrNameContainsUppercase', message: `repository name (${text}) must be lowercase` };
    return { error: 'ErrReferenceInvalidFormat', message: 'invalid reference format' };
  }
  const [, repository = '', tag = '', digest = ''] = matched;
  const [, domain = '', path = repository] = NAME_PATTERN.exec(repository) ?? [];
  if (path.length > MAX_PATH_LENGTH)
    return { error: 'ErrNameTooLong', message: `repository name must not be more than ${String(MAX_PATH_LENGTH)} characters` };
  return digestProblem(digest) ?? { repository, domain, path, tag, digest };
}

/** Parses after expanding Docker Hub's short names, as distribution/reference `ParseNormalizedNamed` does: `nginx` is docker.io/library/nginx. */
export function parseNormalizedReference(text: string): ImageReference | ReferenceProblem {
  if (/^[a-f0-9]{64}$/.test(text))
    return {
      error: 'ErrNameIsIdentifier',
      message: `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`,
    };
  const [domain, remainder] = splitDockerDomain(text);
  const [remote = ''] = remainder.split(':', 1);
  if (remote.toLowerCase() !== remote)
    return { error: 'ErrNameContainsUppercase', message: `repository name (${remote}) must be lowercase` };
  return parseReference(`${domain}/${remainder}`);
}

/** The short form in which people write a normalised reference's name: docker.io/library/nginx is `nginx`. */
export function familiarName(reference: ImageReference): string {
  if (reference.domain !== DEFAULT_DOMAIN) return reference.repository;
  const [first, second, ...more] = reference.path.split('/');
  return first === 'library' && second !== undefined && more.length === 0 ? second : reference.path;
}

/** kustomize's image.Split: the first `:` and `@` behind the first `/` (if that is not at the start). It accepts anything. */
export function splitReference(reference: string): { name: string; tag: string | undefined; digest: string | undefined } {
  const slash = reference.indexOf('/');
  const from = slash > 0 ? slash : 0;
  const at = reference.indexOf('@', from);
  const head = at < 0 ? reference : reference.slice(0, at);
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  const colon = head.indexOf(':', from);
  if (colon < 0) return { name: head, tag: undefined, digest };
  return { name: head.slice(0, colon), tag: head.slice(colon + 1), digest };
}

/** kustomize's image.Split: the first colon after the first slash starts the tag, the first at sign the digest. Accepts any text. */
export function kustomizeSplit(text: string): ReferenceParts {
  const { name, tag = '', digest = '' } = splitReference(text);
  return { name, tag, digest };
}

/** The text of a reference; parts that are '' are left out. */
export function joinReference({ name, tag, digest }: ReferenceParts): string {
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

/** `text` with another tag and without a digest: a digest of the old tag would win at pull (image-semantics.md A.8, rule 4). */
export function withTag(text: string, tag: string): string {
  return joinReference({ name: kustomizeSplit(text).name, tag, digest: '' });
}

/** The identity of an image's repository across files: its normalised name, or the text before the tag where that is no valid name. */
export function repositoryKey(text: string): string {
  let key = keys.get(text);
  if (key === undefined) {
    const { name } = kustomizeSplit(text);
    const parsed = parseNormalizedReference(name);
    key = isReferenceProblem(parsed) ? name : parsed.repository;
    // Names of open repositories: bounded, so that no repository can fill the memory.
    if (keys.size > 20_000) keys.clear();
    keys.set(text, key);
  }
  return key;
}

const keys = new Map<string, string>();

/** Last component of the name: `backend` for ghcr.io/acme/backend:v1. */
export function shortName(text: string): string {
  const { name } = kustomizeSplit(text);
  return name.slice(name.lastIndexOf('/') + 1);
}

export function isValidTag(tag: string): boolean {
  return TAG_PATTERN.test(tag);
}

function splitDockerDomain(text: string): readonly [domain: string, remainder: string] {
  const slash = text.indexOf('/');
  if (slash < 0) return [DEFAULT_DOMAIN, OFFICIAL_PREFIX + text];
  const first = text.slice(0, slash);
  const rest = text.slice(slash + 1);
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  if (!isDomain) return [DEFAULT_DOMAIN, text];
  if (first !== DEFAULT_DOMAIN && first !== LEGACY_DEFAULT_DOMAIN) return [first, rest];
  return [DEFAULT_DOMAIN, rest.includes('/') ? rest : OFFICIAL_PREFIX + rest];
}

/** Checks of go-digest's Validate, which the grammar does not make. */
function digestProblem(digest: string): ReferenceProblem | undefined {
  if (digest === '') return undefined;
  const colon = digest.indexOf(':');
  const expected = DIGEST_HEX_LENGTHS.get(digest.slice(0, colon));
  const hex = digest.slice(colon + 1);
  if (expected === undefined) return { error: 'ErrDigestUnsupported', message: 'unsupported digest algorithm' };
  if (hex.length !== expected) return { error: 'ErrDigestInvalidLength', message: 'invalid checksum digest length' };
  if (!/^[a-f0-9]+$/.test(hex)) return { error: 'ErrDigestInvalidFormat', message: 'invalid checksum digest format' };
  return undefined;
}

/** What people call it when they speak of what runs: the tag where there is one, else the digest's first characters, else the name. */
export function versionOf(text: string): string {
  const { tag, digest } = kustomizeSplit(text);
  return tag || (digest === '' ? shortName(text) : digest.slice(0, 'sha256:'.length + 8));
}
