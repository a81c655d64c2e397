import { setTimeout as sleep } from 'node:timers/promises';

/** How long a test waits for what it needs: long, because only failures and busy machines take that time. */
export const patienceMilliseconds = 30_000;

/**
 * Reads again and again until the value is accepted, and returns it. VS Code draws in its own time, so what a test reads
 * once may be what was there a moment ago. Rejects after `timeout` milliseconds with the last value.
 */
export async function until<T>(
  read: () => Promise<T>,
  accept: (value: T) => boolean,
  timeout = patienceMilliseconds,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > end) throw new Error(`What the test waits for did not come. Last seen:\n${String(value)}`);
    await sleep(50);
  }
}
