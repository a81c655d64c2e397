/** Requests over VS Code's network, which knows the proxy and the certificates of its settings. */
import type { CancellationToken } from 'vscode';
import type { FetchAnswer, FetchParams } from '../protocol/client.ts';

/** Whoever asks refuses less than that already: the rest is not read. */
const mostBytes = 10_000_000;

export async function editorFetch(
  { url, method, headers, body }: FetchParams,
  token: CancellationToken,
): Promise<FetchAnswer | { failure: string }> {
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => abort.abort());
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal: abort.signal });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (await read(response)).toString('base64'),
    };
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: unknown };
    return { failure: typeof code === 'string' ? code : 'no connection' };
  } finally {
    listener.dispose();
  }
}

async function read(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the transfer.
    if (size > mostBytes) break;
  }
  return Buffer.concat(chunks);
}
