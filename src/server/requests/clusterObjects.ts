/** From objects of a cluster to the files that define them, and back. */
import type { Location, Position } from 'vscode-languageserver-protocol';
import { groupOf } from '../../core/kubernetes/liveObject.ts';
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { objectsOf } from '../../core/kustomize/fileObjects.ts';
import type { Resource } from '../../core/kustomize/resource.ts';
import { scalarAt } from '../../core/yaml/node.ts';
import { linePlace, pathOf, rangeOf, uriOf } from '../places.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';

/** null where nothing in the workspace renders it. */
export function objectLocation(session: Session, reference: ObjectReference): Location | null {
  for (const repository of session.repositories()) {
    const found = [...renderedIn(repository)].filter((resource) => isSame(resource, reference));
    const exact = found.find(({ namespace }) => namespace === reference.namespace) ?? found[0];
    const location = exact === undefined ? undefined : locationIn(repository, exact);
    if (location !== undefined) return location;
  }
  return null;
}

/** Everything that is rendered, then Flux objects that nothing renders, as they are written. */
function* renderedIn({ snapshot }: RepositorySession): Generator<Resource> {
  for (const root of snapshot.roots) for (const build of snapshot.buildsOf(root)) yield* build.resources;
  for (const objects of snapshot.fluxObjects.values()) yield* objects;
}

/** An object without a namespace gets one from whoever applies it. */
function isSame({ apiVersion, kind, name, namespace }: Resource, reference: ObjectReference): boolean {
  return (
    kind === reference.kind &&
    name === reference.name &&
    groupOf(apiVersion) === reference.group &&
    (namespace === reference.namespace || namespace === '')
  );
}

function locationIn(repository: RepositorySession, resource: Resource): Location | undefined {
  const file = repository.snapshot.file(resource.file);
  const written = file === undefined ? undefined : objectsOf(file).resources.find((object) => isWrittenAs(object, resource));
  if (file === undefined || written === undefined) return undefined;
  const name = scalarAt(written.tree, 'metadata', 'name');
  const start = name?.start ?? written.tree.start;
  return { uri: uriOf(repository, file.path), range: rangeOf(repository, file.path, start, name?.end ?? start) };
}

function isWrittenAs(written: Resource, { kind, name, previous }: Resource): boolean {
  return written.kind === kind && written.name === (previous[0]?.name ?? name);
}

/** The object that is written at a position, under each name and namespace that it gets; as it is written where nothing renders it. */
export function objectsAt(session: Session, uri: string, position: Position): ObjectReference[] {
  const path = pathOf(uri);
  const found = path === undefined ? undefined : session.locate(path);
  const file = found?.repository.snapshot.file(found.path);
  if (found === undefined || file === undefined) return [];
  const place = linePlace(found.repository, found.path, position);
  const written = objectsOf(file).resources.findLast(({ tree }) => tree.start <= (place?.lineEnd ?? 0));
  if (written === undefined) return [];
  const rendered = [...renderedIn(found.repository)].filter((one) => one.file === found.path && isWrittenAs(written, one));
  const references = new Map<string, ObjectReference>();
  for (const { apiVersion, kind, name, namespace } of rendered.length > 0 ? rendered : [written]) {
    const reference = { group: groupOf(apiVersion), kind, namespace, name };
    references.set(JSON.stringify(reference), reference);
  }
  return [...references.values()];
}
