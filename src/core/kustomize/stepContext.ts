import { withoutCredentials } from '../git/credentials.ts';
import type { RepositoryFile } from '../repository/files.ts';
import { resolvePath } from '../repository/files.ts';
import type { ScalarNode } from '../yaml/node.ts';
import type { Accumulator } from './accumulator.ts';
import type { FailureKind } from './failure.ts';
import { failureAt } from './failure.ts';
import { whyMissing } from './missing.ts';
import { isUrl } from './remote.ts';
import { restriction } from './restriction.ts';
import type { StepContext } from './step.ts';

/** What the steps of a kustomization need of its build. `file`: where it is written. */
export function contextOf(build: Accumulator, file: string, directory: string): StepContext {
  return {
    fail: (sentence, at, kind) => build.fail(failureAt(at ?? file, `${file}: ${sentence}`, kind)),
    load: (path, at, what) => load(build, path, at, what, file, directory),
    notRead: (unknown) => build.notRead(unknown, file),
    doubt: (why) => {
      build.opaque ??= why;
    },
    ran: (patch, matched) => build.patchRuns.push({ patch, file, matched, seen: build.resources, certain: build.isCertain }),
    get isPartial() {
      return build.isPartial;
    },
  };
}

function load(
  build: Accumulator,
  path: string,
  at: ScalarNode,
  what: string,
  file: string,
  directory: string,
): RepositoryFile | undefined {
  if (isUrl(path)) {
    build.notRead({ why: `${what} ${withoutCredentials(path)} is not fetched`, scalar: at }, file);
    return undefined;
  }
  const resolved = path.startsWith('/') ? undefined : resolvePath(directory, path);
  const fail = (sentence: string, kind?: FailureKind) => build.fail(failureAt(at, `${file}: ${sentence}`, kind));
  // What is written over several lines is no path, and may be a part of a Secret.
  if (path.trim().includes('\n') || /[{}]/.test(path)) {
    fail(`${what} is neither a file nor can it be read in place.`, 'missing-path');
    return undefined;
  }
  if (path === '') {
    fail(`${what} has no path.`);
    return undefined;
  }
  if (resolved === undefined) {
    fail(`${what} ${path} is outside of the repository.`);
    return undefined;
  }
  build.use(resolved);
  const found = build.view.file(resolved);
  if (found !== undefined) build.plainFailure ??= restriction(build.view, resolved, directory, at);
  else if (build.view.isDirectory(resolved)) fail(`${what} ${resolved} is a directory.`);
  else fail(`${what} ${resolved} ${whyMissing(build.view, resolved)}.`, 'missing-path');
  return found;
}
