import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { rootCertificates } from 'node:tls';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { kubeconfigFor, tunnelTo, userWith } from '../../support/cluster/identities.ts';
import { apply } from '../../support/cluster/installFlux.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sampleFolder } from '../../support/paths.ts';
import { runCli } from '../../support/runCli.ts';
import { isAllowed } from '../../../src/clients/cluster/accessReview.ts';
import { CredentialsError, UnreachableError } from '../../../src/clients/cluster/errors.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { watchCluster } from '../../../src/workflows/watchCluster.ts';

let cluster: SharedCluster;
before(async () => (cluster = await sharedCluster()));
after(async () => await cluster[Symbol.asyncDispose]());
const signal = AbortSignal.timeout(600_000);

const open = (kubeconfig: string, context = 'test') => new Cluster(loadKubeconfig({ KUBECONFIG: kubeconfig }), context);
const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
const configMap = (name: string): LiveObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});

/** A program that signs in: it prints what a file says, and counts how often it was asked. */
function plugin(credential: object): { readonly user: string; readonly runs: () => number; tell(credential: object): void } {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-plugin-'));
  const [answer, count, program] = ['answer.json', 'count', 'plugin.cjs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const tell = (status: object) =>
    writeFileSync(answer, JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));
  tell(credential);
  writeFileSync(count, '');
  writeFileSync(
    program,
    `const fs = require('fs');
const { apiVersion, kind, spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
if (kind !== 'ExecCredential' || spec.interactive !== false || !spec.cluster.server) { console.error('no cluster was told'); process.exit(1); }
if (process.env.PROFILE !== 'dev') { console.error('no profile was told'); process.exit(1); }
fs.appendFileSync(${JSON.stringify(count)}, '.');
process.stdout.write(fs.readFileSync(${JSON.stringify(answer)}));`,
  );
  const user = JSON.stringify({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [program],
      env: [{ name: 'PROFILE', value: 'dev' }],
      interactiveMode: 'IfAvailable',
      provideClusterInfo: true,
    },
  });
  return { user, tell, runs: () => readFileSync(count, 'utf8').length };
}

describe('a connection to a cluster', () => {
  it('is not made before something is asked of it', async () => {
    let contacts = 0;
    const listener = createServer((socket) => {
      contacts += 1;
      socket.destroy();
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    const { port } = listener.address() as AddressInfo;
    const sign = plugin({ token: 'x' });
    const kubeconfig = kubeconfigFor(cluster.folder, `https://127.0.0.1:${String(port)}`, sign.user);
    process.env['KUBECONFIG'] = kubeconfig;
    try {
      const loaded = loadKubeconfig();
      assert.deepEqual(
        loaded.contexts.map(({ name }) => name),
        ['test'],
      );
      const untouched = new Cluster(loaded, 'test');
      assert.equal((await runCli('images', sampleFolder)).code, 0);
      assert.equal((await runCli('flux', '--help')).code, 0);
      await sleep(200);
      assert.equal(contacts, 0);
      assert.equal(sign.runs(), 0);
      // It would have been seen.
      await assert.rejects(untouched.connection.json({ path: '/version' }), UnreachableError);
      assert.equal(contacts, 1);
    } finally {
      delete process.env['KUBECONFIG'];
      listener.close();
    }
  });

  it('goes on where it was cut, without listing again', async () => {
    await using tunnel = await tunnelTo(cluster.server);
    const token = await userWith(cluster.client, 'cut', everything);
    using far = open(kubeconfigFor(cluster.folder, tunnel.server, `{ token: "${token}" }`));
    const resource = await far.resource('', 'ConfigMap');
    assert.ok(resource);
    const ended = new AbortController();
    const types: string[] = [];
    let changed = () => undefined as void;
    const follow = async () => {
      for await (const event of far.watch(resource, { namespace: 'default', fieldSelector: 'metadata.name=cut' }, ended.signal)) {
        types.push(event.type);
        changed();
      }
    };
    follow().catch(() => undefined);
    const until = async (type: string) => {
      while (!types.includes(type)) await new Promise<void>((resolve) => (changed = resolve));
    };
    await until('listed');
    tunnel.cut();
    await apply(cluster.client, '/api/v1/namespaces/default/configmaps', configMap('cut'));
    await until('changed');
    ended.abort();
    assert.deepEqual(types, ['listed', 'interrupted', 'resumed', 'changed']);
  });

  it('keeps its connections', async () => {
    await using tunnel = await tunnelTo(cluster.server);
    const token = await userWith(cluster.client, 'pool', everything);
    using far = open(kubeconfigFor(cluster.folder, tunnel.server, `{ token: "${token}" }`));
    for (let count = 0; count < 20; count += 1) await far.connection.json({ path: '/version' });
    assert.equal(tunnel.connections(), 1);
  });

  it('signs in with a program once, and again when that runs out', async () => {
    const token = await userWith(cluster.client, 'plugin', everything);
    const sign = plugin({ token });
    using far = open(kubeconfigFor(cluster.folder, cluster.server, sign.user));
    await Promise.all(Array.from({ length: 5 }, () => far.connection.json({ path: '/version' })));
    assert.equal(sign.runs(), 1);
    const short = plugin({ token, expirationTimestamp: new Date(Date.now() - 1000).toISOString() });
    using next = open(kubeconfigFor(cluster.folder, cluster.server, short.user));
    await next.connection.json({ path: '/version' });
    await next.connection.json({ path: '/version' });
    assert.equal(short.runs(), 2);
  });

  it('ends with one message, and asks nobody again, when its credentials are refused', async () => {
    const token = await userWith(cluster.client, 'expired', everything);
    const sign = plugin({ token });
    using far = open(kubeconfigFor(cluster.folder, cluster.server, sign.user));
    using live = await watchCluster(far);
    const ends: string[] = [];
    live.onChange(() => live.ended !== undefined && ends.push(live.ended.message));
    sign.tell({ token: 'stale' });
    await cluster.client.connection.json({ method: 'DELETE', path: '/api/v1/namespaces/default/serviceaccounts/expired' });
    // The server remembers a token for some seconds.
    for (;;) {
      const error = await far.connection.json({ path: '/version' }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error instanceof CredentialsError) {
        assert.equal(
          error.message,
          'The cluster of context "test" no longer accepts your credentials. Sign in again, then connect.',
        );
        break;
      }
      await sleep(300, undefined, { signal });
    }
    assert.equal(sign.runs(), 2, 'once at the start, once to see whether there is something newer');
    await Promise.all(
      Array.from({ length: 5 }, () => assert.rejects(far.connection.json({ path: '/version' }), CredentialsError)),
    );
    assert.equal(sign.runs(), 2);
  });

  it('ends all that is followed, once, when the credentials run out', async () => {
    await using tunnel = await tunnelTo(cluster.server);
    const token = await userWith(cluster.client, 'ending', everything);
    using far = open(kubeconfigFor(cluster.folder, tunnel.server, `{ token: "${token}" }`));
    using live = await watchCluster(far);
    let ends = 0;
    live.onChange(() => (ends += live.ended === undefined ? 0 : 1));
    await cluster.client.connection.json({ method: 'DELETE', path: '/api/v1/namespaces/default/serviceaccounts/ending' });
    const asked = async () => {
      while (live.ended === undefined) {
        tunnel.cut();
        await sleep(1500, undefined, { signal });
      }
    };
    await asked();
    await sleep(500);
    assert.ok(live.ended instanceof CredentialsError, live.ended?.message);
    assert.equal(ends, 1);
    const connections = tunnel.connections();
    await sleep(1500);
    assert.equal(tunnel.connections(), connections, 'nothing is tried again');
  });

  it('signs in with an OIDC token as long as it lasts', async () => {
    const token = await userWith(cluster.client, 'oidc', everything);
    const user = (idToken: string) => JSON.stringify({ 'auth-provider': { name: 'oidc', config: { 'id-token': idToken } } });
    using far = open(kubeconfigFor(cluster.folder, cluster.server, user(token)));
    assert.equal(await isAllowed(far, 'get', { group: '', kind: 'Pod', namespace: 'default', name: 'x' }), true);
    const old = [{ alg: 'none' }, { exp: 1 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    using expired = open(kubeconfigFor(cluster.folder, cluster.server, user(`${old.join('.')}.x`)));
    await assert.rejects(expired.connection.json({ path: '/api/v1/namespaces/default/pods' }), CredentialsError);
  });

  it('reads a token file each time, as others renew it', async () => {
    const token = await userWith(cluster.client, 'file', everything);
    const file = join(mkdtempSync(join(tmpdir(), 'gitops-cockpit-token-')), 'token');
    writeFileSync(file, `${token}\n`);
    using far = open(kubeconfigFor(cluster.folder, cluster.server, `{ tokenFile: "${file}" }`));
    await far.connection.json({ path: '/api/v1/namespaces/default/pods' });
    writeFileSync(file, 'stale');
    await assert.rejects(far.connection.json({ path: '/api/v1/namespaces/default/pods' }), CredentialsError);
  });

  it('goes through the proxy that the kubeconfig names', async () => {
    const asked: string[] = [];
    const proxy = createHttpServer();
    proxy.on('connect', (request, near: Socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const far = connect(Number(port), host, () => near.write('HTTP/1.1 200 OK\r\n\r\n'));
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        socket.on('error', () => undefined);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const token = await userWith(cluster.client, 'proxied', everything);
    const kubeconfig = kubeconfigFor(cluster.folder, cluster.server, `{ token: "${token}" }`);
    const { port } = proxy.address() as AddressInfo;
    const text = readFileSync(kubeconfig, 'utf8').replace(
      'cluster: { server:',
      `cluster: { proxy-url: "http://127.0.0.1:${String(port)}", server:`,
    );
    writeFileSync(kubeconfig, text);
    using far = open(kubeconfig);
    using live = await watchCluster(far);
    assert.ok(live.followed.length > 10);
    assert.ok(asked.length > 0 && asked.every((address) => address === new URL(cluster.server).host), asked.join());
    proxy.closeAllConnections();
    proxy.close();
  });

  it('says in a sentence what a sign-in program said, and that it is missing', async () => {
    const run = async (exec: object) => {
      const user = JSON.stringify({ exec: { apiVersion: 'client.authentication.k8s.io/v1', ...exec } });
      using far = open(kubeconfigFor(cluster.folder, cluster.server, user));
      const error = await far.connection.json({ path: '/version' }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof CredentialsError);
      return error.message;
    };
    const failing = {
      command: process.execPath,
      args: ['-e', "console.error('SSO\\n  The session has \\u001b[31mexpired.\\n'); process.exit(1)"],
    };
    assert.match(
      await run(failing),
      /node could not sign in to context "test": SSO The session has expired\. Sign in again, then connect\.$/,
    );
    const missing = { command: 'no-such-plugin', installHint: 'Install it with: brew install no-such-plugin' };
    assert.equal(
      await run(missing),
      'no-such-plugin, which signs in to context "test", is not installed. Install it with: brew install no-such-plugin',
    );
    assert.match(await run({ ...failing, interactiveMode: 'Always' }), /needs a terminal\. Sign in there with kubectl first\.$/);
    const silent = { command: process.execPath, args: ['-e', "console.log('secret-token')"] };
    const message = await run(silent);
    assert.match(message, /printed no credentials/);
    assert.doesNotMatch(message, /secret-token/);
    const endless = { command: process.execPath, args: ['-e', "process.stdout.write('x'.repeat(3_000_000))"] };
    assert.match(await run(endless), /signs in to context "test", printed more than 1 MB, which are no credentials\.$/);
  });

  it('refuses a server whose certificate is not signed by the authority of the kubeconfig', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-pki-'));
    const kubeconfig = kubeconfigFor(folder, cluster.server, '{ token: x }');
    using missing = open(kubeconfig);
    await assert.rejects(missing.connection.json({ path: '/version' }), CredentialsError);
    mkdirSync(join(folder, 'pki'));
    writeFileSync(join(folder, 'pki/apiserver.crt'), rootCertificates[0] ?? '');
    using other = open(kubeconfig);
    await assert.rejects(other.connection.json({ path: '/version' }), (error: Error) => {
      assert.ok(error instanceof UnreachableError);
      assert.match(error.message, /its certificate is not signed by the authority of the kubeconfig\.$/);
      return true;
    });
  });
});

describe('rights', () => {
  it('are asked for before something is offered', async () => {
    const reader = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
    const token = await userWith(cluster.client, 'reader', reader);
    using far = open(kubeconfigFor(cluster.folder, cluster.server, `{ token: "${token}" }`, 'odd "name" / ü'), 'odd "name" / ü');
    const kustomization = { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'flux-system', name: 'apps' };
    assert.equal(await isAllowed(far, 'get', kustomization), true);
    assert.equal(await isAllowed(far, 'patch', kustomization), false);
    assert.equal(await isAllowed(cluster.client, 'patch', kustomization), true);
    assert.equal(await isAllowed(far, 'get', { ...kustomization, group: 'example.com' }), false);
  });

  it('to one namespace alone show what is in it, and say what is missing', async () => {
    const flux = [
      {
        apiGroups: ['source.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io'],
        resources: ['*'],
        verbs: ['get', 'list', 'watch'],
      },
    ];
    const token = await userWith(cluster.client, 'tenant', flux, ['flux-system']);
    using far = open(kubeconfigFor(cluster.folder, cluster.server, `{ token: "${token}" }`));
    using live = await watchCluster(far, { namespaces: ['flux-system'] });
    assert.ok(live.notices.includes('You may not list pods in the namespace flux-system.'), live.notices.join('\n'));
    assert.ok(!live.notices.some((notice) => notice.includes('kustomizations')));
    const name = 'tenant-source';
    await apply(cluster.client, '/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories', {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name, namespace: 'flux-system' },
      spec: { interval: '10m', url: 'http://127.0.0.1:9/x.git', suspend: true },
    });
    await live.until((tree) => tree.roots().find(({ reference }) => reference.name === name), signal);
    await assert.rejects(watchCluster(open(kubeconfigFor(cluster.folder, cluster.server, '{ token: wrong }'))), CredentialsError);
  });
});
