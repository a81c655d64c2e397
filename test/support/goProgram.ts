// Programs that are built once from the Go module proxy and kept in the user's cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.ts';

const programs = join(cacheFolder, 'programs');

interface GoCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The path of a program; builds it into a new folder and moves that into place, so that two runs cannot disturb each other. */
export function program(name: string, file: string, command: (folder: string) => GoCommand): string {
  const folder = join(programs, name);
  if (existsSync(join(folder, file))) return join(folder, file);
  requireGo();
  mkdirSync(programs, { recursive: true });
  const work = mkdtempSync(join(programs, 'building-'));
  const { args, cwd, env } = command(work);
  process.stderr.write(`Building ${name} with Go; this happens once and takes about a minute.\n`);
  const { status, stderr } = spawnSync('go', args, { cwd, env: { ...goEnvironment(), ...env }, encoding: 'utf8' });
  if (status !== 0) {
    rmSync(work, { recursive: true });
    throw new Error(`go ${args.join(' ')} did not succeed:\n${stderr}`);
  }
  if (existsSync(folder)) rmSync(work, { recursive: true });
  else renameSync(work, folder);
  return join(folder, file);
}

export function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOTOOLCHAIN: 'auto' };
}

export function requireGo(): void {
  if (spawnSync('go', ['version']).status !== 0) {
    throw new Error(
      'Tests compare with programs that are built from their own sources, which needs Go >= 1.26 on the PATH: https://go.dev/dl',
    );
  }
}
