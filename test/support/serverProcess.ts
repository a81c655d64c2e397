import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import type { CodeAction, ProtocolConnection, PublishDiagnosticsParams } from 'vscode-languageserver-protocol/node';
import type { ChildrenParams, InitializationOptions, Row, ServerStatus } from '../../src/protocol.ts';
import { changedNotification, childrenRequest, statusRequest } from '../../src/protocol.ts';
import { serverFlags } from '../../src/editor/serverFlags.ts';
import { projectRoot } from './paths.ts';

export interface ServerOptions {
  readonly folders: readonly string[];
  readonly initializationOptions?: Partial<InitializationOptions>;
  /** Arguments of node; by default the server from source. */
  readonly command?: readonly string[];
}

/** The language server as a process of its own, spoken to over stdio. */
export class ServerProcess {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  /** How often the server said that rows changed. */
  changes = 0;
  /** What the server published last, by file. */
  readonly diagnostics = new Map<string, PublishDiagnosticsParams>();
  /** Every message with problems, in the order in which they came. */
  readonly published: PublishDiagnosticsParams[] = [];
  private readonly versions = new Map<string, number>();

  private constructor(child: ChildProcess, connection: ProtocolConnection) {
    this.process = child;
    this.connection = connection;
  }

  /** Starts and initialises a server; it may still be indexing. */
  static async start({ folders, initializationOptions, command }: ServerOptions): Promise<ServerProcess> {
    const args = command ?? [...serverFlags, join(projectRoot, 'src/server/main.ts'), '--stdio'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    const server = new ServerProcess(child, connection);
    connection.onNotification(changedNotification, () => {
      server.changes += 1;
    });
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      server.published.push(params);
      server.diagnostics.set(fileURLToPath(params.uri), params);
    });
    connection.listen();
    const workspaceFolders = folders.map((folder) => ({ uri: uriOf(folder), name: folder }));
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders,
      initializationOptions,
    });
    await connection.sendNotification('initialized', {});
    return server;
  }

  /** Starts a server and waits until it has indexed. */
  static async indexed(options: ServerOptions): Promise<ServerProcess> {
    const server = await ServerProcess.start(options);
    await server.until((status) => status.emptiness !== 'indexing');
    return server;
  }

  status(): Promise<ServerStatus> {
    return this.connection.sendRequest(statusRequest);
  }

  children(params: Partial<ChildrenParams> = {}): Promise<Row[]> {
    return this.connection.sendRequest(childrenRequest, { parent: undefined, groupBy: 'application', filter: 'all', ...params });
  }

  /** All rows with their depth, as a tree view would show them: `  dev: backend-v0.0.6`. */
  async tree(params: Partial<ChildrenParams> = {}, depth = 0): Promise<string[]> {
    const lines: string[] = [];
    for (const row of await this.children(params)) {
      lines.push(`${'  '.repeat(depth)}${row.label}${row.description === '' ? '' : `: ${row.description}`}`);
      if (row.hasChildren) lines.push(...(await this.tree({ ...params, parent: row.id }, depth + 1)));
    }
    return lines;
  }

  /** Asks for the status until it is as wanted. */
  async until(wanted: (status: ServerStatus) => boolean, milliseconds = 20_000): Promise<ServerStatus> {
    const end = Date.now() + milliseconds;
    for (;;) {
      const status = await this.status();
      if (wanted(status)) return status;
      if (Date.now() > end) throw new Error(`The server stayed at ${JSON.stringify(status)}.`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Problems of a file as `severity code line: message`, once they are as wanted. */
  async problems(path: string, wanted: (lines: readonly string[]) => boolean, milliseconds = 20_000): Promise<string[]> {
    const end = Date.now() + milliseconds;
    for (;;) {
      const lines = (this.diagnostics.get(path)?.diagnostics ?? []).map(
        ({ severity, code, range, message }) =>
          `${['', 'error', 'warning', 'information'][severity ?? 0] ?? ''} ${String(code)} ${String(range.start.line + 1)}: ${message as string}`,
      );
      if (wanted(lines)) return lines;
      if (Date.now() > end) throw new Error(`The problems stayed at:\n${lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async codeActions(path: string, line: number, only?: readonly string[]): Promise<CodeAction[]> {
    const range = { start: { line, character: 0 }, end: { line, character: 0 } };
    const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
    return this.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: uriOf(path) }, range, context });
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest('codeAction/resolve', action);
  }

  async openDocument(path: string, text: string): Promise<void> {
    this.versions.set(path, 1);
    const textDocument = { uri: uriOf(path), languageId: 'yaml', version: 1, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  /** Replaces the whole text, or a range of it. */
  async editDocument(path: string, text: string, range?: object): Promise<void> {
    const version = (this.versions.get(path) ?? 0) + 1;
    this.versions.set(path, version);
    const contentChanges = [range === undefined ? { text } : { range, text }];
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uriOf(path), version },
      contentChanges,
    });
  }

  async closeDocument(path: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri: uriOf(path) } });
  }

  /** Says that files on disk changed, as an editor's file watcher does. */
  async filesChanged(...paths: readonly string[]): Promise<void> {
    const changes = paths.map((path) => ({ uri: uriOf(path), type: 2 }));
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  /** Ends the server, whatever state a failed test left it in. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.dispose();
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  /** Ends the server as a client does, and gives its exit code. */
  async stop(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const ended = once(this.process, 'exit') as Promise<[number | null]>;
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const [code] = await ended;
    return code;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}
