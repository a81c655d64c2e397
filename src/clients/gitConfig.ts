/** Facts of a Git repository that stand in plain files, so that no program is needed. */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** URLs of all remotes, as written. Empty where the folder is no Git repository. Never throws. */
export function remoteUrls(folder: string): string[] {
  const directory = gitDirectory(folder);
  const config = directory === undefined ? undefined : (readText(join(commonDirectory(directory), 'config')) ?? undefined);
  if (config === undefined) return [];
  const urls: string[] = [];
  let inRemote = false;
  for (const line of config.split('\n')) {
    const section = /^\s*\[\s*([^\s\]"]+)/.exec(line)?.[1];
    if (section !== undefined) inRemote = section.toLowerCase() === 'remote';
    const url = inRemote ? /^\s*url\s*=\s*"?([^"\r]*?)"?\s*$/i.exec(line)?.[1] : undefined;
    if (url !== undefined) urls.push(url);
  }
  return urls;
}

/** `.git`, or what a `.git` file of a worktree or submodule points to. */
function gitDirectory(folder: string): string | undefined {
  const path = join(folder, '.git');
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) return path;
  const target = status === undefined ? undefined : /^gitdir:\s*(.+?)\s*$/m.exec(readText(path) ?? '')?.[1];
  return target === undefined ? undefined : resolve(folder, target);
}

/** A linked worktree shares the configuration of its repository. */
function commonDirectory(directory: string): string {
  const common = readText(join(directory, 'commondir'))?.trim();
  return common === undefined ? directory : resolve(directory, common);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
