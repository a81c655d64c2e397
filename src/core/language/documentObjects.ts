import { objectsIn } from '../kustomize/objects.ts';
import { Resource } from '../kustomize/resource.ts';
import type { ManifestDocument } from '../repository/manifestDocument.ts';

const known = new WeakMap<ManifestDocument, readonly Resource[]>();

/** The objects that a document says; for a patch, which need not say what it is for, its mapping as if it were one. */
export function objectsOfDocument(document: ManifestDocument): readonly Resource[] {
  let resources = known.get(document);
  if (resources === undefined) known.set(document, (resources = read(document)));
  return resources;
}

function read(document: ManifestDocument): readonly Resource[] {
  const { resources } = objectsIn(document);
  if (resources.length > 0) return resources;
  const { root } = document;
  return root?.kind === 'map' ? [Resource.ofTree(root, document.file)] : [];
}
