/**
 * npm run conformance -- [--verbose] [FILE...]: runs cases in the format of `image-semantics.json` (without a FILE the copy in this folder) and
 * prints for each kind and in all how many passed and which failed. Exit code 0, 1 where a case failed, 2 where a file cannot be read.
 */
import { parseArgs } from 'node:util';
import { publicCases, readCases } from './cases.ts';
import { runCases } from './checks.ts';
import type { CaseResult } from './checks.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { verbose: { type: 'boolean', default: false } } });

try {
  const cases = (positionals.length === 0 ? [publicCases] : positionals).flatMap((path) => readCases(path));
  const { results, notRun } = runCases(cases);
  for (const [kind, group] of Map.groupBy(results, (result) => result.kind)) printGroup(kind, group);
  for (const [kind, group] of Map.groupBy(notRun, (one) => one.kind))
    console.log(`${kind}: ${String(group.length)} not run (next issue)`);
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  console.log(`${String(results.length - failed)} passed, ${String(failed)} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

function printGroup(kind: string, results: readonly CaseResult[]): void {
  const failures = results.filter(({ failure }) => failure !== undefined);
  console.log(`${kind}: ${String(results.length - failures.length)} passed, ${String(failures.length)} failed`);
  for (const { id, failure = '' } of failures) console.log(`  ${id}${values.verbose ? `: ${failure}` : ''}`);
}
