// Git repositories over HTTP on loopback, by `git http-backend`, with basic authentication where it is asked for.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { addFiles } from '../writeFolder.ts';

export interface GitServer extends AsyncDisposable {
  /** Address of a repository that was made. */
  url(name: string): string;
  /** An empty repository with a work tree of its own. */
  repository(name: string): TestRepository;
}

export interface TestRepository {
  /** The work tree, whose remote is the server's repository. */
  readonly folder: string;
  /** Writes files, commits and pushes; null removes a file. The commit's hash. */
  push(files: Readonly<Record<string, string | null>>, options?: { readonly message?: string; readonly branch?: string }): string;
  git(...args: readonly string[]): string;
}

export async function startGitServer(credentials?: { readonly username: string; readonly password: string }): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'gitops-cockpit-git-'));
  const expected = credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (expected === undefined || request.headers.authorization === expected) serve(root, request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('authentication required\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = (name: string) => `http://127.0.0.1:${String(port)}/${name}.git`;
  return {
    url,
    repository: (name) => repository(join(root, `${name}.git`), join(root, 'trees', name), url(name)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function repository(bare: string, folder: string, url: string): TestRepository {
  mkdirSync(folder, { recursive: true });
  const run = (cwd: string, ...args: readonly string[]) => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', [...identity, ...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  };
  run(folder, 'init', '-q', '--bare', bare);
  run(folder, 'clone', '-q', bare, '.');
  // The remote is the server; a push takes the short way, as this process could not serve it while it waits.
  run(folder, 'remote', 'set-url', 'origin', url);
  run(folder, 'remote', 'set-url', '--push', 'origin', bare);
  return {
    folder,
    git: (...args) => run(folder, ...args),
    push(files, { message = 'change', branch = 'main' } = {}) {
      for (const [path, text] of Object.entries(files)) {
        if (text === null) rmSync(join(folder, path));
        else addFiles(folder, { [path]: text });
      }
      run(folder, 'add', '-A');
      run(folder, 'commit', '-q', '-m', message);
      run(folder, 'push', '-q', 'origin', `HEAD:${branch}`);
      return run(folder, 'rev-parse', 'HEAD');
    },
  };
}

/** One request through CGI, whose headers come before an empty line. */
function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = head
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
    const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== 'status')),
    );
    response.write(head.subarray(end + 4));
  });
  backend.stdout.on('end', () => response.end());
}
