// What registries say, through the server: a real registry, asked only where somebody wants it.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bumpTargetsRequest, planBumpRequest } from '../../../src/protocol.ts';
import { fetchRequest } from '../../../src/protocol/client.ts';
import { builtRequest, pinnedRequest, registryTagsRequest } from '../../../src/protocol/registry.ts';
import { kustomization } from '../../support/generatedRepository.ts';
import type { LocalRegistry } from '../../support/registry.ts';
import { startRegistry } from '../../support/registry.ts';
import { ServerProcess, uriOf } from '../../support/serverProcess.ts';
import { writeFolder } from '../../support/writeFolder.ts';

let registry: LocalRegistry;
let folder = '';
let digest = '';
let fetched: string[] = [];
const file = () => join(folder, 'apps/prod/kustomization.yaml');

before(async () => {
  registry = await startRegistry();
  const platforms = ['linux/amd64'];
  digest = await registry.push('acme/api', ['backend-v0.0.5', 'backend-v0.0.7', 'frontend-v1.0.0'], { platforms });
  folder = writeFolder({
    'apps/base/kustomization.yaml': kustomization('resources: [pod.yaml]\n'),
    'apps/base/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: ${registry.host}/acme/api\n`,
    'apps/dev/kustomization.yaml': overlay('backend-v0.0.6'),
    'apps/prod/kustomization.yaml': overlay('backend-v0.0.5'),
  });
});
after(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(dirname(folder), { recursive: true });
});

function overlay(tag: string): string {
  return kustomization(`resources: [../base]\nimages:\n  - name: ${registry.host}/acme/api\n    newTag: ${tag}\n`);
}

async function start(options: { trusted?: boolean; enabled?: boolean } = {}): Promise<ServerProcess> {
  const { trusted = true, enabled = false } = options;
  const server = await ServerProcess.start({
    folders: [folder],
    initializationOptions: {
      trusted,
      offers: { gitHubToken: false, fetch: true, summary: false },
      settings: { registry: { enabled } } as never,
    },
  });
  fetched = [];
  server.connection.onRequest(fetchRequest, async ({ url, method, headers, body }) => {
    fetched.push(new URL(url).host);
    const response = await fetch(url, { method, headers, body, redirect: 'manual' });
    const content = Buffer.from(await response.arrayBuffer()).toString('base64');
    return { status: response.status, headers: Object.fromEntries(response.headers), body: content };
  });
  await server.until((status) => status.emptiness !== 'indexing');
  return server;
}

async function usage(server: ServerProcess, environment = 'prod'): Promise<string> {
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  assert.deepEqual([...new Set(targets.map((target) => target.registry))], [registry.host]);
  return targets.find((target) => target.environment === environment)?.usage ?? '';
}

describe('The tags of a registry', () => {
  it('say of one of them when it was built, once the registry was asked for all', async () => {
    const created = new Date(Date.now() - 2 * 3_600_000).toISOString();
    await registry.push('acme/api', ['backend-v0.0.7'], { platforms: ['linux/amd64'], created });
    await using server = await start();
    const of = async (tag: string) => server.connection.sendRequest(builtRequest, { usage: await usage(server), tag });
    assert.deepEqual(await of('backend-v0.0.7'), { words: '' });
    assert.deepEqual(fetched, []);
    await server.connection.sendRequest(registryTagsRequest, { usage: await usage(server) });
    assert.deepEqual(await of('backend-v0.0.7'), { words: 'built 2 hours ago' });
    const asked = fetched.length;
    assert.deepEqual(await of('backend-v0.0.7'), { words: 'built 2 hours ago' });
    assert.deepEqual([await of('backend-v0.0.6'), fetched.length], [{ words: '' }, asked]);
  });

  it('stand among those of the repository, with where each of them was seen', async () => {
    await using server = await start();
    const found = await server.connection.sendRequest(registryTagsRequest, { usage: await usage(server) });
    assert.ok(!('refusal' in found));
    assert.equal(found.isComplete, true);
    assert.deepEqual(
      found.candidates.map(({ tag, group, detail }) => [tag, group, detail]),
      [
        ['backend-v0.0.7', 'newer', 'in the registry · in no environment yet'],
        ['backend-v0.0.6', 'newer', 'in dev · not in the registry'],
        ['backend-v0.0.5', 'current', 'in prod · in the registry'],
        ['frontend-v1.0.0', 'other', 'in the registry · in no environment yet'],
      ],
    );
    assert.deepEqual([...new Set(fetched)], [registry.host]);
  });

  it('are not asked for by anything but the person, nor in a folder that is not trusted', async () => {
    {
      await using server = await start();
      await server.problems(file(), (lines) => lines.length === 0);
      await usage(server);
      assert.deepEqual(fetched, []);
    }
    await using server = await start({ trusted: false, enabled: true });
    assert.deepEqual(await server.connection.sendRequest(registryTagsRequest, { usage: await usage(server) }), {
      refusal: 'Registries are not asked in a folder that is not trusted. Trust it first.',
    });
    assert.deepEqual(fetched, []);
  });

  it('complete a tag, and tell of one that is not there, where the setting allows to ask', async () => {
    await using server = await start({ enabled: true });
    const dev = join(folder, 'apps/dev/kustomization.yaml');
    const lines = await server.problems(dev, (found) => found.length > 0);
    assert.match(
      lines.join('\n'),
      /^error tag-not-in-registry \d+: .*backend-v0\.0\.6 was not found in the registry, so .* cannot pull it\.$/,
    );
    assert.deepEqual(await server.problems(file(), (found) => found.length === 0), []);
    const text = readFileSync(file(), 'utf8');
    await server.openDocument(file(), text);
    const line = text.split('\n').findIndex((one) => one.includes('newTag'));
    const list = await server.connection.sendRequest<{ items: { label: string; detail: string }[] }>('textDocument/completion', {
      textDocument: { uri: uriOf(file()) },
      position: { line, character: '    newTag: '.length },
    });
    assert.deepEqual(
      list.items.map(({ label, detail }) => `${label}: ${detail}`).filter((item) => item.includes('v0.0.7')),
      ['backend-v0.0.7: in the registry · in no environment yet'],
    );
  });
});

describe('A tag', () => {
  it('is pinned to the digest that it has', async () => {
    await using server = await start();
    const prod = await usage(server);
    const found = await server.connection.sendRequest(pinnedRequest, { usage: prod });
    assert.deepEqual(found, { version: `backend-v0.0.5@${digest}` });
    const plan = await server.connection.sendRequest(planBumpRequest, {
      usage: prod,
      tag: `backend-v0.0.5@${digest}`,
      mode: 'owner',
    });
    assert.ok(!('refusal' in plan));
    assert.match(plan.diff, new RegExp(`\\+ +digest: ${digest}`));
    assert.deepEqual(await server.connection.sendRequest(pinnedRequest, { usage: await usage(server, 'dev') }), {
      refusal: `The registry has no backend-v0.0.6 of ${registry.host}/acme/api. Choose another tag.`,
    });
  });
});
