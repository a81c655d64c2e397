import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';

/** How long a test waits for what it needs: long, because only failures and busy machines take that time. */
export const patienceMilliseconds = 30_000;

/**
 * Does something again and again until it works out. VS Code draws rows, menus and hovers again in its own time, so what was just found may be another
 * element a moment later: each attempt finds everything anew. `attempt` gets the milliseconds that its own waits may take; they grow, as a busy machine
 * needs more. Rejects with the last failure.
 */
export async function retry<T>(attempt: (milliseconds: number) => Promise<T>, timeout = patienceMilliseconds): Promise<T> {
  const end = Date.now() + timeout;
  for (let milliseconds = 2000; ; milliseconds *= 1.5) {
    try {
      return await attempt(milliseconds);
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}

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
    if (Date.now() > end)
      throw new Error(`What the test waits for did not come. Last seen:\n${typeof value === 'string' ? value : inspect(value)}`);
    await sleep(50);
  }
}

/** Waits until what is read is deeply equal to what is expected; rejects with the difference to what was last seen. */
export async function untilEqual<T>(read: () => Promise<T>, expected: T, timeout?: number): Promise<void> {
  let last: T | undefined;
  await until(
    async () => (last = await read()),
    (value) => isDeepStrictEqual(value, expected),
    timeout,
  ).catch(() => assert.deepStrictEqual(last, expected));
}
