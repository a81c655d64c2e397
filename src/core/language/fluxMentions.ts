/** What objects of Flux speak of: paths, sources and other objects, images, patches. */
import { directoryOf, isFluxKustomization, isHelmRelease } from '../flux/objects.ts';
import type { Resource } from '../kustomize/resource.ts';
import { patchEntry } from '../kustomize/kustomizationFile.ts';
import { isRemote } from '../kustomize/remote.ts';
import { placeOf } from '../lint/places.ts';
import type { RepositoryFile } from '../repository/files.ts';
import { resolvePath } from '../repository/files.ts';
import type { YamlNode } from '../yaml/node.ts';
import { get, getIn, isNull, itemsAt, scalarAt, textAt } from '../yaml/node.ts';
import { entriesIn, imageMention, only, valuesMentions } from './imageMentions.ts';
import type { Mention, ObjectMention, PathMention } from './mention.ts';
import { inlinePatchMentions } from './patchMentions.ts';

/** Keys that hold the name of another object, and the kind that it has where none is written; '' for the kind of the object itself. */
const SINGLE: readonly (readonly [path: readonly string[], kind: string])[] = [
  [['sourceRef'], 'GitRepository'],
  [['chart', 'spec', 'sourceRef'], 'HelmRepository'],
  [['chartRef'], 'HelmChart'],
  [['imageRepositoryRef'], 'ImageRepository'],
  [['providerRef'], 'Provider'],
];
const LISTS: readonly (readonly [path: readonly string[], kind: string])[] = [
  [['dependsOn'], ''],
  [['postBuild', 'substituteFrom'], 'ConfigMap'],
  [['valuesFrom'], 'ConfigMap'],
  [['eventSources'], 'Kustomization'],
  [['resources'], 'GitRepository'],
  [['sources'], 'GitRepository'],
];

export function fluxMentions(file: RepositoryFile, resource: Resource): Mention[] {
  const spec = get(resource.tree, 'spec');
  return [
    ...SINGLE.flatMap(([path, kind]) => reference(file, resource, getIn(spec, ...path), path.at(-1) ?? '', kind)),
    ...LISTS.flatMap(([path, kind]) =>
      itemsAt(spec, ...path).flatMap((item) => reference(file, resource, item, path.at(-1) ?? '', kind)),
    ),
    ...(isFluxKustomization(resource) ? kustomizationMentions(file, resource, spec) : []),
    ...(isHelmRelease(resource) ? releaseMentions(file, spec) : []),
    ...(resource.kind === 'ImageUpdateAutomation' ? pathMention(file, resource, getIn(spec, 'update', 'path')) : []),
    ...(resource.kind === 'ImageRepository' ? scanned(file, spec) : []),
  ];
}

function reference(
  file: RepositoryFile,
  { kind, namespace }: Resource,
  node: YamlNode | undefined,
  key: string,
  usualKind: string,
): ObjectMention[] {
  const name = scalarAt(node, 'name');
  if (name === undefined || isNull(name) || name.text === '*') return [];
  const object = {
    kind: textAt(node, 'kind') || usualKind || kind,
    name: name.text,
    namespace: textAt(node, 'namespace') || namespace,
  };
  return [{ type: 'object', object, key, place: placeOf(only(file), name) }];
}

function kustomizationMentions(file: RepositoryFile, resource: Resource, spec: YamlNode | undefined): Mention[] {
  const directory = directoryOf(textAt(spec, 'path'));
  const components = itemsAt(spec, 'components').flatMap((node): PathMention[] => {
    if (node.kind !== 'scalar' || isRemote(node.text)) return [];
    const path = resolvePath(directory, node.text);
    const place = placeOf(only(file), node);
    return path === undefined ? [] : [{ type: 'path', scalar: node, role: 'component', path, owner: undefined, place }];
  });
  return [
    ...pathMention(file, resource, get(spec, 'path')),
    ...components,
    ...entriesIn(file, itemsAt(spec, 'images')),
    ...patches(file, spec),
  ];
}

function releaseMentions(file: RepositoryFile, spec: YamlNode | undefined): Mention[] {
  const renderers = itemsAt(spec, 'postRenderers').map((renderer) => get(renderer, 'kustomize'));
  return [
    ...valuesMentions(file, get(spec, 'values')),
    ...renderers.flatMap((renderer) => [...entriesIn(file, itemsAt(renderer, 'images')), ...patches(file, renderer)]),
  ];
}

function patches(file: RepositoryFile, node: YamlNode | undefined): Mention[] {
  return itemsAt(node, 'patches').flatMap((item) =>
    item.kind === 'map' ? inlinePatchMentions(file, patchEntry(item, 'patches').inline) : [],
  );
}

function pathMention(file: RepositoryFile, { kind, name, namespace }: Resource, node: YamlNode | undefined): PathMention[] {
  if (node?.kind !== 'scalar' || isNull(node)) return [];
  const owner = { kind, name, namespace };
  return [{ type: 'path', scalar: node, role: 'flux', path: directoryOf(node.text), owner, place: placeOf(only(file), node) }];
}

/** The image whose tags an ImageRepository lists. */
function scanned(file: RepositoryFile, spec: YamlNode | undefined): Mention[] {
  const image = scalarAt(spec, 'image');
  return image === undefined || isNull(image) ? [] : [imageMention(file, image, 'scan')];
}
