/** Why a source cannot be fetched. Flux has one reason for nearly all of it, so the message must tell. */
import { firstLine } from '../kubernetes/conditionMessage.ts';
import type { ObjectStatus } from '../kubernetes/objectStatus.ts';

export interface SourceFailure {
  readonly cause: 'authentication' | 'reference' | 'repository' | 'unreachable' | 'secret' | 'other';
  /** A clause: `the branch "nowhere" does not exist`. */
  readonly words: string;
}

const causes: readonly {
  readonly cause: SourceFailure['cause'];
  readonly pattern: RegExp;
  readonly words: (match: RegExpExecArray) => string;
}[] = [
  {
    cause: 'reference',
    pattern: /couldn't find remote ref "?(?:refs\/(heads|tags)\/)?([^"\s]+)/,
    words: ([, kind, name = '']) => `the ${kind === 'tags' ? 'tag' : 'branch'} "${name}" does not exist`,
  },
  { cause: 'reference', pattern: /no match found for semver: (.+)$/m, words: ([, range = '']) => `no tag matches "${range}"` },
  { cause: 'reference', pattern: /MANIFEST_UNKNOWN|manifest unknown/, words: () => 'the registry has no such tag or digest' },
  {
    cause: 'secret',
    pattern: /secrets? "([^"]+)" not found/i,
    words: ([, name = '']) => `the Secret "${name}" that it signs in with does not exist`,
  },
  {
    cause: 'authentication',
    pattern:
      /authentication required|unable to authenticate|unauthori[sz]ed|invalid credentials|permission denied|\b40[13]\b|knownhosts/i,
    words: () => 'the server does not accept its credentials',
  },
  {
    cause: 'repository',
    pattern: /repository not found|NAME_UNKNOWN|\b404\b/i,
    words: () => 'the repository does not exist, or its credentials may not see it',
  },
  {
    cause: 'unreachable',
    pattern:
      /connection refused|no such host|i\/o timeout|network is unreachable|no route to host|connection reset|deadline exceeded|TLS handshake/i,
    words: () => 'its server cannot be reached',
  },
];

/** undefined where the source has not failed. */
export function sourceFailureOf({ state, message }: ObjectStatus): SourceFailure | undefined {
  if (state !== 'Failed') return undefined;
  for (const { cause, pattern, words } of causes) {
    const match = pattern.exec(message);
    if (match !== null) return { cause, words: words(match) };
  }
  return { cause: 'other', words: firstLine(message) };
}
