import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgramLimits } from '../../../src/clients/process.ts';
import { askGit, ProgramMissing, runProgram } from '../../../src/clients/process.ts';
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
    deepEqual([exitCode, output.toString(), errors, truncated], [3, 'out\n', 'err\n', undefined]);
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
    deepEqual([truncated, exitCode], ['time', undefined]);
    ok(performance.now() - started < 10_000);
  });
  it('at the limit of output', async () => {
    const { truncated, output } = await run('for (;;) console.log("y".repeat(10_000))', { maxBytes: 100_000 });
    equal(truncated, 'size');
    ok(output.length <= 100_000);
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

describe('Git through simple-git', () => {
  const environment = { PATH: process.env['PATH'], HOME: '/nobody', GIT_CONFIG_NOSYSTEM: '1' };
  /** A git that says that it has started and then waits. */
  function slow() {
    const repository = temporaryRepository({ 'bin/git': '#!/bin/sh\n: > started\nexec sleep 60\n' });
    chmodSync(join(repository.root, 'bin/git'), 0o755);
    const PATH = [join(repository.root, 'bin'), process.env['PATH']].join(delimiter);
    return { repository, program: { folder: repository.root, environment: { ...environment, PATH } } };
  }

  it('says what it was asked, with the configuration of the environment', async () => {
    using repository = temporaryRepository({});
    await runProgram({ name: 'git', args: ['init', '--quiet'], folder: repository.root, environment }, limits);
    const configured = {
      GIT_CONFIG_COUNT: '2',
      ...{ GIT_CONFIG_KEY_0: 'remote.origin.url', GIT_CONFIG_VALUE_0: 'gh:acme/fleet' },
      ...{ GIT_CONFIG_KEY_1: 'url.https://github.com/.insteadOf', GIT_CONFIG_VALUE_1: 'gh:' },
    };
    const program = { folder: repository.root, environment: { ...environment, ...configured } };
    const [remote] = await askGit(program, limits, (git) => git.getRemotes(true));
    equal(remote?.refs.fetch, 'https://github.com/acme/fleet');
  });
  it('rejects where git is not there', async () => {
    const program = { folder: process.cwd(), environment: { PATH: '/nope' } };
    await rejects(
      askGit(program, limits, (git) => git.status()),
      ProgramMissing,
    );
  });
  it('ends at the limit of time', async () => {
    const { repository, program } = slow();
    using _ = repository;
    const asking = askGit(program, { timeoutMilliseconds: 500 }, (git) => git.status());
    await rejects(asking, { name: 'TimeoutError' });
  });
  it('ends when it is cancelled', async () => {
    const { repository, program } = slow();
    using _ = repository;
    const cancel = new AbortController();
    const asking = askGit(program, { ...limits, signal: cancel.signal }, (git) => git.status());
    while (!existsSync(join(repository.root, 'started'))) await sleep(20);
    cancel.abort(new Error('cancelled'));
    await rejects(asking, /cancelled/);
  });
});
