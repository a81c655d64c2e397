// The way to a real API server through a proxy that spoils some answers, as `kubectl proxy` serves it: plain HTTP.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';

export interface FaultyProxy extends AsyncDisposable {
  readonly server: string;
  /** How many requests have no whole answer yet. */
  readonly open: () => number;
}

/** `spoil` answers a request itself and says so by true; all others go on to the server. */
export async function faultyProxyTo(
  { server, folder }: { readonly server: string; readonly folder: string },
  spoil: (url: URL, answer: ServerResponse) => boolean,
): Promise<FaultyProxy> {
  const ca = readFileSync(join(folder, 'pki/apiserver.crt'));
  const open = new Set<IncomingMessage>();
  const proxy = createServer((near, answer) => {
    open.add(near);
    answer.on('close', () => open.delete(near));
    const url = new URL(near.url ?? '/', server);
    if (spoil(url, answer)) return;
    const far = request(url, { method: near.method ?? 'GET', headers: { ...near.headers, host: url.host }, ca }, (from) => {
      answer.writeHead(from.statusCode ?? 500, from.headers);
      answer.flushHeaders();
      from.pipe(answer);
      from.on('error', () => answer.destroy());
    });
    far.on('error', () => answer.destroy());
    answer.on('close', () => far.destroy());
    near.pipe(far);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return {
    server: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    open: () => open.size,
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
