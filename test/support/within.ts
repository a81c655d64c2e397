import assert from 'node:assert/strict';

/** Fails where something takes more milliseconds of processor time, which a busy machine does not stretch. */
export function within<T>(milliseconds: number, what: string, run: () => T): T {
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1000;
  assert.ok(took < milliseconds, `${what} took ${took.toFixed(0)} ms of processor time`);
  return result;
}
