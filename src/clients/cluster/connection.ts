/** HTTP requests to one API server, as the user of one context. Opens nothing before the first request. */
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Credentials } from './credentials.ts';
import { apiError, ClusterError, CredentialsError, unreachable, UnreachableError } from './errors.ts';
import type { Access } from './kubeconfig.ts';

export interface ApiRequest {
  /** GET unless told. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With a slash first; its parts are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  /** Until the whole answer is there, for a stream until it begins; without the time of a sign-in. */
  readonly timeoutMilliseconds?: number;
}

const TIMEOUT_MILLISECONDS = 30_000;
/** So that a connection that is gone without a word is found within a minute. */
const KEEP_ALIVE_MILLISECONDS = 30_000;

export class Connection {
  private readonly access: Access;
  private readonly credentials: Credentials;
  private readonly closed = new AbortController();
  private refused: CredentialsError | undefined;

  constructor(access: Access) {
    this.access = access;
    this.credentials = new Credentials(access);
  }

  /** The answer as JSON. @throws ApiError, CredentialsError, UnreachableError, or the signal's reason */
  async json(request: ApiRequest): Promise<unknown> {
    return this.parse(await this.text(request));
  }

  /** JSON of the server. @throws ClusterError where it is none */
  parse(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new ClusterError(`The server of context "${this.access.context.name}" does not answer like a Kubernetes API server.`);
    }
  }

  async text(request: ApiRequest): Promise<string> {
    using deadline = this.deadline(request);
    try {
      return await textOf(await this.send(request, deadline));
    } catch (error) {
      request.signal?.throwIfAborted();
      throw this.explain(error);
    }
  }

  /** Resolves when the answer begins, with its lines as they come. A last line without its end was cut, and is left out. */
  async openLines(request: ApiRequest): Promise<AsyncGenerator<string>> {
    using deadline = this.deadline(request);
    try {
      return this.read(await this.send(request, deadline), request.signal, deadline);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw this.explain(error);
    }
  }

  private async *read(answer: Readable, signal: AbortSignal | undefined, deadline: Deadline): AsyncGenerator<string> {
    try {
      yield* linesOf(answer);
    } catch (error) {
      signal?.throwIfAborted();
      throw this.explain(error);
    } finally {
      deadline.end();
    }
  }

  /** Closes what is open; nothing can be asked afterwards. */
  dispose(): void {
    this.refused ??= new CredentialsError(`The connection to context "${this.access.context.name}" was closed.`);
    this.closed.abort();
    this.credentials.destroy();
  }

  private deadline({ signal, timeoutMilliseconds }: ApiRequest): Deadline {
    const signals = signal === undefined ? [this.closed.signal] : [signal, this.closed.signal];
    return new Deadline(signals, timeoutMilliseconds ?? TIMEOUT_MILLISECONDS);
  }

  private async send(request: ApiRequest, deadline: Deadline): Promise<Readable> {
    for (let attempt = 1; ; attempt += 1) {
      // Whoever was refused once is refused until the user connects again: no storm of sign-ins, and one message.
      if (this.refused !== undefined) throw this.refused;
      const options = await this.credentials.options(deadline.signal);
      deadline.start();
      const answer = await this.sendOnce(request, options, deadline.signal);
      const { statusCode = 0 } = answer;
      if (statusCode < 400) return answer.headers['content-encoding'] === 'gzip' ? unzipped(answer) : answer;
      const error = apiError(statusCode, await textOf(answer));
      const isRefused = statusCode === 401 || (statusCode === 403 && error.message.includes('"system:anonymous"'));
      if (!isRefused) throw error;
      if (attempt === 1 && this.credentials.forget()) {
        deadline.stop();
        continue;
      }
      const { name } = this.access.context;
      this.refused = new CredentialsError(
        `The cluster of context "${name}" no longer accepts your credentials. Sign in again, then connect.`,
      );
      throw this.refused;
    }
  }

  private sendOnce(request: ApiRequest, options: RequestOptions, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(this.access.cluster.server + request.path);
    for (const [name, value] of Object.entries(request.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers = {
      ...(options.headers as Record<string, string | string[]>),
      accept: request.accept ?? 'application/json',
      'accept-encoding': 'gzip',
      'user-agent': 'gitops-cockpit',
      ...(body === undefined
        ? {}
        : { 'content-type': request.contentType ?? 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    };
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
      const sent = send(url, { ...options, method: request.method ?? 'GET', headers, signal });
      sent.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MILLISECONDS));
      sent.on('error', reject);
      sent.on('response', resolve);
      sent.end(body);
    });
  }

  private explain(error: unknown): unknown {
    if (this.closed.signal.aborted) return this.refused;
    if (error instanceof ClusterError) {
      if (error instanceof CredentialsError) this.refused ??= error;
      return error;
    }
    const { name, code } = error as NodeJS.ErrnoException;
    const { context, cluster } = this.access;
    if (name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR')
      return new UnreachableError(`The cluster of context "${context.name}" did not answer in time at ${cluster.server}.`, {
        cause: error,
      });
    return unreachable(context.name, cluster.server, error);
  }
}

/** The end of a request: by its user, with the connection, or when the time is over that runs from `start` on. A sign-in does not count. */
class Deadline implements Disposable {
  readonly signal: AbortSignal;
  private readonly ended = new AbortController();
  private readonly milliseconds: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(signals: readonly AbortSignal[], milliseconds: number) {
    this.signal = AbortSignal.any([...signals, this.ended.signal]);
    this.milliseconds = milliseconds;
  }

  start(): void {
    this.stop();
    this.timer = setTimeout(() => this.end(), this.milliseconds);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  end(): void {
    this.ended.abort();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

/** An error or an end of one is one of the other. */
function unzipped(answer: IncomingMessage): Readable {
  return pipeline(answer, createGunzip(), () => undefined);
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let parts: string[] = [];
  for await (const chunk of stream as AsyncIterable<string>) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      parts.push(chunk.slice(start, end));
      yield parts.join('');
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.slice(start));
  }
}
