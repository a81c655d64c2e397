/** Images in objects, in patches, and in the values of charts. */
import type { ValuesImage } from '../flux/helmValues.ts';
import { imagesInValues } from '../flux/helmValues.ts';
import { foldKeys } from '../kustomize/foldKeys.ts';
import { mappingOf, imageOverride } from '../kustomize/kustomizationFile.ts';
import { Resource } from '../kustomize/resource.ts';
import { placeOf, placeOfValue } from '../lint/places.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { ImageOverride } from '../repository/model.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, isNull, textAt } from '../yaml/node.ts';
import type { EntryField, EntryMention, ImageMention, Mention, ValueMention } from './mention.ts';

const FIELDS: readonly EntryField[] = ['name', 'newName', 'newTag', 'tagSuffix', 'digest'];

/** Every field of an entry. */
export function entryMentions(file: RepositoryFile, entry: ImageOverride): EntryMention[] {
  const mapping = mappingOf(entry);
  const keys = mapping && foldKeys(mapping);
  return FIELDS.flatMap((field): EntryMention[] => {
    const written = keys?.get(field.toLowerCase());
    if (written?.value.kind !== 'scalar') return [];
    return [{ type: 'entry', entry, field, scalar: written.value, place: placeOfValue(only(file), written) }];
  });
}

/** The entries of a list that Flux or a chart's post-renderer has. */
export function entriesIn(file: RepositoryFile, items: readonly YamlNode[]): EntryMention[] {
  return items.flatMap((item) => (item.kind === 'map' ? entryMentions(file, imageOverride(file.path, item)) : []));
}

/** The images of the containers of an object. */
export function containerMentions(file: RepositoryFile, tree: MapNode): ImageMention[] {
  return Resource.ofTree(tree, file.path).images.map(({ scalar }) => imageMention(file, scalar, 'container'));
}

/** Images that the operations of a JSON patch write. */
export function operationMentions(file: RepositoryFile, operations: readonly YamlNode[]): ImageMention[] {
  return operations.flatMap((operation) => {
    const path = textAt(operation, 'path');
    const value = get(operation, 'value');
    if (value === undefined) return [];
    if (value.kind === 'scalar') return path.endsWith('/image') && !isNull(value) ? [imageMention(file, value, 'container')] : [];
    const [, list = ''] = /\/((?:init|ephemeral)?[cC]ontainers)(?:\/[^/]*)?$/.exec(path) ?? [];
    return containerMentions(file, list === '' || path.endsWith(list) ? wrapped(list, value) : wrapped(list, inList(value)));
  });
}

function inList(item: YamlNode): YamlNode {
  return { kind: 'sequence', items: [item], start: item.start };
}

/** A mapping with the value at a key, as it stands in the object; the value itself where it is one. */
function wrapped(key: string, value: YamlNode): MapNode {
  if (key === '' && value.kind === 'map') return value;
  const name: ScalarNode = {
    kind: 'scalar',
    text: key,
    style: 'plain',
    tag: '',
    start: value.start,
    end: value.start,
    alias: false,
    source: { file: '', within: undefined },
  };
  return { kind: 'map', entries: new Map([[key, { key: name, value }]]), start: value.start };
}

/** The images in the values of a chart. */
export function valuesMentions(file: RepositoryFile, values: YamlNode | undefined): Mention[] {
  return imagesInValues(values).flatMap((image): Mention[] =>
    image.whole === undefined ? partMentions(file, image) : [imageMention(file, image.whole, 'values')],
  );
}

function partMentions(file: RepositoryFile, image: ValuesImage): ValueMention[] {
  return (['registry', 'repository', 'tag', 'digest'] as const).flatMap((part): ValueMention[] => {
    const scalar = image[part];
    return scalar === undefined ? [] : [{ type: 'value', part, image, scalar, place: placeOf(only(file), scalar) }];
  });
}

export function imageMention(file: RepositoryFile, scalar: ScalarNode, where: ImageMention['where']): ImageMention {
  return { type: 'image', scalar, where, place: placeOf(only(file), scalar) };
}

/** A repository of one file: all that places in it need. */
export function only(file: RepositoryFile): { readonly file: () => RepositoryFile } {
  return { file: () => file };
}
