/** What the server asks of its client. A client says in its options what it answers; without it, the server does with less. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { Refusal } from '../protocol.ts';

export interface TokenParams {
  /** The host of GitHub, such as `github.com`. */
  readonly host: string;
  /** Whether the person may be asked to sign in. Else only a sign-in that is there already counts. */
  readonly mayAsk: boolean;
}

/** A request over the network of the client, which knows its proxy and certificates. Redirects are not followed. */
export interface FetchParams {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In base64. */
  readonly body: string;
}

export interface SummaryParams {
  readonly prompt: string;
}

/** null where nobody is signed in, or the person does not want to. Tokens are kept nowhere. */
export const gitHubTokenRequest = new RequestType<TokenParams, string | null, void>('gitopsCockpit/gitHubToken');
/** Why there is no answer, as a code such as ECONNREFUSED, where there is none. */
export const fetchRequest = new RequestType<FetchParams, FetchAnswer | { readonly failure: string }, void>('gitopsCockpit/fetch');
/** What the client's language model answers, or why it does not, as one sentence. The person may be asked to allow it. */
export const summaryRequest = new RequestType<SummaryParams, { readonly text: string } | Refusal, void>('gitopsCockpit/summary');
