// VS Code's secret storage in a browser: sealed in the page's local storage with a key of which the server has one half, as code-server mints it.
import { createCipheriv, randomBytes } from 'node:crypto';
import type { BrowserContext } from 'playwright-core';

const serverHalf = randomBytes(32);

/** Lets a VS Code that is opened in this context find secrets of its extensions: `{"extensionId":...,"key":...}` > value. */
export async function keepSecrets(context: BrowserContext, secrets: Readonly<Record<string, string>>): Promise<void> {
  await context.route('**/mint-key', (route) => route.fulfill({ body: serverHalf }));
  await context.addInitScript((sealed) => localStorage.setItem('secrets.provider', sealed), seal(JSON.stringify(secrets)));
}

function seal(text: string): string {
  const clientHalf = randomBytes(32);
  const iv = randomBytes(12);
  const key = clientHalf.map((byte, at) => byte ^ (serverHalf[at] ?? 0));
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([clientHalf, iv, ...sealed]).toString('base64');
}
