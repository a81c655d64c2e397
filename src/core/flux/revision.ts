/** What Flux writes as the revision of an artifact, in its forms of today and of before 2023. */

export interface Revision {
  /** Branch, tag, chart version or OCI tag; '' where the revision is a digest alone. */
  readonly name: string;
  /** `sha1`, `sha256`, ...; '' where there is no digest. */
  readonly algorithm: string;
  /** Hexadecimal; the commit in a revision of a Git repository. '' where there is none. */
  readonly digest: string;
}

const DIGEST = /^(?:(.*)@)?(sha1|sha256|sha384|sha512|blake3):([0-9a-f]+)$/;
const LEGACY = /^(?:(.+)\/)?([0-9a-f]{40}|[0-9a-f]{64})$/;

/** `main@sha1:1a2b…`, `sha256:…`, `latest@sha256:…`; before Flux 2.0 `main/1a2b…` and a digest alone; a chart version such as `1.2.3`. */
export function parseRevision(revision: string): Revision {
  const now = DIGEST.exec(revision);
  if (now !== null) return { name: now[1] ?? '', algorithm: now[2] ?? '', digest: now[3] ?? '' };
  const before = LEGACY.exec(revision);
  if (before === null) return { name: revision, algorithm: '', digest: '' };
  const digest = before[2] ?? '';
  return { name: before[1] ?? '', algorithm: digest.length === 40 ? 'sha1' : 'sha256', digest };
}

/** For a row: `main@1a2b3c4`, `1a2b3c4`, `1.2.3`. */
export function shortRevision(revision: string): string {
  const { name, algorithm, digest } = parseRevision(revision);
  if (digest === '') return name;
  const short = algorithm === 'sha1' ? digest.slice(0, 7) : `${algorithm}:${digest.slice(0, 8)}`;
  return name === '' ? short : `${name}@${short}`;
}

/** Whether the revision is exactly this commit; an abbreviation of seven characters or more is enough. */
export function isRevisionOf(revision: string, commit: string): boolean {
  const { digest } = parseRevision(revision);
  const wanted = commit.toLowerCase();
  return digest !== '' && wanted.length >= 7 && digest.startsWith(wanted);
}
