import type { RepositoryFile } from '../repository/files.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import type { Objects } from './objects.ts';
import { notReadHere, objectsIn, syntaxFailure, syntaxFailureIn } from './objects.ts';
import type { Resource } from './resource.ts';

const cache = new WeakMap<RepositoryFile, Objects>();

/** All objects of a manifest file, and the first reason why kustomize refuses it. */
export function objectsOf(file: RepositoryFile): Objects {
  let found = cache.get(file);
  if (found === undefined) cache.set(file, (found = read(file)));
  return found;
}

function read(file: RepositoryFile): Objects {
  const { path, unreadable, separatorProblem } = file;
  if (unreadable !== undefined) {
    const clause = `${path} ${unreadable}`;
    return file.isOnlyUnread
      ? { resources: [], failure: undefined, unread: clause }
      : { resources: [], failure: failureAt(path, `${clause}.`), unread: '' };
  }
  const resources: Resource[] = [];
  let failure: Failure | undefined = separatorProblem && syntaxFailure(path, separatorProblem);
  let unread = '';
  for (const document of file.documents) {
    const objects = objectsIn(document);
    resources.push(...objects.resources);
    failure ??= objects.failure;
    unread ||= objects.unread;
    if (!file.checksSyntax && !document.isParsed) continue;
    if (failure === undefined) failure = syntaxFailureIn(document);
    const problem = unread === '' ? document.syntaxProblem : undefined;
    if (problem?.isLimit === true) unread = notReadHere(path, problem);
  }
  return { resources, failure, unread };
}
