// Connections that take their time, and that are given up: nothing of them may stay.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultyProxyTo } from '../../support/cluster/faultyProxy.ts';
import { kubeconfigFor, userWith } from '../../support/cluster/identities.ts';
import { apply } from '../../support/cluster/installFlux.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { choicesFor, rowsBelow } from '../../../src/server/cluster/rows.ts';
import { ClusterSession } from '../../../src/server/cluster/session.ts';

let cluster: SharedCluster;
let token: string;
let session: ClusterSession;
before(async () => {
  cluster = await sharedCluster();
  token = await userWith(cluster.client, 'connecting', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
  session = new ClusterSession(() => undefined);
});
after(async () => {
  session.dispose();
  delete process.env['KUBECONFIG'];
  await cluster[Symbol.asyncDispose]();
});
const signal = AbortSignal.timeout(600_000);

async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(20, undefined, { signal });
}

/** A program that signs in when so many milliseconds are over, and notes its number in a file before. */
function slowPlugin(milliseconds: number): { readonly user: string; readonly process: () => number | undefined } {
  const file = join(mkdtempSync(join(tmpdir(), 'gitops-cockpit-slow-')), 'pid');
  const apiVersion = 'client.authentication.k8s.io/v1';
  const answer = JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token } });
  const code = `require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setTimeout(() => console.log(${JSON.stringify(answer)}), ${String(milliseconds)})`;
  return {
    user: JSON.stringify({ exec: { apiVersion, command: process.execPath, args: ['-e', code], interactiveMode: 'Never' } }),
    process: () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined),
  };
}

function isRunning(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a sign-in that takes its time', () => {
  it('is no time in which the cluster does not answer', async () => {
    const kubeconfig = kubeconfigFor(cluster.folder, cluster.server, slowPlugin(2500).user);
    using far = new Cluster(loadKubeconfig({ KUBECONFIG: kubeconfig }), 'test');
    const version = await far.connection.json({ path: '/version', timeoutMilliseconds: 2000, signal });
    assert.ok(version);
  });

  it('ends when the connection is given up', async () => {
    const slow = slowPlugin(300_000);
    process.env['KUBECONFIG'] = kubeconfigFor(cluster.folder, cluster.server, slow.user);
    const cancelled = new AbortController();
    const connected = assert.rejects(session.connect('test', 'flux-system', [], cancelled.signal), { name: 'AbortError' });
    await until(() => isRunning(slow.process()));
    cancelled.abort();
    await connected;
    await until(() => !isRunning(slow.process()));
  });
});

describe('a connection that is given up', () => {
  const isReview = ({ pathname }: URL) => pathname.endsWith('/selfsubjectaccessreviews');

  it('leaves nothing open, cancelled or not', async () => {
    let reviews = 0;
    let fails: (answer: ServerResponse) => void = () => undefined;
    await using proxy = await faultyProxyTo(cluster, (url, answer) => {
      if (!isReview(url)) return false;
      reviews += 1;
      fails(answer);
      return true;
    });
    process.env['KUBECONFIG'] = kubeconfigFor(cluster.folder, proxy.server, `{ token: "${token}" }`);
    const cancelled = new AbortController();
    const first = assert.rejects(session.connect('test', 'flux-system', [], cancelled.signal), { name: 'AbortError' });
    await until(() => reviews > 0);
    assert.ok(proxy.open() > 10, 'kinds are followed by then');
    cancelled.abort();
    await first;
    await until(() => proxy.open() === 0);

    fails = (answer) => answer.writeHead(500).end('the authorizer is down');
    await assert.rejects(session.connect('test', 'flux-system', [], signal), /The cluster refuses: the authorizer is down\.$/);
    await until(() => proxy.open() === 0);
    assert.deepEqual(session.all, []);
  });

  it('leaves nothing open when it is disconnected', async () => {
    await using proxy = await faultyProxyTo(cluster, () => false);
    process.env['KUBECONFIG'] = kubeconfigFor(cluster.folder, proxy.server, `{ token: "${token}" }`);
    await session.connect('test', 'flux-system', [], signal);
    const { live } = session.cluster('test');
    session.disconnect('test');
    await until(() => proxy.open() === 0);
    await assert.rejects(live.cluster.connection.json({ path: '/version' }), {
      message: 'The connection to context "test" was closed.',
    });
  });
});

describe('what the user may change', () => {
  const flux = { apiGroups: ['source.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io'], resources: ['*'] };
  const reader = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
  const LIMIT = 'You may read what Flux does here, and not change it: actions are left out.';

  /** A suspended source in each of the namespaces, which nobody fetches. */
  async function sourcesIn(...namespaces: readonly string[]): Promise<void> {
    const path = '/apis/source.toolkit.fluxcd.io/v1/namespaces';
    for (const namespace of namespaces)
      await apply(cluster.client, `${path}/${namespace}/gitrepositories`, {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name: 'changed', namespace },
        spec: { interval: '10m', url: 'http://127.0.0.1:9/x.git', suspend: true },
      });
  }

  /** Namespaces whose source can be resumed, as the rows have it in the end and as the palette offers it; and what is said. */
  async function resumable() {
    const rows = () => rowsBelow(session, JSON.stringify(['test']), false);
    const own = () => rows().filter(({ reference }) => reference?.name === 'changed');
    own();
    const offered = await choicesFor(session, 'resume');
    const inRows = own().filter(({ abilities }) => abilities.includes('resume'));
    const choices = offered.filter(({ reference }) => reference.name === 'changed');
    return {
      rows: inRows.map(({ reference }) => reference?.namespace),
      choices: choices.map(({ reference }) => reference.namespace),
      isLimited: rows().some(({ label }) => label === LIMIT),
    };
  }

  /** As somebody who may read all, and change Flux objects in the namespaces alone. */
  async function connectAs(name: string, namespaces: readonly string[]): Promise<void> {
    const own = await userWith(cluster.client, name, [{ ...flux, verbs: ['patch'] }], namespaces);
    await apply(cluster.client, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `${name}-reads` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reading' },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
    } as unknown as LiveObject);
    process.env['KUBECONFIG'] = kubeconfigFor(cluster.folder, cluster.server, `{ token: "${own}" }`);
    await session.connect('test', 'flux-system', [], signal);
  }

  it('is asked for each namespace, and said where it is nothing', async () => {
    await sourcesIn('flux-system', 'default');
    await userWith(cluster.client, 'reading', reader);
    await connectAs('in-tenant', ['default']);
    assert.deepEqual(await resumable(), { rows: ['default'], choices: ['default'], isLimited: false });
    await connectAs('in-flux', ['flux-system']);
    assert.deepEqual(await resumable(), { rows: ['flux-system'], choices: ['flux-system'], isLimited: false });
    await connectAs('nowhere', ['kube-public']);
    assert.deepEqual(await resumable(), { rows: [], choices: [], isLimited: true });
  });
});
