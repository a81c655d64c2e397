// Real Git repositories with a real remote over HTTP, for tests that push.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GitHttpOptions, GitUser } from './gitHttpServer.ts';
import { serveGit } from './gitHttpServer.ts';
import { createSampleRepository, sampleRemote } from './sampleRepository.ts';
import { addFiles } from './writeFolder.ts';

export const remoteToken = 'ghp_0123456789abcdefghijKLMNOPQRSTUVWXYZ';

export interface LocalRemote extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4711`, where Git goes for https://github.com. */
  readonly origin: string;
  readonly host: string;
  readonly root: string;
  /** The bare repository acme/study-app-gitops. */
  readonly bare: string;
  /** May be changed by a test. */
  users: Record<string, GitUser>;
  beforePush: GitHttpOptions['beforePush'];
  /** Where requests of `/api/v3/` go, so that all of it is one server of GitHub Enterprise; '' for nowhere. */
  api: string;
  /** A home with a Git configuration of its own, which has the token in a credential store. */
  readonly home: string;
  /** A clone with `origin` at this remote. */
  clone(name: string, ...args: readonly string[]): Promise<string>;
  /** Adds a bare copy of the repository, such as a fork. */
  copy(name: string): string;
  /** Only for what needs no network: the server runs in this process. */
  git(folder: string, ...args: readonly string[]): string;
  /** Also for fetches and pushes. */
  online(folder: string, ...args: readonly string[]): Promise<string>;
}

/** Serves the sample repository. The environment of this process is set so that every git uses `home` until it is disposed of. */
export async function startLocalRemote(): Promise<LocalRemote> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cockpit-remote-')));
  const home = join(root, 'home');
  mkdirSync(home);
  const bare = join(root, 'git/acme/study-app-gitops.git');
  mkdirSync(join(root, 'git/acme'), { recursive: true });
  const sample = createSampleRepository();
  const saved = { ...process.env };
  Object.assign(process.env, { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), GIT_CONFIG_NOSYSTEM: '1' });
  delete process.env['GIT_CONFIG_GLOBAL'];
  const git = (folder: string, ...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).replace(/\n$/, '');
  const online = async (folder: string, ...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', args, { cwd: folder, encoding: 'utf8' })).stdout.replace(/\n$/, '');
  git(root, 'clone', '--quiet', '--bare', sample, bare);
  git(bare, 'config', 'http.receivepack', 'true');
  rmSync(join(sample, '..'), { recursive: true });

  const remote = {
    users: { [remoteToken]: { login: 'mira' } } as Record<string, GitUser>,
    beforePush: undefined as GitHttpOptions['beforePush'],
    api: '',
  };
  const options: GitHttpOptions = {
    root: join(root, 'git'),
    authenticate: (_, password) => remote.users[password],
    beforePush: (repository) => remote.beforePush?.(repository),
  };
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/v3/') === true) forward(remote.api, request, response);
    else void serveGit(options, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  writeFileSync(join(home, '.git-credentials'), `${origin.replace('//', `//mira:${remoteToken}@`)}\n`, { mode: 0o600 });
  addFiles(home, {
    '.gitconfig': `[user]
	name = Mira Keller
	email = mira@acme.example
[credential]
	helper = store
[init]
	defaultBranch = main
[url "${origin}/"]
	insteadOf = https://github.com/
`,
  });
  return Object.assign(remote, {
    origin,
    host: new URL(origin).host,
    root,
    bare,
    home,
    git,
    online,
    async clone(name: string, ...args: readonly string[]): Promise<string> {
      const folder = join(root, name);
      await online(root, 'clone', '--quiet', ...args, sampleRemote, folder);
      return folder;
    },
    copy(name: string): string {
      const target = join(root, 'git', `${name}.git`);
      git(root, 'clone', '--quiet', '--bare', bare, target);
      git(target, 'config', 'http.receivepack', 'true');
      return target;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
      Object.assign(process.env, saved);
      rmSync(root, { recursive: true, force: true });
    },
  });
}

function forward(api: string, request: IncomingMessage, response: ServerResponse): void {
  const target = new URL(`${api}${request.url?.slice('/api/v3'.length) ?? ''}`);
  const passed = httpRequest(target, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.writeHead(502).end());
  request.pipe(passed);
}

/** All that is the user's in a repository, as one value: files, index, HEAD, branches, tags, stashes, configuration. */
export function userState(folder: string): Record<string, string> {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  const directory = git('rev-parse', '--absolute-git-dir').trim();
  return {
    files: fingerprint(folder, (path) => path !== '.git'),
    index: hash(readFileSync(join(directory, 'index'))),
    head: readFileSync(join(directory, 'HEAD'), 'utf8'),
    refs: git('for-each-ref', '--format=%(refname) %(objectname)')
      .split('\n')
      .filter((line) => !line.startsWith('refs/remotes/'))
      .join('\n'),
    stash: git('stash', 'list'),
    config: readFileSync(
      join(git('rev-parse', '--git-common-dir').trim() === '.git' ? join(folder, '.git') : directory, 'config'),
      'utf8',
    ),
  };
}

/** Every file below a folder with its content, mode and time of change. */
function fingerprint(folder: string, wanted: (path: string) => boolean): string {
  const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => wanted(path.split(/[\\/]/)[0] ?? ''))
    .sort()
    .map((path) => {
      const status = statSync(join(folder, path));
      const content = status.isFile() ? hash(readFileSync(join(folder, path))) : '';
      return `${path} ${String(status.mode)} ${String(status.mtimeMs)} ${content}`;
    });
  return lines.join('\n');
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
