import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, createWriteStream, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareCodeServer } from './codeServer.ts';

export interface VsCodeServerOptions {
  /** 0 takes a free port. */
  readonly port?: number;
  /** What the server wants to say goes to this file. */
  readonly logFile: string;
  /** VS Code's settings, as in settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Holds the installed extensions; an empty folder by default. */
  readonly extensionsFolder?: string;
  /** What `http://127.0.0.1:PORT/` opens. */
  readonly defaultFolder?: string;
  /** With `false`, VS Code opens folders in Restricted Mode until someone says that they are trusted. */
  readonly everythingTrusted?: boolean;
  /** Lets the page's address name an extension under development and its tests module. */
  readonly testDriver?: boolean;
}

export interface VsCodeServer {
  /** Such as `http://127.0.0.1:4711`. */
  readonly origin: string;
  readonly port: number;
  /** Ends the server and its extension hosts, and removes its data. */
  stop(): Promise<void>;
}

/** Quiet first sight: nothing on the screen that is not the repository or ours. */
const settingsOfAll = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
};

/** Starts the VS Code server inside code-server on 127.0.0.1, installing it first if need be. Resolves when it listens. */
export async function startVsCodeServer(options: VsCodeServerOptions): Promise<VsCodeServer> {
  const serverMain = await prepareCodeServer();
  const data = mkdtempSync(join(tmpdir(), 'gitops-cockpit-vscode-'));
  mkdirSync(join(data, 'data/Machine'), { recursive: true });
  writeFileSync(join(data, 'data/Machine/settings.json'), JSON.stringify({ ...settingsOfAll, ...options.settings }, null, 2));
  const args = [
    ...[serverMain, '--host', '127.0.0.1', '--port', String(options.port ?? 0), '--without-connection-token'],
    ...['--accept-server-license-terms', '--telemetry-level', 'off', '--server-data-dir', data],
    ...['--extensions-dir', options.extensionsFolder ?? join(data, 'extensions')],
    ...(options.defaultFolder === undefined ? [] : ['--default-folder', options.defaultFolder]),
    ...(options.everythingTrusted === false ? [] : ['--disable-workspace-trust']),
    // A test that is killed cannot stop its server, which then ends by itself once its page is gone.
    ...(options.testDriver ? ['--enable-smoke-test-driver', '--enable-remote-auto-shutdown'] : []),
  ];
  // A process group of its own, so that stopping it also stops the extension hosts it has started.
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  server.stderr.pipe(log, { end: false });

  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const kill = (): void => {
    if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
    if (process.platform === 'win32') server.kill();
    else process.kill(-server.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    kill();
    process.off('exit', kill);
    await ended;
    log.end();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  };

  const port = await new Promise<number>((resolve, reject) => {
    let seen = '';
    server.stdout.on('data', (chunk: Buffer) => {
      log.write(chunk);
      seen += chunk.toString();
      const match = /Extension host agent listening on (\d+)/.exec(seen);
      if (match) resolve(Number(match[1]));
    });
    server.once('error', reject);
    server.once('exit', (code) =>
      reject(new Error(`VS Code's server ended with exit code ${code}. It said:\n${seen}See ${options.logFile}.`)),
    );
  });
  return { origin: `http://127.0.0.1:${port}`, port, stop };
}
