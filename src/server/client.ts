/** The client as the server asks it, whatever editor it is. */
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { CancellationTokenSource, WorkDoneProgress } from 'vscode-languageserver/node';
import type { Run } from '../clients/gitCommand.ts';
import { redact } from '../core/text/redact.ts';
import type { ClientOffers, Refusal } from '../protocol.ts';
import { proposalsChangedNotification } from '../protocol/changes.ts';
import { fetchRequest, gitHubTokenRequest, summaryRequest } from '../protocol/client.ts';
import type { TimelinePart } from '../protocol/timeline.ts';
import { timelinePart } from '../protocol/timeline.ts';
import { abortSignal } from './abortSignal.ts';

type Asked = Pick<Connection, 'sendRequest' | 'sendNotification' | 'sendProgress' | 'console'>;

export class Client {
  private readonly connection: Asked;
  /** What the client said that it answers. */
  offers: ClientOffers = { gitHubToken: false, fetch: false, summary: false };

  constructor(connection: Asked) {
    this.connection = connection;
  }

  /** The token for a host of GitHub as it is now; undefined where nobody is signed in. @throws the signal's reason */
  async gitHubToken(host: string, mayAsk: boolean, signal?: AbortSignal): Promise<string | undefined> {
    if (!this.offers.gitHubToken) return undefined;
    const token = await cancellable(signal, (cancel) =>
      this.connection.sendRequest(gitHubTokenRequest, { host, mayAsk }, cancel),
    );
    return token ?? undefined;
  }

  /** What the client's language model writes. @throws the signal's reason */
  async summary(prompt: string, signal: AbortSignal): Promise<{ readonly text: string } | Refusal> {
    if (!this.offers.summary) return { refusal: 'This editor has no language model that can be asked.' };
    return await cancellable(signal, (cancel) => this.connection.sendRequest(summaryRequest, { prompt }, cancel));
  }

  /** Asks over the client's network where it has one; undefined where Node's own is to be used. */
  get fetch(): typeof fetch | undefined {
    return this.offers.fetch ? (input, options) => this.ask(new Request(input, options)) : undefined;
  }

  /** What a long piece of work takes: its steps are told under the client's token, its command lines in the log. */
  run(workDoneToken: string, token: CancellationToken): Run & { readonly signal: AbortSignal } {
    const report = (message: string) =>
      void this.connection.sendProgress(WorkDoneProgress.type, workDoneToken, { kind: 'report', message });
    return { signal: abortSignal(token), report, log: this.log };
  }

  /** Tells a part of a timeline before all of it is known. */
  timelinePart(token: string, part: TimelinePart): void {
    void this.connection.sendProgress(timelinePart, token, part);
  }

  /** Says that pull requests are others now. */
  proposalsChanged(): void {
    void this.connection.sendNotification(proposalsChangedNotification);
  }

  readonly log = (line: string): void => this.connection.console.log(redact(line));

  private async ask(request: Request): Promise<Response> {
    const body = request.body === null ? null : await request.text();
    const { url, method, signal } = request;
    const headers = Object.fromEntries(request.headers);
    const params = { url, method, headers, body };
    const answer = await cancellable(signal, (cancel) => this.connection.sendRequest(fetchRequest, params, cancel));
    if ('failure' in answer) throw Object.assign(new TypeError('fetch failed'), { code: answer.failure });
    // Responses of these kinds must not have one.
    const content = [204, 205, 304].includes(answer.status) ? null : Buffer.from(answer.body, 'base64');
    return new Response(content, { status: answer.status, headers: answer.headers });
  }
}

/** Rejects with the signal's reason as soon as it is aborted, and cancels the request then. */
async function cancellable<T>(signal: AbortSignal | undefined, send: (token: CancellationToken) => Promise<T>): Promise<T> {
  if (signal === undefined) return await send(new CancellationTokenSource().token);
  signal.throwIfAborted();
  const source = new CancellationTokenSource();
  const abort = () => source.cancel();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await send(source.token);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    source.dispose();
  }
}
