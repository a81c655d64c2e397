/** Everything that a file speaks of, found once for each version of it. */
import { settersIn } from '../flux/setters.ts';
import { imageOverride } from '../kustomize/kustomizationFile.ts';
import type { Resource } from '../kustomize/resource.ts';
import { placeOf } from '../lint/places.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { ManifestDocument } from '../repository/manifestDocument.ts';
import { isKustomizationFileName } from '../repository/files.ts';
import { get, scalarAt, textAt } from '../yaml/node.ts';
import { objectsOfDocument } from './documentObjects.ts';
import { fluxMentions } from './fluxMentions.ts';
import { entryMentions, imageMention, only, operationMentions } from './imageMentions.ts';
import { kustomizationMentions } from './kustomizationMentions.ts';
import type { Mention } from './mention.ts';

const known = new WeakMap<RepositoryFile, readonly Mention[]>();

/** In the order in which they stand in the file. None for files that do not parse, and for files that are no YAML. Never throws. */
export function mentionsIn(file: RepositoryFile): readonly Mention[] {
  let mentions = known.get(file);
  if (mentions === undefined) {
    mentions = find(file).sort((a, b) => a.place.start - b.place.start || a.place.end - b.place.end);
    known.set(file, mentions);
  }
  return mentions;
}

/** The innermost mention at an offset, its ends included. */
export function mentionAt(file: RepositoryFile, offset: number): Mention | undefined {
  let best: Mention | undefined;
  for (const mention of mentionsIn(file)) {
    const { start, end } = mention.place;
    if (start > offset) break;
    if (offset <= end && (best === undefined || end - start <= best.place.end - best.place.start)) best = mention;
  }
  return best;
}

function find(file: RepositoryFile): Mention[] {
  const { path } = file;
  const isKustomization = isKustomizationFileName(path);
  if (!isKustomization && !/\.(?:ya?ml|json)$/.test(path)) return [];
  const markers = settersIn(file).map((marker): Mention => ({
    type: 'marker',
    marker,
    place: { file: path, start: marker.start, end: marker.end },
  }));
  if (isKustomization) {
    const { root } = file.first;
    if (!isFluxApi(textAt(root, 'apiVersion')))
      return root?.kind === 'map' ? [...kustomizationMentions(file, root), ...markers] : markers;
  }
  return [...file.documents.flatMap((document) => documentMentions(file, document)), ...markers];
}

function documentMentions(file: RepositoryFile, document: ManifestDocument): Mention[] {
  // Thousands of lines that speak of nothing here.
  if (document.kindHint === 'CustomResourceDefinition') return [];
  const { root } = document;
  if (root?.kind === 'sequence') return operationMentions(file, root.items);
  return objectsOfDocument(document).flatMap((resource) => [
    ...resource.images.map(({ scalar, container }) => ({
      ...imageMention(file, scalar, 'container'),
      container: { kind: resource.kind, workload: resource.name, name: container },
    })),
    ...(isFluxApi(resource.apiVersion) ? fluxMentions(file, resource) : []),
    ...transformerMentions(file, resource),
    ...identityMentions(file, resource),
  ]);
}

function isFluxApi(apiVersion: string): boolean {
  return /\.(?:toolkit|extensions)\.fluxcd\.io\//.test(apiVersion);
}

/** The file of an ImageTagTransformer holds one images entry. */
function transformerMentions(file: RepositoryFile, { kind, tree }: Resource): Mention[] {
  const entry = kind === 'ImageTagTransformer' ? get(tree, 'imageTag') : undefined;
  return entry?.kind === 'map' ? entryMentions(file, imageOverride(file.path, entry)) : [];
}

function identityMentions(file: RepositoryFile, { kind, name, namespace, tree }: Resource): Mention[] {
  if (name === '') return [];
  return [scalarAt(tree, 'kind'), scalarAt(tree, 'metadata', 'name')].flatMap((scalar): Mention[] =>
    scalar === undefined ? [] : [{ type: 'identity', object: { kind, name, namespace }, place: placeOf(only(file), scalar) }],
  );
}
