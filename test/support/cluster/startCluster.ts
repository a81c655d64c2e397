// Starts a real control plane on loopback: etcd, kube-apiserver, controller manager, scheduler, kwok as the kubelet of one node, and Flux. Every
// program runs under `guard`, which ends it when this process ends, in whatever way.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../../../src/clients/cluster.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import type { Component, Settings } from './commands.ts';
import { commandOf } from './commands.ts';
import { prepareControlPlane } from './controlPlane.ts';
import { installFlux } from './installFlux.ts';

export interface TestCluster extends AsyncDisposable {
  /** Path of a kubeconfig with one context, `test`. */
  readonly kubeconfig: string;
  readonly server: string;
  /** Address of the store below the API server. */
  readonly etcd: string;
  /** As the administrator. */
  readonly client: Cluster;
  /** Logs of the programs lie here, too. */
  readonly folder: string;
  stop(component: Component): Promise<void>;
  start(component: Component): Promise<void>;
}

/** Ready in about six seconds once it is built. */
export async function startCluster(): Promise<TestCluster> {
  const { programs, stages, definitions } = await prepareControlPlane();
  const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-cluster-'));
  const [etcd = 0, peer = 0, api = 0, manager = 0, scheduler = 0, kubelet = 0, storage = 0] = await freePorts(7);
  const settings: Settings = { folder, programs, stages, ports: { etcd, peer, api, manager, scheduler, kubelet, storage } };
  const server = `https://127.0.0.1:${String(api)}`;
  const kubeconfig = writeIdentity(folder, server);
  const client = new Cluster(loadKubeconfig({ KUBECONFIG: kubeconfig }), 'test');
  const running = new Map<Component, ChildProcess>();
  const start = async (component: Component) => {
    const child = spawnGuarded(settings, component);
    running.set(component, child);
    await ready(settings, client, component, child);
  };
  const stop = async (component: Component) => {
    const child = running.get(component);
    running.delete(component);
    if (child === undefined || child.exitCode !== null) return;
    child.stdin?.end();
    await once(child, 'exit');
  };
  const dispose = async () => {
    client[Symbol.dispose]();
    await Promise.all([...running.keys()].map(stop));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start('etcd');
    await start('kube-apiserver');
    await Promise.all([
      ...(['kube-controller-manager', 'kube-scheduler', 'kwok'] as const).map(start),
      (async () => {
        await installFlux(client, definitions);
        await Promise.all((['source-controller', 'kustomize-controller', 'helm-controller'] as const).map(start));
      })(),
    ]);
    await until('the node', 30, async () => {
      const node = await client.get({ group: '', kind: 'Node', namespace: '', name: 'node-1' });
      return JSON.stringify(node?.status ?? {}).includes('"type":"Ready"');
    });
    return {
      kubeconfig,
      server,
      etcd: `http://127.0.0.1:${String(etcd)}`,
      client,
      folder,
      start,
      stop,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    const logs = [...running.keys()].map((name) => `--- ${name}\n${readLog(folder, name).slice(-1500)}`).join('\n');
    await dispose();
    throw new Error(`The test control plane did not start: ${String(error)}\n${logs}`, { cause: error });
  }
}

function spawnGuarded(settings: Settings, component: Component): ChildProcess {
  const { folder, programs } = settings;
  const output = openSync(join(folder, `${component}.log`), 'a');
  const [program, ...args] = commandOf(component, settings);
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    TMPDIR: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
    RUNTIME_NAMESPACE: 'flux-system',
  };
  return spawn(join(programs, 'guard'), [join(programs, program), ...args], {
    env: environment,
    stdio: ['pipe', output, output],
  });
}

/** Resolves when the program answers, or does its work. */
async function ready({ folder, ports }: Settings, client: Cluster, component: Component, child: ChildProcess): Promise<void> {
  await until(component, 60, async () => {
    if (child.exitCode !== null) throw new Error(`${component} ended with exit code ${String(child.exitCode)}`);
    switch (component) {
      case 'etcd':
        return (await fetch(`http://127.0.0.1:${String(ports.etcd)}/health`)).ok;
      case 'kube-apiserver':
        return existsSync(join(folder, 'pki/apiserver.crt')) && (await client.connection.text({ path: '/readyz' })) === 'ok';
      case 'source-controller':
        return (await fetch(`http://127.0.0.1:${String(ports.storage)}/`)).ok;
      case 'kustomize-controller':
      case 'helm-controller':
        return readLog(folder, component).includes('Starting workers');
      default:
        return true;
    }
  });
}

/** @throws after so many seconds, or where the check says that waiting is of no use */
async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  let last: unknown;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(50)) {
    try {
      if (await check()) return;
    } catch (error) {
      if (error instanceof Error && error.message.includes('ended with exit code')) throw error;
      last = error;
    }
  }
  throw new Error(`${what} was not ready in ${String(seconds)} s`, { cause: last });
}

function readLog(folder: string, component: Component): string {
  return readFileSync(join(folder, `${component}.log`), 'utf8');
}

function writeIdentity(folder: string, server: string): string {
  mkdirSync(join(folder, 'storage'));
  writeContainerLogs(folder);
  const token = randomBytes(16).toString('hex');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secret = { mode: 0o600 };
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`, secret);
  writeFileSync(join(folder, 'service-account.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), secret);
  const kubeconfig = join(folder, 'kubeconfig');
  const text = `apiVersion: v1
kind: Config
clusters: [{ name: test, cluster: { server: "${server}", certificate-authority: pki/apiserver.crt } }]
users: [{ name: admin, user: { token: "${token}" } }]
contexts: [{ name: test, context: { cluster: test, user: admin } }]
current-context: test
`;
  writeFileSync(kubeconfig, text, secret);
  return kubeconfig;
}

/** What every container has written, in the format of the container runtimes; that of `flux-system` is for tests to write. */
function writeContainerLogs(folder: string): void {
  const rule = (name: string, file: string, selector = '') => `apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterLogs
metadata: { name: ${name} }
spec: { ${selector}logs: [{ logsFile: "${join(folder, file)}", previousLogsFile: "${join(folder, file)}" }] }
`;
  const flux = rule('flux', 'controller-pods.log', 'selector: { matchNamespaces: [flux-system] }, ');
  writeFileSync(join(folder, 'logs.yaml'), `${flux}---\n${rule('others', 'containers.log')}`);
  writeFileSync(join(folder, 'containers.log'), runtimeLog(['starting', 'panic: DATABASE_URL is not set']));
  writeFileSync(join(folder, 'controller-pods.log'), '');
}

/** Lines as containerd writes them. */
export function runtimeLog(lines: readonly string[]): string {
  return lines.map((line) => `${new Date().toISOString()} stdout F ${line}\n`).join('');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
