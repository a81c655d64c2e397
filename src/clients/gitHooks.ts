/** The user's hooks of a push, without the token that the push uses: what hooks start would inherit it, and some write their environment into logs. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Run } from './gitCommand.ts';
import { git } from './gitCommand.ts';

/** All that git push runs here. */
const HOOKS = ['pre-push', 'reference-transaction'];

type Environment = Readonly<Record<string, string>>;

/**
 * Git runs scripts of ours in place of the hooks, which put the environment back to what it is without us and go on as the hook itself: same folder, same
 * arguments, same input. Calls `use` with the environment for Git. @throws OutsideError
 */
export async function withHooksApart<T>(
  folder: string,
  env: Environment,
  run: Run,
  use: (env: Environment) => Promise<T>,
): Promise<T> {
  const real = resolve(folder, await git(folder, ['rev-parse', '--git-path', 'hooks'], run));
  const hooks = HOOKS.filter((name) => isExecutable(join(real, name)));
  if (hooks.length === 0) return await use(env);
  // Named as worktrees are, so that it is removed with them where this process is ended.
  const place = join(tmpdir(), `gitops-cockpit-${String(process.pid)}-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(place, { mode: 0o700 });
    const count = Number(env['GIT_CONFIG_COUNT'] ?? process.env['GIT_CONFIG_COUNT'] ?? '0') || 0;
    const all = {
      ...env,
      GIT_CONFIG_COUNT: String(count + 1),
      [`GIT_CONFIG_KEY_${String(count)}`]: 'core.hooksPath',
      [`GIT_CONFIG_VALUE_${String(count)}`]: place,
    };
    for (const name of hooks)
      writeFileSync(join(place, name), script(Object.keys(all), join(real, name)), { mode: 0o700, flag: 'wx' });
    return await use(all);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function script(names: readonly string[], hook: string): string {
  const restored = names.map((name) => {
    const before = process.env[name];
    return before === undefined ? `unset ${name}` : `export ${name}=${quoted(before)}`;
  });
  return `#!/bin/sh\n${restored.join('\n')}\nexec ${quoted(hook.replaceAll('\\', '/'))} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
