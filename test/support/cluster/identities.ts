// Users of the test cluster other than the administrator, and ways to it that can be cut.
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../../src/clients/cluster.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { textIn } from '../../../src/core/kubernetes/liveObject.ts';
import { apply } from './installFlux.ts';

/** A token of a service account that may do what the rules say in the namespaces that are named; in all of them where none is. */
export async function userWith(
  admin: Cluster,
  name: string,
  rules: readonly object[],
  namespaces: readonly string[] = [],
): Promise<string> {
  const account = { kind: 'ServiceAccount', name, namespace: 'default' };
  const rbac = 'rbac.authorization.k8s.io';
  const make = (path: string, object: object) => apply(admin, path, object as LiveObject);
  await make('/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  await make(`/apis/${rbac}/v1/clusterroles`, { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules });
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name };
  if (namespaces.length === 0) {
    const binding = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects: [account] };
    await make(`/apis/${rbac}/v1/clusterrolebindings`, binding);
  }
  for (const namespace of namespaces) {
    const binding = { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name }, roleRef, subjects: [account] };
    await make(`/apis/${rbac}/v1/namespaces/${namespace}/rolebindings`, binding);
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const path = `/api/v1/namespaces/default/serviceaccounts/${name}/token`;
  return textIn(await admin.connection.json({ method: 'POST', path, body: request }), 'status', 'token');
}

/** Writes a kubeconfig with one context, `test`, for a user as YAML in flow style: `{ token: ... }`. */
export function kubeconfigFor(clusterFolder: string, server: string, user: string, contextName = 'test'): string {
  const file = join(mkdtempSync(join(tmpdir(), 'gitops-cockpit-kubeconfig-')), 'config');
  const name = JSON.stringify(contextName);
  writeFileSync(
    file,
    `apiVersion: v1
kind: Config
clusters: [{ name: ${name}, cluster: { server: "${server}", certificate-authority: "${join(clusterFolder, 'pki/apiserver.crt')}" } }]
users: [{ name: ${name}, user: ${user} }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
current-context: ${name}
`,
    { mode: 0o600 },
  );
  return file;
}

export interface Tunnel extends AsyncDisposable {
  readonly server: string;
  /** How many connections were ever made. */
  readonly connections: () => number;
  /** Cuts all connections that are open. */
  cut(): void;
}

/** Passes TCP connections on to an address. */
export async function tunnelTo(server: string): Promise<Tunnel> {
  const { port } = new URL(server);
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener = createServer((near) => {
    connections += 1;
    const far = connect(Number(port), '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    server: `https://127.0.0.1:${String((listener.address() as AddressInfo).port)}`,
    connections: () => connections,
    cut,
    async [Symbol.asyncDispose]() {
      listener.close();
      cut();
    },
  };
}
