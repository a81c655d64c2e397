/** The objects of a manifest, and why kustomize refuses what it says (api/resource/factory.go, kyaml yaml/rnode.go GetValidatedMetadata). */
import type { ManifestDocument } from '../repository/manifestDocument.ts';
import type { MapNode, YamlNode } from '../yaml/node.ts';
import { get, isNull, textAt } from '../yaml/node.ts';
import type { YamlProblem } from '../yaml/parse.ts';
import type { Failure } from './failure.ts';
import { Resource } from './resource.ts';

export interface Objects {
  readonly resources: readonly Resource[];
  readonly failure: Failure | undefined;
  /** Why the document was not read although kustomize can, as a clause; '' where it was. */
  readonly unread: string;
}

const cache = new WeakMap<ManifestDocument, Objects>();

/** The objects of a document. A document whose first lines say what it is is not parsed for that; its syntax is another question (`syntaxFailureIn`). */
export function objectsIn(document: ManifestDocument): Objects {
  let found = cache.get(document);
  if (found === undefined) cache.set(document, (found = read(document)));
  return found;
}

function read(document: ManifestDocument): Objects {
  const { identity } = document;
  if (identity !== undefined && !identity.kind.endsWith('List'))
    return { resources: [Resource.ofDocument(document, identity)], failure: undefined, unread: '' };
  const { root, problem, file } = document;
  if (problem?.isLimit === true) return { resources: [], failure: undefined, unread: notReadHere(file, problem) };
  if (problem !== undefined) return { resources: [], failure: syntaxFailure(file, problem), unread: '' };
  const resources: Resource[] = [];
  const failure = root === undefined ? undefined : collect(root, file, resources, document);
  return { resources: failure === undefined ? resources : [], failure, unread: '' };
}

function collect(root: YamlNode, file: string, found: Resource[], document: ManifestDocument | undefined): Failure | undefined {
  if (isNothing(root)) return undefined;
  const failure = (sentence: string): Failure => ({ sentence, file, at: root.start, kind: 'no-object' });
  const kind = textAt(root, 'kind');
  if (root.kind !== 'map' || kind === '')
    return failure(`${file} holds YAML that is no Kubernetes object (missing Resource metadata, or missing kind).`);
  const isList = kind.endsWith('List');
  if (!isList && textAt(root, 'metadata', 'name') === '')
    return failure(`${file} holds a ${kind} without a name (missing metadata.name in object).`);
  const items = isList ? get(root, 'items') : undefined;
  if (items === undefined) {
    found.push(ofTree(root, file, document));
    return undefined;
  }
  if (items.kind !== 'sequence')
    return items.kind === 'scalar' && isNull(items)
      ? undefined
      : failure(`${file} holds a ${kind} whose items are no list (expected array in ${kind}/items).`);
  for (const item of items.items) {
    const problem = collect(item, file, found, undefined);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The only object of a document keeps the connection to its text. */
function ofTree(tree: MapNode, file: string, document: ManifestDocument | undefined): Resource {
  if (document === undefined) return Resource.ofTree(tree, file);
  const identity = {
    apiVersion: textAt(tree, 'apiVersion'),
    kind: textAt(tree, 'kind'),
    name: textAt(tree, 'metadata', 'name'),
    namespace: textAt(tree, 'metadata', 'namespace'),
  };
  return Resource.ofDocument(document, identity);
}

function isNothing(node: YamlNode): boolean {
  if (node.kind === 'scalar') return isNull(node);
  return node.kind === 'map' ? node.entries.size === 0 : node.items.length === 0;
}

/** Why kustomize cannot read a document as YAML, or not write it again. */
export function syntaxFailureIn(document: ManifestDocument): Failure | undefined {
  const problem = document.syntaxProblem;
  return problem === undefined || problem.isLimit === true ? undefined : syntaxFailure(document.file, problem);
}

/** Why a document beyond the limits of the reader was not read, as a clause. */
export function notReadHere(file: string, { message }: YamlProblem): string {
  return `${file} ${message} and is not read`;
}

export function syntaxFailure(file: string, { message, offset, isDuplicateKey }: YamlProblem): Failure {
  return {
    sentence: `${file} is not valid YAML: ${message}.`,
    file,
    at: offset,
    kind: isDuplicateKey ? 'duplicate-key' : 'syntax',
  };
}
