/** A kustomization file as kustomize reads it: first document only, field names matched case-insensitively (image-semantics.md A.1). */
import type { ImageOverride } from '../repository/model.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull, textAt } from '../yaml/node.ts';
import { typeOf } from '../yaml/typing.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import { syntaxFailure } from './objectProblem.ts';

/** One patch of `patches`, `patchesStrategicMerge` or `patchesJson6902`. */
export interface PatchEntry {
  readonly target: MapNode | undefined;
  /** The file that holds the patch, relative to the kustomization. */
  readonly path: ScalarNode | undefined;
  /** The patch itself, written in place. */
  readonly inline: ScalarNode | undefined;
  /** `options.allowNameChange`: a merge may rename the object. */
  readonly mayRename: boolean;
}

export interface KustomizationFile {
  readonly file: string;
  readonly isComponent: boolean;
  /** Why kustomize refuses the file however it is used. */
  readonly failure: Failure | undefined;
  /** Why kustomize refuses it where Flux, at `spec.path`, does not (numbers as tags, unknown fields). */
  readonly strictFailure: Failure | undefined;
  readonly resources: readonly ScalarNode[];
  readonly components: readonly ScalarNode[];
  readonly configurations: readonly ScalarNode[];
  readonly crds: boolean;
  readonly images: readonly ImageOverride[];
  /** In the order in which kustomize runs them, before and after namespace and names. */
  readonly patches: readonly PatchEntry[];
  readonly jsonPatches: readonly PatchEntry[];
  readonly namespace: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly replacements: readonly YamlNode[];
  readonly transformers: readonly ScalarNode[];
  readonly generators: readonly ScalarNode[];
  readonly helmCharts: boolean;
  readonly configMaps: readonly MapNode[];
  readonly secrets: readonly MapNode[];
}

const FIELDS = new Set(
  (
    'apiversion kind metadata openapi nameprefix namesuffix namespace commonlabels labels commonannotations patchesstrategicmerge patchesjson6902 ' +
    'patches images imagetags replacements replicas vars sortoptions resources components crds bases configmapgenerator secretgenerator helmglobals ' +
    'helmcharts helmchartinflationgenerator generatoroptions configurations generators transformers validators buildmetadata'
  ).split(' '),
);
const IMAGE_FIELDS = new Set(['name', 'newname', 'newtag', 'tagsuffix', 'digest']);

/** Fields by lower-case name; of two spellings the one that sorts last wins, as in Go's encoding/json over sorted keys. */
export function foldKeys(map: MapNode): ReadonlyMap<string, { key: ScalarNode; value: YamlNode }> {
  const folded = new Map<string, { key: ScalarNode; value: YamlNode }>();
  for (const [key, entry] of map.entries) {
    const lower = key.toLowerCase();
    const other = folded.get(lower);
    if (other === undefined || other.key.text < key) folded.set(lower, entry);
  }
  return folded;
}

const parsed = new WeakMap<RepositoryFile, KustomizationFile>();

/** Parses a kustomization file; parsed once for each version of the file. Never throws. */
export function parseKustomizationFile(file: RepositoryFile): KustomizationFile {
  let result = parsed.get(file);
  if (result === undefined) {
    result = read(file);
    parsed.set(file, result);
  }
  return result;
}

function read(file: RepositoryFile): KustomizationFile {
  const document = file.documents[0];
  const root = document?.root;
  if (document?.problem !== undefined) return build(file.path, new Map(), syntaxFailure(file.path, document.problem), undefined);
  const isEmptyFile = failureAt(file.path, `${file.path} is empty.`);
  if (root === undefined) return build(file.path, new Map(), isEmptyFile, undefined);
  if (root.kind !== 'map') return build(file.path, new Map(), failureAt(file.path, `${file.path} is not a mapping.`), undefined);
  const fields = foldKeys(root);
  const isEmpty = [...fields].every(
    ([key, { value }]) => ['apiversion', 'kind', 'metadata'].includes(key) || (value.kind === 'scalar' && isNull(value)),
  );
  if (isEmpty) return build(file.path, fields, isEmptyFile, undefined);
  return build(file.path, fields, headerFailure(file.path, fields), strictFailureOf(file.path, root, fields));
}

type Fields = ReadonlyMap<string, { key: ScalarNode; value: YamlNode }>;

function build(
  file: string,
  fields: Fields,
  failure: Failure | undefined,
  strictFailure: Failure | undefined,
): KustomizationFile {
  const list = (name: string): readonly YamlNode[] => {
    const value = fields.get(name)?.value;
    return value?.kind === 'sequence' ? value.items : [];
  };
  const scalars = (name: string) => list(name).filter((node) => node.kind === 'scalar');
  const text = (name: string) => {
    const value = fields.get(name)?.value;
    return value?.kind === 'scalar' && !isNull(value) ? value.text : '';
  };
  const overrides = (name: string) => list(name).flatMap((node) => (node.kind === 'map' ? [imageOverride(file, node)] : []));
  return {
    file,
    isComponent: text('kind') === 'Component',
    failure,
    strictFailure,
    resources: [...scalars('resources'), ...scalars('bases')],
    components: scalars('components'),
    configurations: scalars('configurations'),
    crds: list('crds').length > 0,
    images: [...overrides('images'), ...overrides('imagetags')],
    patches: [
      ...list('patchesstrategicmerge').flatMap((node) => (node.kind === 'scalar' ? [strategicEntry(node)] : [])),
      ...list('patches').flatMap((node) => (node.kind === 'map' ? [patchEntry(node)] : [])),
    ],
    jsonPatches: list('patchesjson6902').flatMap((node) => (node.kind === 'map' ? [patchEntry(node)] : [])),
    namespace: text('namespace'),
    namePrefix: text('nameprefix'),
    nameSuffix: text('namesuffix'),
    replacements: list('replacements'),
    transformers: scalars('transformers'),
    generators: scalars('generators'),
    helmCharts: list('helmcharts').length > 0 || list('helmchartinflationgenerator').length > 0,
    configMaps: list('configmapgenerator').filter((node) => node.kind === 'map'),
    secrets: list('secretgenerator').filter((node) => node.kind === 'map'),
  };
}

const mappings = new WeakMap<ImageOverride, MapNode>();

/** The mapping that an entry was read from. */
export function mappingOf(entry: ImageOverride): MapNode | undefined {
  return mappings.get(entry);
}

/** Reads one `images:` entry, of a kustomization file or of a Flux Kustomization. */
export function imageOverride(file: string, node: MapNode): ImageOverride {
  const fields = foldKeys(node);
  const scalar = (name: string) => {
    const value = fields.get(name)?.value;
    return value?.kind === 'scalar' ? value : undefined;
  };
  const entry: ImageOverride = {
    file,
    name: scalar('name'),
    newName: scalar('newname'),
    newTag: scalar('newtag'),
    tagSuffix: scalar('tagsuffix'),
    digest: scalar('digest'),
    start: node.start,
  };
  mappings.set(entry, node);
  return entry;
}

function strategicEntry(node: ScalarNode): PatchEntry {
  const isInline = node.text.includes('\n') || /^[A-Za-z$"'{]+[^/]*:\s/.test(node.text);
  return { target: undefined, path: isInline ? undefined : node, inline: isInline ? node : undefined, mayRename: false };
}

/** Reads one entry of `patches` (kustomize or Flux). */
export function patchEntry(node: MapNode): PatchEntry {
  const fields = foldKeys(node);
  const path = fields.get('path')?.value;
  const inline = fields.get('patch')?.value;
  const target = fields.get('target')?.value;
  return {
    target: target?.kind === 'map' ? target : undefined,
    path: path?.kind === 'scalar' && path.text !== '' ? path : undefined,
    inline: inline?.kind === 'scalar' ? inline : undefined,
    mayRename: textAt(node, 'options', 'allowNameChange') === 'true',
  };
}

function headerFailure(file: string, fields: Fields): Failure | undefined {
  const scalar = (name: string) => {
    const value = fields.get(name)?.value;
    return value?.kind === 'scalar' ? value : undefined;
  };
  const kind = scalar('kind')?.text ?? '';
  const apiVersion = scalar('apiversion')?.text ?? '';
  if (kind !== '' && kind !== 'Kustomization' && kind !== 'Component')
    return failureAt(scalar('kind') ?? file, `${file}: kind should be Kustomization or Component, not ${kind}.`);
  const expected = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  if (apiVersion !== '' && apiVersion !== expected) {
    const unknown = [...fields.values()].find((entry) => !FIELDS.has(entry.key.text.toLowerCase()));
    return failureAt(
      scalar('apiversion') ?? file,
      unknown === undefined
        ? `${file}: apiVersion for ${kind === '' ? 'Kustomization' : kind} should be ${expected}, not ${apiVersion}.`
        : `${file}: unknown field "${unknown.key.text}"; apiVersion ${apiVersion} is not that of a kustomization file.`,
      apiVersion.startsWith('kustomize.toolkit.fluxcd.io/') ? 'foreign-object' : 'other',
    );
  }
  return undefined;
}

function strictFailureOf(file: string, root: MapNode, fields: Fields): Failure | undefined {
  for (const [key, entry] of root.entries)
    if (!FIELDS.has(key.toLowerCase())) return failureAt(entry.key, `${file}: unknown field "${key}".`);
  for (const name of ['namespace', 'nameprefix', 'namesuffix']) {
    const entry = fields.get(name);
    if (entry === undefined) continue;
    const problem = stringProblem(entry.key.text, entry.value, 'Kustomization');
    if (problem !== undefined) return failureAt(entry.key, `${file}: ${problem}`);
  }
  for (const list of ['images', 'imagetags']) {
    const value = fields.get(list)?.value;
    if (value?.kind !== 'sequence') continue;
    for (const item of value.items) {
      if (item.kind !== 'map') continue;
      for (const entry of item.entries.values()) {
        const problem = imageFieldProblem(file, entry.key, entry.value);
        if (problem !== undefined) return problem;
      }
    }
  }
  return undefined;
}

function imageFieldProblem(file: string, key: ScalarNode, value: YamlNode): Failure | undefined {
  if (!IMAGE_FIELDS.has(key.text.toLowerCase()))
    return failureAt(key, `${file}: unknown field "${key.text}" in an images entry.`, 'image-field');
  const problem = stringProblem(key.text, value, 'Image.images');
  return problem === undefined ? undefined : failureAt(key, `${file}: ${problem}`, 'not-a-string');
}

function stringProblem(key: string, value: YamlNode, struct: string): string | undefined {
  if (value.kind !== 'scalar') return `${key} is not a string.`;
  const type = typeOf(value);
  if (type === 'string' || type === 'null') return undefined;
  const json = type === 'bool' ? 'bool' : 'number';
  return `${key} would be read as the ${type === 'bool' ? 'boolean' : 'number'} ${value.text}, and kustomize refuses it (cannot unmarshal ${json} into Go struct field ${struct}.${key} of type string).`;
}
