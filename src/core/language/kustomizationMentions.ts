/** What a kustomization file speaks of: paths, images entries, patches in place. */
import { foldKeys } from '../kustomize/foldKeys.ts';
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import { isRemote } from '../kustomize/remote.ts';
import { placeOf } from '../lint/places.ts';
import type { RepositoryFile } from '../repository/files.ts';
import { parentDirectory, resolvePath } from '../repository/files.ts';
import { rangeInFile } from '../yaml/editEmbedded.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get } from '../yaml/node.ts';
import { entryMentions, only } from './imageMentions.ts';
import type { Mention, PathMention } from './mention.ts';
import { inlinePatchMentions } from './patchMentions.ts';

/** Lists of paths, with what stands there. */
const PATHS: readonly (readonly [field: string, role: PathMention['role']])[] = [
  ['resources', 'resource'],
  ['bases', 'resource'],
  ['components', 'component'],
  ['configurations', 'file'],
  ['crds', 'file'],
  ['generators', 'resource'],
  ['transformers', 'resource'],
  ['validators', 'resource'],
];
/** Lists of mappings with a path, and its keys. */
const HOLDERS: readonly (readonly [field: string, keys: readonly string[]])[] = [
  ['patches', ['path']],
  ['patchesjson6902', ['path']],
  ['replacements', ['path']],
  ['configmapgenerator', ['files', 'envs', 'env']],
  ['secretgenerator', ['files', 'envs', 'env']],
  ['helmcharts', ['valuesfile', 'additionalvaluesfiles']],
];

export function kustomizationMentions(file: RepositoryFile, root: MapNode): Mention[] {
  const fields = foldKeys(root);
  const list = (name: string): readonly YamlNode[] => {
    const value = fields.get(name)?.value;
    return value?.kind === 'sequence' ? value.items : [];
  };
  const { images, patches, jsonPatches } = parseKustomizationFile(file);
  const all = [...patches, ...jsonPatches];
  return [
    ...PATHS.flatMap(([field, role]) => list(field).flatMap((node) => pathMention(file, node, role))),
    ...list('patchesstrategicmerge').flatMap((node) =>
      pathMention(file, all.some(({ path }) => path === node) ? node : undefined),
    ),
    ...HOLDERS.flatMap(([field, keys]) => list(field).flatMap((holder) => heldPaths(file, holder, keys))),
    ...pathMention(file, get(fields.get('openapi')?.value, 'path')),
    ...images.flatMap((entry) => entryMentions(file, entry)),
    ...all.flatMap(({ inline }) => inlinePatchMentions(file, inline)),
    ...['kind', 'apiversion'].flatMap((field): Mention[] => {
      const value = fields.get(field)?.value;
      if (value?.kind !== 'scalar') return [];
      return [{ type: 'kustomization', directory: parentDirectory(file.path), place: placeOf(only(file), value) }];
    }),
  ];
}

function heldPaths(file: RepositoryFile, holder: YamlNode, keys: readonly string[]): PathMention[] {
  if (holder.kind !== 'map') return [];
  const fields = foldKeys(holder);
  return keys.flatMap((key) => {
    const value = fields.get(key)?.value;
    return value?.kind === 'sequence' ? value.items.flatMap((item) => pathMention(file, item)) : pathMention(file, value);
  });
}

/** The path of a scalar, behind the `=` of `key=path`. */
function pathMention(file: RepositoryFile, node: YamlNode | undefined, role: PathMention['role'] = 'file'): PathMention[] {
  if (node?.kind !== 'scalar' || node.text === '' || node.text.includes('\n')) return [];
  const from = role === 'file' ? node.text.indexOf('=') + 1 : 0;
  const text = node.text.slice(from);
  const path = isRemote(text) ? undefined : resolvePath(parentDirectory(file.path), text);
  if (path === undefined) return [];
  return [{ type: 'path', scalar: node, role, path, owner: undefined, place: placeBehind(file, node, from) }];
}

function placeBehind(file: RepositoryFile, scalar: ScalarNode, from: number): PathMention['place'] {
  const { start, end } = rangeInFile(file.text, scalar);
  const isPlain = file.text.slice(start, end) === scalar.text;
  return from > 0 && isPlain ? { file: file.path, start: start + from, end } : placeOf(only(file), scalar);
}
