/** What a person types as the new version of an image: a tag, a tag with digest, or a digest. */
import { isReferenceProblem, isValidTag, joinReference, parseReference } from '../oci/imageReference.ts';
import type { Refused } from './plan.ts';

/** '' where a part is not wanted. At least one of them is there. */
export interface Version {
  readonly tag: string;
  readonly digest: string;
}

/** Reads `v2`, `v2@sha256:...`, `sha256:...` or `@sha256:...`. */
export function parseVersion(text: string): Version | Refused {
  const digestOnly = /^@?([a-z0-9+._-]+:[0-9a-fA-F]{32,})$/.exec(text)?.[1];
  const at = text.indexOf('@');
  const tag = digestOnly !== undefined ? '' : at < 0 ? text : text.slice(0, at);
  const digest = digestOnly ?? (at < 0 ? '' : text.slice(at + 1));
  if (tag === '' && digest === '') return { refusal: 'No tag was given. Choose one.' };
  if (tag !== '' && !isValidTag(tag))
    return {
      refusal: `"${tag}" is no tag. A tag has up to 128 letters, digits, _ . and -, and does not start with . or -.`,
    };
  if (digest !== '' && isReferenceProblem(parseReference(`x@${digest}`)))
    return { refusal: `"${digest}" is no digest. Digests look like sha256: with 64 hexadecimal digits.` };
  return { tag, digest };
}

/** `tag@digest`, as it stands behind the colon of a reference; a digest alone without its at sign. */
export function versionText({ tag, digest }: Version): string {
  return tag === '' || digest === '' ? tag + digest : `${tag}@${digest}`;
}

export function referenceWith(name: string, { tag, digest }: Version): string {
  return joinReference({ name, tag, digest });
}

/** For people: `v2`, `v2@sha256:0123456789ab`, `sha256:0123456789ab`; `(latest)` where there is neither tag nor digest. */
export function describeVersion({ tag, digest }: Version): string {
  if (tag === '' && digest === '') return '(latest)';
  return versionText({ tag, digest: digest.replace(/^([^:]*:.{12}).*$/, '$1') });
}
