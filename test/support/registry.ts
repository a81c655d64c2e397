// A real registry (CNCF distribution) on this machine, and what fills it.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './goProgram.ts';

const version = 'v3.0.0';

/** The password of `mira` in every registry with sign-in; its bcrypt hash is what `htpasswd -B` makes of it. */
export const registryPassword = 'hunter2-secret';
const passwordHash = '$2b$05$abcdefghijklmnopqrstuuco6HW5qgMYWmvqwt2HG533btIvodevS';

export interface LocalRegistry extends AsyncDisposable {
  /** Such as `127.0.0.1:4711`, as in names of images. */
  readonly host: string;
  /** What the token server was asked for, `anonymous` or the user first. */
  readonly tokenRequests: string[];
  /** Pushes an image with a layer of its own; returns its digest. */
  push(path: string, tags: readonly string[], image: PushedImage): Promise<string>;
}

export interface PushedImage {
  /** One gives an image, several an index. */
  readonly platforms: readonly string[];
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export async function startRegistry(sign: 'none' | 'token' | 'basic' = 'none'): Promise<LocalRegistry> {
  const binary = program(`distribution-${version}`, 'registry', (folder) => ({
    args: ['install', `github.com/distribution/distribution/v3/cmd/registry@${version}`],
    cwd: folder,
    env: { GOBIN: folder },
  }));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cockpit-registry-')));
  const port = await freePort();
  const address = `127.0.0.1:${String(port)}`;
  // The token server is in front of the registry, so that both are one host.
  const tokens = sign === 'token' ? await startTokenServer(folder, address) : undefined;
  const host = tokens?.host ?? address;
  writeFileSync(join(folder, 'htpasswd'), `mira:${passwordHash}\n`);
  const auth = {
    none: '',
    basic: `auth: {htpasswd: {realm: registry, path: ${folder}/htpasswd}}\n`,
    token: `auth: {token: {realm: http://${host}/token, service: registry, issuer: tests, jwks: ${folder}/jwks.json}}\n`,
  }[sign];
  writeFileSync(
    join(folder, 'config.yml'),
    `version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: ${address}, secret: s, relativeurls: true}\n${auth}`,
  );
  const child = spawn(binary, ['serve', join(folder, 'config.yml')], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
  });
  try {
    await listening(child, `http://${address}/v2/`);
  } catch (error) {
    child.kill();
    await tokens?.stop();
    throw error;
  }
  return {
    host,
    tokenRequests: tokens?.requests ?? [],
    push: (path, tags, image) =>
      push(
        `http://${address}/v2/${path}`,
        tags,
        image,
        sign === 'none' ? {} : { authorization: tokens === undefined ? basic : `Bearer ${tokens.issue(path, ['pull', 'push'])}` },
      ),
    async [Symbol.asyncDispose]() {
      child.kill();
      await tokens?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const basic = `Basic ${Buffer.from(`mira:${registryPassword}`).toString('base64')}`;

interface TokenServer {
  readonly host: string;
  readonly requests: string[];
  issue(path: string, actions: readonly string[]): string;
  stop(): Promise<void>;
}

/** Everyone may read `public/*`; mira reads everything. */
async function startTokenServer(folder: string, registry: string): Promise<TokenServer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'tests', use: 'sig', alg: 'RS256' };
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [jwk] }));
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const issue = (path: string, actions: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'tests',
      aud: 'registry',
      sub: 'mira',
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: String(now),
      access: [{ type: 'repository', name: path, actions }],
    };
    const text = `${encode({ typ: 'JWT', alg: 'RS256', kid: 'tests' })}.${encode(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname !== '/token') return forward(registry, request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      const given = request.headers.authorization;
      const isMira = given === basic || form.get('refresh_token') === registryPassword;
      const [, path = ''] = (url.searchParams.get('scope') ?? form.get('scope') ?? '').split(':');
      requests.push(`${given === undefined && form.size === 0 ? 'anonymous' : 'mira'} ${path}`);
      if (!isMira && (given !== undefined || form.size > 0)) return void response.writeHead(401).end('{}');
      const actions = isMira || path.startsWith('public/') ? ['pull'] : [];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ [form.size > 0 ? 'access_token' : 'token']: issue(path, actions), expires_in: 300 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    issue,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(host: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = request;
  const passed = httpRequest(`http://${host}${url ?? ''}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
}

async function push(base: string, tags: readonly string[], image: PushedImage, headers: Record<string, string>): Promise<string> {
  const manifests = [];
  for (const platform of image.platforms) {
    const [os, architecture, variant] = platform.split('/');
    const place = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    const layer = Buffer.from(`layer of ${base} for ${platform}`);
    const config = Buffer.from(
      JSON.stringify({
        ...place,
        ...(image.created === undefined ? {} : { created: image.created }),
        config: { Labels: image.labels ?? {} },
        rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
      }),
    );
    for (const blob of [layer, config]) await upload(base, blob, headers);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length },
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(layer), size: layer.length }],
        ...(image.platforms.length === 1 ? { annotations: image.annotations } : {}),
      }),
    );
    manifests.push({
      manifest,
      entry: {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: digestOf(manifest),
        size: manifest.length,
        platform: place,
      },
    });
  }
  const [only] = manifests;
  if (manifests.length === 1 && only !== undefined)
    return await put(base, tags, only.manifest, 'application/vnd.oci.image.manifest.v1+json', headers);
  for (const { manifest, entry } of manifests) await put(base, [entry.digest], manifest, entry.mediaType, headers);
  const attestation = { ...only?.entry, platform: { os: 'unknown', architecture: 'unknown' } };
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = {
    schemaVersion: 2,
    mediaType,
    manifests: [...manifests.map(({ entry }) => entry), attestation],
    annotations: image.annotations,
  };
  return await put(base, tags, Buffer.from(JSON.stringify(index)), mediaType, headers);
}

async function put(
  base: string,
  tags: readonly string[],
  manifest: Buffer,
  mediaType: string,
  headers: Record<string, string>,
): Promise<string> {
  for (const tag of tags)
    await checked(`${base}/manifests/${tag}`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': mediaType },
      body: new Uint8Array(manifest),
    });
  return digestOf(manifest);
}

async function upload(base: string, blob: Buffer, headers: Record<string, string>): Promise<void> {
  const started = await checked(`${base}/blobs/uploads/`, { method: 'POST', headers });
  const target = new URL(started.headers.get('location') ?? '', base);
  target.searchParams.set('digest', digestOf(blob));
  await checked(target, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(blob),
  });
}

async function checked(url: string | URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok)
    throw new Error(`${init.method ?? 'GET'} ${String(url)}: ${String(response.status)} ${await response.text()}`);
  return response;
}

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

async function freePort(): Promise<number> {
  const socket = createSocket();
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

async function listening(child: ChildProcess, url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`The registry ended with exit code ${String(child.exitCode)}.`);
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`The registry does not answer at ${url}.`);
}
