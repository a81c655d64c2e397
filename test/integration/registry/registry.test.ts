import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { OutsideError } from '../../../src/clients/errors.ts';
import type { RegistryOptions } from '../../../src/clients/registry.ts';
import { Registry } from '../../../src/clients/registry.ts';
import type { LocalRegistry } from '../../support/registry.ts';
import { registryPassword, startRegistry } from '../../support/registry.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cockpit-docker-')));
const logged: string[] = [];
after(() => rmSync(folder, { recursive: true }));

function client(registry: LocalRegistry, options: Partial<RegistryOptions> = {}): Registry {
  return new Registry({
    domains: () => new Set([registry.host]),
    dockerFolder: folder,
    log: (line) => logged.push(line),
    ...options,
  });
}

/** A folder with Docker's configuration. */
function dockerFolder(name: string, config: object): string {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'config.json'), JSON.stringify(config));
  return join(folder, name);
}

const login = { auth: Buffer.from(`mira:${registryPassword}`).toString('base64') };

describe('An open registry', () => {
  let registry: LocalRegistry;
  let digest = '';
  before(async () => {
    registry = await startRegistry();
    const labels = {
      'org.opencontainers.image.source': 'https://github.com/acme/study-app',
      'org.opencontainers.image.revision': '1a2b3c4',
    };
    digest = await registry.push('acme/api', ['backend-v0.0.5', 'backend-v0.0.6'], {
      platforms: ['linux/arm64/v8', 'linux/amd64'],
      created: '2026-11-03T10:00:00Z',
      labels,
      annotations: { 'org.opencontainers.image.created': '2026-11-04T10:00:00Z' },
    });
    await registry.push('acme/small', ['v1'], { platforms: ['linux/amd64'], created: '2026-11-02T10:00:00Z' });
  });
  after(() => registry[Symbol.asyncDispose]());

  it('lists the tags of an image', async () => {
    const list = await client(registry).listTags(`${registry.host}/acme/api:anything`);
    assert.deepEqual([list?.tags, list?.isComplete], [['backend-v0.0.5', 'backend-v0.0.6'], true]);
  });

  it('says what a tag is', async () => {
    const { readAt: _, ...image } = (await client(registry).readImage(`${registry.host}/acme/api`, 'backend-v0.0.6')) ?? {};
    assert.deepEqual(image, {
      digest,
      platforms: ['linux/arm64/v8', 'linux/amd64'],
      created: '2026-11-04T10:00:00Z',
      source: 'https://github.com/acme/study-app',
      revision: '1a2b3c4',
    });
    const small = await client(registry).readImage(`${registry.host}/acme/small`, 'v1');
    assert.deepEqual([small?.platforms, small?.created, small?.source], [['linux/amd64'], '2026-11-02T10:00:00Z', '']);
    assert.equal((await client(registry).readImage(`${registry.host}/acme/api`, digest))?.digest, digest);
  });

  it('lists more tags than one page has', async () => {
    const tags = Array.from({ length: 2300 }, (_, index) => `v0.${String(index)}.0`);
    await registry.push('acme/many', tags, { platforms: ['linux/amd64'] });
    logged.length = 0;
    const started = performance.now();
    const list = await client(registry).listTags(`${registry.host}/acme/many`);
    assert.deepEqual([list?.tags.length, list?.isComplete], [2300, true]);
    assert.equal(logged.length, 3);
    assert.ok(performance.now() - started < 5000);
  });

  it('says with authority what it does not have', async () => {
    assert.equal(await client(registry).readImage(`${registry.host}/acme/api`, 'nope'), undefined);
    assert.equal(await client(registry).listTags(`${registry.host}/acme/nope`), undefined);
  });

  it('is asked once for the same answer, and again where it is too old', async () => {
    logged.length = 0;
    let now = 1_000_000;
    const own = client(registry, { now: () => now });
    const image = `${registry.host}/acme/small`;
    await Promise.all([own.listTags(image), own.listTags(image)]);
    await own.listTags(image);
    assert.equal(logged.length, 1);
    await own.listTags(image, { maxAgeMilliseconds: 0 });
    now += 300_001;
    assert.equal((await own.listTags(image))?.readAt, now);
    assert.equal(logged.length, 3);
  });

  it('is asked only where the repository names it', async () => {
    logged.length = 0;
    const own = client(registry, { domains: () => new Set(['ghcr.io']) });
    await assert.rejects(
      own.listTags(`${registry.host}/acme/api`),
      /was not asked: no image of this repository comes from there/,
    );
    await assert.rejects(own.listTags('NOT/a name'), /is no name of an image/);
    assert.equal(logged.length, 0);
  });
});

for (const sign of ['basic', 'token'] as const) {
  describe(`A registry with ${sign} sign-in`, () => {
    let registry: LocalRegistry;
    before(async () => {
      registry = await startRegistry(sign);
      for (const path of ['acme/api', 'public/api']) await registry.push(path, ['v1'], { platforms: ['linux/amd64'] });
    });
    after(() => registry[Symbol.asyncDispose]());
    const tags = async (options: Partial<RegistryOptions> = {}, path = 'acme/api') =>
      (await client(registry, options).listTags(`${registry.host}/${path}`))?.tags;

    it('reads with the configuration of Docker', async () => {
      assert.deepEqual(await tags({ dockerFolder: dockerFolder(`auths-${sign}`, { auths: { [registry.host]: login } }) }), [
        'v1',
      ]);
      assert.deepEqual(
        await tags({ dockerFolder: dockerFolder(`old-${sign}`, { auths: { [`https://${registry.host}/v2/`]: login } }) }),
        ['v1'],
      );
    });

    it('reads with a credential helper of Docker', async () => {
      const helper = join(folder, `docker-credential-cockpit${sign}`);
      const seen = join(folder, `seen-${sign}`);
      writeFileSync(
        helper,
        `#!/bin/sh\nread server\necho "$1 $server" >> ${seen}\necho '{"ServerURL":"x","Username":"mira","Secret":"${registryPassword}"}'\n`,
      );
      chmodSync(helper, 0o755);
      const path = process.env['PATH'];
      process.env['PATH'] = `${folder}${delimiter}${path ?? ''}`;
      try {
        assert.deepEqual(
          await tags({ dockerFolder: dockerFolder(`helper-${sign}`, { credHelpers: { [registry.host]: `cockpit${sign}` } }) }),
          ['v1'],
        );
        assert.deepEqual(await tags({ dockerFolder: dockerFolder(`store-${sign}`, { credsStore: `cockpit${sign}` }) }), ['v1']);
        await assert.rejects(
          tags({ dockerFolder: dockerFolder(`gone-${sign}`, { credsStore: 'nowhere' }) }),
          /wants to know who reads/,
        );
      } finally {
        process.env['PATH'] = path;
      }
    });

    it('says how to sign in', async () => {
      const wrong = { auths: { [registry.host]: { auth: Buffer.from('mira:wrong').toString('base64') } } };
      for (const options of [{}, { dockerFolder: dockerFolder(`wrong-${sign}`, wrong) }]) {
        const error: unknown = await tags(options).catch((reason: unknown) => reason);
        assert.ok(error instanceof OutsideError && error.problem === 'sign-in');
        assert.match(error.message, /wants to know who reads acme\/api\. Run docker login 127\.0\.0\.1:\d+, then try again\./);
      }
    });

    if (sign === 'token') {
      it('reads what is public without credentials, or with wrong ones', async () => {
        assert.deepEqual(await tags({}, 'public/api'), ['v1']);
        const wrong = { auths: { [registry.host]: { auth: Buffer.from('mira:wrong').toString('base64') } } };
        assert.deepEqual(await tags({ dockerFolder: dockerFolder('wrong-public', wrong) }, 'public/api'), ['v1']);
      });

      it('exchanges an identity token, and keeps what it gets', async () => {
        const own = client(registry, {
          dockerFolder: dockerFolder('identity', { auths: { [registry.host]: { identitytoken: registryPassword } } }),
        });
        registry.tokenRequests.length = 0;
        await own.listTags(`${registry.host}/acme/api`);
        await own.readImage(`${registry.host}/acme/api`, 'v1');
        assert.deepEqual(registry.tokenRequests, ['mira acme/api']);
      });
    }
  });
}

it('nothing that was logged holds a secret', () => {
  assert.ok(logged.length > 0);
  assert.doesNotMatch(logged.join('\n'), new RegExp(`${registryPassword}|${login.auth}|eyJ|authorization`, 'i'));
});
