/** Answers that are not GitHub's, although their status is: a proxy or the sign-in page of a network can give them. */
import { OutsideError } from '../errors.ts';

class OddAnswer extends TypeError {}

interface PullRequestAnswer {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
}

/** @throws OddAnswer where what GitHub always says about a pull request is missing */
export function pullRequestAnswer<T extends PullRequestAnswer>(pull: T): T {
  const { number, html_url: url, title, head, base } = pull;
  if (!Number.isInteger(number) || ![url, title, head.ref, head.sha, base.ref].every((text) => typeof text === 'string'))
    throw new OddAnswer('This is no pull request.');
  return pull;
}

/** @throws OddAnswer */
export function pullRequestAnswers<T extends PullRequestAnswer>(pulls: readonly T[]): readonly T[] {
  if (!Array.isArray(pulls)) throw new OddAnswer('This is no list.');
  return pulls.map((pull) => pullRequestAnswer(pull));
}

/** What to say where an answer could not be read as what GitHub gives; undefined for other errors. */
export function oddAnswer(error: unknown, what: string): OutsideError | undefined {
  if (!(error instanceof TypeError)) return undefined;
  return new OutsideError(
    'unreachable',
    `What answered ${what} was not GitHub. Check the proxy settings and whether the network asks you to sign in, then try again.`,
    { cause: error },
  );
}
