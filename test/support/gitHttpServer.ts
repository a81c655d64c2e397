// A Git server over HTTP: Git's own `git http-backend`, behind basic authentication.
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface GitUser {
  readonly login: string;
  /** Repositories (`owner/name`) that may be pushed to; all of them unless told. */
  readonly pushes?: readonly string[];
}

export interface GitHttpOptions {
  /** Holds bare repositories as `owner/name.git`. */
  readonly root: string;
  /** Who has this password or token; undefined for nobody. */
  authenticate(user: string, password: string): GitUser | undefined;
  /** Lets anyone read. */
  readonly isPublic?: boolean;
  /** Called before a push is taken; a text refuses it. */
  beforePush?(repository: string): Promise<string | undefined> | string | undefined;
}

/** Serves a request below `/owner/name.git/`. */
export async function serveGit(options: GitHttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const repository = /^\/([^/]+\/[^/]+?)\.git\//.exec(url.pathname)?.[1];
  const isPush = url.searchParams.get('service') === 'git-receive-pack' || url.pathname.endsWith('/git-receive-pack');
  const user = authenticated(options, request);
  if (repository === undefined) return end(response, 404, 'Repository not found.');
  if (user === undefined && (isPush || options.isPublic !== true || request.headers.authorization !== undefined)) {
    response.setHeader('WWW-Authenticate', 'Basic realm="GitHub"');
    return end(response, 401, 'Invalid username or token.');
  }
  if (isPush && user?.pushes?.includes(repository) === false)
    return end(response, 403, `remote: Permission to ${repository}.git denied to ${user.login}.`);
  const refusal = url.pathname.endsWith('/git-receive-pack') ? await options.beforePush?.(repository) : undefined;
  if (refusal !== undefined) return end(response, 500, refusal);
  runBackend(options.root, url, user?.login ?? '', request, response);
}

function runBackend(root: string, url: URL, user: string, request: IncomingMessage, response: ServerResponse): void {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: user,
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  let head = Buffer.alloc(0);
  let isHeadSent = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (isHeadSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const separator = head.indexOf('\r\n\r\n');
    if (separator < 0) return;
    isHeadSent = true;
    for (const line of head.toString('latin1', 0, separator).split('\r\n')) {
      const [name = '', value = ''] = line.split(/:\s*(.*)/, 2);
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(separator + 4));
  });
  child.on('close', () => response.end());
}

function authenticated(options: GitHttpOptions, request: IncomingMessage): GitUser | undefined {
  const [, encoded] = /^basic (.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return options.authenticate(user, password.join(':'));
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain' });
  response.end(text);
}
