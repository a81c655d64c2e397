import { relative } from 'node:path';
import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';
import { projectRoot } from './paths.ts';

export interface Tally {
  passed: number;
  failed: number;
}

/**
 * Counts one event of node:test and prints what a person wants to see of it: each finished file, each failure with its cause,
 * and what tests write. Suites (`describe`) are not counted, their tests are. A skipped test and a file without any
 * test count as failed, as they prove nothing.
 */
export function report(event: TestEvent, tally: Tally): void {
  if (event.type === 'test:stderr' || event.type === 'test:stdout') {
    process.stdout.write(event.data.message);
    return;
  }
  if (event.type === 'test:summary' && event.data.file !== undefined) {
    const { counts, duration_ms: milliseconds, file, success } = event.data;
    console.log(
      `${success ? '✓' : '✗'} ${relative(projectRoot, file)}  ${counts.passed}/${counts.tests} in ${(milliseconds / 1000).toFixed(1)} s`,
    );
    return;
  }
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return;
  const { details, name, file, skip, todo } = event.data;
  if (details.type === 'suite' && !isHookFailure(event)) return;
  const where = file === undefined ? '' : relative(projectRoot, file);
  const isWholeFile = name === file;
  if (event.type === 'test:fail') fail(tally, where, name, describe(event.data.details.error));
  else if (isWholeFile) fail(tally, where, name, 'The file ended without running a test.');
  else if (skip !== undefined || todo !== undefined) fail(tally, where, name, 'The test was skipped.');
  else tally.passed += 1;
}

function fail(tally: Tally, where: string, name: string, cause: string): void {
  tally.failed += 1;
  console.log(`✗ ${where}: ${name}\n${cause.replace(/^/gm, '    ')}`);
}

/** A suite whose own hook failed has no failed test that would show it. */
function isHookFailure(event: TestEvent): boolean {
  return (
    event.type === 'test:fail' &&
    'failureType' in event.data.details.error &&
    event.data.details.error.failureType === 'hookFailed'
  );
}

const longestCause = 60;

/** Message and stack of what a test threw (node:test wraps it), cut where a long comparison would bury the rest. */
function describe(error: Error): string {
  const cause = error.cause ?? error;
  const lines = (cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause)).split('\n');
  const rest = lines.length - longestCause;
  return rest > 0 ? [...lines.slice(0, longestCause), `... ${rest} more lines`].join('\n') : lines.join('\n');
}
