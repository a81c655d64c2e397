import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgramLimits } from '../../../src/clients/process.ts';
import { ProgramMissing, runProgram } from '../../../src/clients/process.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

const limits: ProgramLimits = { timeoutMilliseconds: 20_000, maxBytes: 1_000_000 };

/** Runs JavaScript in another process. */
function run(code: string, other: Partial<ProgramLimits> & { input?: string; folder?: string } = {}) {
  const { input, folder = process.cwd(), ...limit } = other;
  const program = { name: process.execPath, args: ['--eval', code], folder, environment: { GREETING: 'hello' }, input };
  return runProgram(program, { ...limits, ...limit });
}

describe('A program', () => {
  it('gives its output, its errors and its exit code', async () => {
    const { exitCode, output, errors, truncated } = await run('console.log("out"); console.error("err"); process.exitCode = 3');
    deepEqual([exitCode, output.toString(), errors, truncated], [3, 'out\n', 'err\n', false]);
  });
  it('reads what it is given, and sees no more of the environment than that', async () => {
    const { output } = await run('process.stdin.pipe(process.stdout); console.log(process.env)', { input: 'text' });
    equal(output.toString(), "{ GREETING: 'hello' }\ntext");
  });
  it('gets arguments as they are, whatever a shell would make of them', async () => {
    const args = ['--eval', 'console.log(process.argv.slice(1).join("|"))', '--', '$(touch x)', '; ls', '*'];
    const { output } = await runProgram({ name: process.execPath, args, folder: process.cwd(), environment: {} }, limits);
    equal(output.toString(), '$(touch x)|; ls|*\n');
  });
  it('that closes its input early is no error', async () => {
    equal((await run('process.stdin.destroy()', { input: 'x'.repeat(10_000_000) })).exitCode, 0);
  });
  it('that is not there rejects', async () => {
    const missing = { name: 'no-such-program', args: [], folder: process.cwd(), environment: { PATH: '/nope' } };
    await rejects(runProgram(missing, limits), ProgramMissing);
  });
});

describe('A program ends', () => {
  it('at the limit of time, even if it does not want to', async () => {
    const started = performance.now();
    const { truncated, exitCode } = await run('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', {
      timeoutMilliseconds: 500,
    });
    deepEqual([truncated, exitCode], [true, undefined]);
    ok(performance.now() - started < 10_000);
  });
  it('at the limit of output', async () => {
    const { truncated, output } = await run('for (;;) console.log("y".repeat(10_000))', { maxBytes: 100_000 });
    ok(truncated && output.length <= 100_000);
  });
  it('when it is cancelled', async () => {
    using repository = temporaryRepository({});
    const cancel = new AbortController();
    const running = run('require("fs").writeFileSync("started", ""); setInterval(() => {}, 1000)', {
      signal: cancel.signal,
      folder: repository.root,
    });
    while (!existsSync(join(repository.root, 'started'))) await sleep(20);
    cancel.abort(new Error('cancelled'));
    await rejects(running, /cancelled/);
  });
  it('even if something that it started keeps its output open', async () => {
    const started = performance.now();
    const { exitCode } = await run(
      'require("child_process").spawn(process.execPath, ["--eval", "setTimeout(() => {}, 20_000)"], { stdio: "inherit", detached: true }).unref()',
    );
    equal(exitCode, 0);
    ok(performance.now() - started < 15_000);
  });
});
