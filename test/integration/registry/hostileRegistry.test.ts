import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { OutsideError } from '../../../src/clients/errors.ts';
import { Registry } from '../../../src/clients/registry.ts';
import { digestOf } from '../../support/registry.ts';

const secret = 'hunter2-secret';
const credentials = Buffer.from(`mira:${secret}`).toString('base64');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cockpit-docker-')));
type Serve = (request: IncomingMessage, response: ServerResponse) => void;
let serve: Serve = () => undefined;
let host = '';
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(
    `${request.headers.host === host ? 'registry' : 'elsewhere'} ${request.url ?? ''} ${request.headers.authorization ?? '-'}`,
  );
  serve(request, response);
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth: credentials } } }));
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => void (asked.length = 0));

const client = (timeoutMilliseconds = 5000): Registry =>
  new Registry({ domains: () => new Set([host]), dockerFolder: folder, timeoutMilliseconds });
const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

async function refusal(promise: Promise<unknown>): Promise<OutsideError> {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OutsideError, String(error));
  assert.ok(![secret, credentials].some((text) => `${error.message}${String(error.stack)}`.includes(text)));
  return error;
}

describe('A registry that', () => {
  it('sends 100 MB is cut off', async () => {
    let sent = 0;
    serve = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (sent < 100_000_000) {
          sent += 1_000_000;
          if (!response.write(Buffer.alloc(1_000_000, 32))) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    assert.match((await refusal(client().listTags(`${host}/a/b`))).message, /sends more than 8 MB/);
    assert.ok(sent < 60_000_000, String(sent));
  });

  it('has pages without end gives what it gave until then', async () => {
    let page = 0;
    serve = (_, response) =>
      json(
        response,
        200,
        { tags: [`v${String(page)}`] },
        { link: `</v2/a/b/tags/list?n=1000&last=${String(page++)}>; rel="next"` },
      );
    const list = await client().listTags(`${host}/a/b`);
    assert.deepEqual([list?.tags.length, list?.isComplete], [200, false]);
    serve = (_, response) => json(response, 200, { tags: ['v1'] }, { link: '</v2/a/b/tags/list?n=1000>; rel="next"' });
    assert.deepEqual(
      await client()
        .listTags(`${host}/a/b`)
        .then((found) => [found?.tags, found?.isComplete]),
      [['v1'], false],
    );
  });

  it('leads to another host for the next page is not followed there', async () => {
    serve = (_, response) => json(response, 200, { tags: ['v1'] }, { link: '<http://localhost:1/v2/a/b/tags/list>; rel="next"' });
    assert.deepEqual((await client().listTags(`${host}/a/b`))?.isComplete, false);
    assert.equal(asked.length, 1);
  });

  it('keeps its files elsewhere is followed without credentials', async () => {
    const config = Buffer.from(JSON.stringify({ created: '2026-11-03T10:00:00Z', os: 'linux', architecture: 'amd64' }));
    const manifest = Buffer.from(JSON.stringify({ config: { digest: digestOf(config), size: config.length }, layers: [] }));
    serve = (request, response) => {
      if (request.headers.host !== host) return void response.end(config);
      if (request.headers.authorization === undefined) return json(response, 401, {}, { 'www-authenticate': 'Basic realm="x"' });
      if (request.url?.includes('/blobs/') === true)
        return void response.writeHead(307, { location: `http://localhost:${host.split(':')[1] ?? ''}/blob` }).end();
      response.end(manifest);
    };
    assert.equal((await client().readImage(`${host}/a/b`, 'v1'))?.created, '2026-11-03T10:00:00Z');
    assert.deepEqual(
      asked.filter((line) => line.startsWith('elsewhere')),
      ['elsewhere /blob -'],
    );
  });

  it('asks to sign in at a foreign host gets no credentials there', async () => {
    serve = (request, response) => {
      if (request.url?.startsWith('/token') === true) return json(response, 200, { token: 'anonymous' });
      json(response, 401, {}, { 'www-authenticate': `Bearer realm="http://evil.example/token",service="x"` });
    };
    assert.match(
      (await refusal(client().listTags(`${host}/a/b`))).message,
      /asks to sign in at an address that is not safe\. No credentials were sent/,
    );
    assert.ok(asked.every((line) => line.endsWith(' -')));
  });

  for (const [registry, realm, gets] of [
    ['registry.acme.example', 'https://registry.acme.example/token', true],
    ['registry.acme.example', 'https://auth.acme.example/token', false],
    ['acme.example', 'https://registry.acme.example/token', false],
    ['registry.acme.example', 'https://acme.example/token', false],
    ['registry.acme.example', 'https://registry.acme.example:8443/token', false],
    ['registry.acme.example:5000', 'https://registry.acme.example:5001/token', false],
    ['ghcr.io', 'https://ghcr.io.evil.example/token', false],
    ['docker.io', 'https://auth.docker.io/token', true],
    ['docker.io', 'https://hub.docker.io/token', false],
    ['registry.gitlab.com', 'https://gitlab.com/jwt/auth', true],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000/token', true],
    ['127.0.0.1:5000', 'http://127.0.0.1:5001/token', false],
    ['127.0.0.1:5000', 'http://localhost:5000/token', false],
  ] as const)
    it(`is ${registry} and signs in at ${realm} ${gets ? 'gets the' : 'gets no'} credentials there`, async () => {
      const sent: string[] = [];
      const own = realpathSync(mkdtempSync(join(folder, 'own-')));
      const key = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
      for (const entry of [{ auth: credentials }, { identitytoken: secret }]) {
        writeFileSync(join(own, 'config.json'), JSON.stringify({ auths: { [key]: entry } }));
        sent.length = 0;
        serve = (request, response) => {
          const body: Buffer[] = [];
          request.on('data', (chunk: Buffer) => body.push(chunk));
          request.on('end', () => {
            const { authorization = '', 'x-origin': origin } = request.headers;
            sent.push(`${String(origin)} ${authorization}${Buffer.concat(body).toString()}`);
            if (authorization === 'Bearer granted') return json(response, 200, { tags: ['v1'] });
            if (request.url?.startsWith(new URL(realm).pathname) === true) return json(response, 200, { token: 'granted' });
            json(response, 401, {}, { 'www-authenticate': `Bearer realm="${realm}",service="x"` });
          });
        };
        // Every host is this server, which is told who was meant.
        const everywhere: typeof fetch = (input, options) => {
          const { origin, pathname, search } = new URL(input instanceof Request ? input.url : input);
          const headers = new Headers(options?.headers);
          headers.set('x-origin', origin);
          return fetch(`http://${host}${pathname}${search}`, { ...options, headers });
        };
        const there = new Registry({ domains: () => new Set([registry]), dockerFolder: own, fetch: everywhere });
        assert.deepEqual((await there.listTags(`${registry}/a/b`))?.tags, ['v1']);
        const withSecret = sent.filter((line) => line.includes(secret) || line.includes(credentials));
        assert.deepEqual(
          withSecret.map((line) => line.split(' ', 1)[0]),
          gets ? [new URL(realm).origin] : [],
        );
      }
    });

  it('leads in a circle, or out of TLS, is not followed', async () => {
    serve = (_, response) => void response.writeHead(302, { location: '/v2/a/b/tags/list' }).end();
    assert.match((await refusal(client().listTags(`${host}/a/b`))).message, /without end/);
    serve = (_, response) => void response.writeHead(302, { location: 'http://192.0.2.1/latest/meta-data' }).end();
    assert.match((await refusal(client().listTags(`${host}/a/b`))).message, /not safe to follow/);
  });

  it('lies about a digest is not believed', async () => {
    serve = (_, response) => json(response, 200, { config: {} }, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` });
    assert.match((await refusal(client().readImage(`${host}/a/b`, 'v1'))).message, /something else than the digest/);
  });

  it('is slow is given up, and can be cancelled', async () => {
    serve = () => undefined;
    const slow = await refusal(client(100).listTags(`${host}/a/b`));
    assert.match(slow.message, /cannot be reached \(no answer in time\)/);
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(new Error('cancelled')), 50);
    await assert.rejects(client().listTags(`${host}/a/b`, { signal: cancel.signal }), /cancelled/);
  });

  for (const [name, status, body, problem] of [
    ['a 404 of a proxy', 404, 'not here', 'refused'],
    ['a 404 without a known code', 404, { errors: [{ code: 'UNSUPPORTED' }] }, 'refused'],
    ['401', 401, { errors: [{ code: 'NAME_UNKNOWN' }] }, 'sign-in'],
    ['403', 403, { errors: [{ code: 'NAME_UNKNOWN' }] }, 'permission'],
    ['429', 429, { errors: [{ code: 'TOOMANYREQUESTS' }] }, 'rate-limit'],
    ['500', 500, { errors: [{ code: 'MANIFEST_UNKNOWN' }] }, 'unreachable'],
    ['a page of a hotel', 200, '<html>', 'refused'],
  ] as const)
    it(`answers with ${name} has not said that there is no such tag`, async () => {
      serve = (_, response) => json(response, status, body);
      assert.equal((await refusal(client().readImage(`${host}/a/b`, 'v1'))).problem, problem);
    });
});
