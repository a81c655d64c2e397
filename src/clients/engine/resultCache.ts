import { dirname } from 'node:path';
import type { BuildRequest, BuildResult } from './messages.ts';
import { relativeTo } from './virtualFiles.ts';

/** Results of builds, each good until something that it used changes. */
export interface ResultCache {
  get(request: BuildRequest): BuildResult | undefined;
  /** Runs the build and keeps its result, unless what it used changed meanwhile. */
  keep(request: BuildRequest, build: () => Promise<BuildResult>): Promise<BuildResult>;
  /** @param paths absolute, of files or folders that were created, written or deleted */
  changed(paths: readonly string[]): void;
  requestsUsing(path: string): readonly BuildRequest[];
}

interface Entry {
  readonly request: BuildRequest;
  readonly used: ReadonlySet<string>;
  readonly usedAnything: boolean;
  result?: BuildResult;
}

const maximumEntries = 200;

export function createResultCache(): ResultCache {
  const entries = new Map<string, Entry>();
  const changesDuring = new Set<string[]>();

  return {
    get(request) {
      const key = JSON.stringify(request);
      const entry = entries.get(key);
      if (!entry?.result) return undefined;
      entries.delete(key);
      entries.set(key, entry); // the most recent comes last
      return entry.result;
    },

    async keep(request, build) {
      const changes: string[] = [];
      changesDuring.add(changes);
      try {
        const result = await build();
        const entry: Entry = { request, used: new Set(result.used), usedAnything: isUnknown(result) };
        if (!changes.some((path) => isAffected(entry, path))) entry.result = result;
        const key = JSON.stringify(request);
        entries.delete(key);
        entries.set(key, entry);
        const [oldest] = entries.keys();
        if (entries.size > maximumEntries && oldest !== undefined) entries.delete(oldest);
        return result;
      } finally {
        changesDuring.delete(changes);
      }
    },

    changed(paths) {
      for (const changes of changesDuring) changes.push(...paths);
      for (const entry of entries.values()) {
        if (entry.result && paths.some((path) => isAffected(entry, path))) delete entry.result;
      }
    },

    requestsUsing(path) {
      const affected = [...entries.values()].filter((entry) => !entry.request.overlay && isAffected(entry, path));
      return affected.map((entry) => entry.request);
    },
  };
}

/** A build that was stopped cannot say what it used. */
function isUnknown(result: BuildResult): boolean {
  return !result.ok && (result.error.stage === 'time-out' || result.error.stage === 'crash');
}

function isAffected(entry: Entry, path: string): boolean {
  if (relativeTo(path, entry.request.root) !== null) return true; // the whole repository, or a folder around it
  const inside = relativeTo(entry.request.root, path);
  if (inside === null) return false;
  if (entry.usedAnything || entry.used.has(inside) || entry.used.has(`${inside}/`)) return true;
  const folder = dirname(inside);
  if (entry.used.has(folder === '.' ? '/' : `${folder}/`)) return true;
  for (const used of entry.used) if (used.startsWith(`${inside}/`)) return true;
  return false;
}
