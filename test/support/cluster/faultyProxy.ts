// An API server that does not answer everything, in front of a real one.
import { createServer } from 'node:http';
import { request } from 'node:https';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FaultyProxy extends AsyncDisposable {
  /** A kubeconfig with one context, `faulty`. */
  readonly kubeconfig: string;
}

/**
 * Passes requests on, those without a `fault`: 500 as an API server answers whose conversion webhook is gone, 404 as one that does not serve a group.
 */
export async function faultyProxy(
  server: string,
  token: string,
  fault: (path: string) => 404 | 500 | undefined,
): Promise<FaultyProxy> {
  const listener = createServer((incoming, answer) => {
    const { url = '/', method, headers } = incoming;
    const status = fault(url);
    if (status !== undefined) {
      answer.writeHead(status, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ kind: 'Status', message: status === 404 ? 'not found' : 'conversion webhook failed' }));
      return;
    }
    const passed = request(
      new URL(url, server),
      { method, headers: { ...headers, authorization: `Bearer ${token}` }, rejectUnauthorized: false },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${String((listener.address() as AddressInfo).port)}`;
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'gitops-cockpit-kubeconfig-')), 'config');
  writeFileSync(
    kubeconfig,
    `apiVersion: v1
kind: Config
clusters: [{ name: faulty, cluster: { server: "${address}" } }]
users: [{ name: faulty, user: {} }]
contexts: [{ name: faulty, context: { cluster: faulty, user: faulty } }]
`,
  );
  return {
    kubeconfig,
    async [Symbol.asyncDispose]() {
      listener.closeAllConnections();
      listener.close();
    },
  };
}
