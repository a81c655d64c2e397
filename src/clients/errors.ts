/** What the outside refuses, in one voice. */

/** What a caller may offer a button for. */
export type OutsideProblem =
  /** Nobody is signed in, or the sign-in is no longer accepted. */
  | 'sign-in'
  /** Signed in, and not allowed. */
  | 'permission'
  | 'rate-limit'
  | 'not-found'
  /** No connection, no answer in time, or an answer that makes no sense. */
  | 'unreachable'
  /** A hook or the signing of a commit refused. */
  | 'hook'
  | 'signing'
  | 'protected'
  /** Something else changed at the same place, or at the same time. */
  | 'conflict'
  | 'setup'
  | 'refused';

/** The message is for the user: one sentence that says what is so, then what to do. It holds no secrets. */
export class OutsideError extends Error {
  readonly problem: OutsideProblem;
  /** When it may be asked again, in milliseconds since 1970; undefined where that is not known. */
  readonly until: number | undefined;

  constructor(problem: OutsideProblem, message: string, { until, ...options }: ErrorOptions & { readonly until?: number } = {}) {
    super(message, options);
    this.problem = problem;
    this.until = until;
  }
}
