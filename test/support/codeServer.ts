// The npm package code-server carries a complete VS Code (workbench, extension host, git and GitHub extensions) that a
// browser shows, for machines where no desktop VS Code can be started. It is installed once per user, outside the checkout.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from './paths.ts';
import { runProgram } from './runProgram.ts';

const version = '4.139.1';
const folder = join(cacheFolder, `code-server-${version}`);
const installFlags = ['--ignore-scripts', '--omit=dev', '--no-fund', '--no-audit', '--loglevel=error'];
const vscodeFolder = join('node_modules/code-server/lib/vscode');

/**
 * The path of VS Code's own server-main.js inside code-server, installed now if it is not in the cache.
 *
 * The install scripts are left out on purpose: they compile six native modules, for which they need a compiler, Python and
 * libkrb5-dev, and VS Code does without those modules (Kerberos proxies, SQLite, Windows) or has prebuilt ones (terminal, file
 * watcher). What remains of the scripts' work is to install the dependencies of VS Code and of its extensions, and to compile
 * the logger where that is possible.
 */
export async function prepareCodeServer(): Promise<string> {
  const serverMain = join(folder, vscodeFolder, 'out/server-main.js');
  if (existsSync(serverMain)) return serverMain;
  console.log(`Installing VS Code for the browser (code-server ${version}, 600 MB, once) into ${folder} ...`);
  // A folder of another name until it is complete, so that an interrupted install is never mistaken for one.
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  try {
    writeFileSync(join(partial, 'package.json'), JSON.stringify({ private: true }));
    await npm(partial, 'install', ...installFlags, `code-server@${version}`);
    await npm(join(partial, vscodeFolder), 'install', ...installFlags);
    await npm(join(partial, vscodeFolder, 'extensions'), 'install', ...installFlags);
    await npm(join(partial, vscodeFolder), 'rebuild', '--silent', '@vscode/spdlog').catch(() => {
      console.log('VS Code works without log files here: its logger could not be compiled.');
    });
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return serverMain;
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  // code-server refuses any Node but the major version that runs us.
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
  await runProgram('npm', args, { cwd, env: { ...process.env, PATH: path } });
}
