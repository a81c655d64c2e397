/** A kustomization file as kustomize reads it: first document only, field names matched case-insensitively (image-semantics.md A.1; api/types/kustomization.go). */
import type { ImageOverride } from '../repository/model.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import type { DecodeProblem } from './decode.ts';
import { decodeProblem } from './decode.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { fieldOf, foldKeys, isSet, itemsField, itemsIn, scalarField, scalarsIn, textField, textIn } from './foldKeys.ts';
import { KUSTOMIZATION } from './kustomizationShape.ts';
import { notReadHere, syntaxFailure } from './objects.ts';
import { fieldSpecOf } from './transformerConfig.ts';

/** One patch. */
export interface PatchEntry {
  readonly list: 'patches' | 'patchesStrategicMerge' | 'patchesJson6902';
  readonly target: MapNode | undefined;
  /** The file that holds the patch, relative to the kustomization; an entry of `patchesStrategicMerge`, which can also be the patch itself. */
  readonly path: ScalarNode | undefined;
  /** The patch itself, written in place as a text. */
  readonly inline: ScalarNode | undefined;
  /** The patch itself, written in place as YAML: in a Flux Kustomization. */
  readonly node?: YamlNode | undefined;
  /** `options.allowNameChange`: a merge may rename the object. */
  readonly mayRename: boolean;
  /** `options.allowKindChange` */
  readonly mayChangeKind: boolean;
}

export interface LabelEntry {
  readonly pairs: ReadonlyMap<string, ScalarNode>;
  readonly includeSelectors: boolean;
  readonly includeTemplates: boolean;
  readonly specs: readonly FieldSpec[];
}

export interface KustomizationFile {
  readonly file: string;
  readonly isComponent: boolean;
  /** Why kustomize refuses the file however it is used. */
  readonly failure: Failure | undefined;
  /** Why kustomize refuses it where Flux, at `spec.path`, does not (numbers as tags, unknown fields). */
  readonly strictFailure: Failure | undefined;
  /** Why Flux refuses it at `spec.path`. */
  readonly lenientFailure: Failure | undefined;
  /** Whether there is nothing in it: kustomize refuses that, and Flux does not. */
  readonly isEmpty: boolean;
  /** Why the file was not read although kustomize can, as a clause; '' where it was. */
  readonly unread: string;
  readonly resources: readonly ScalarNode[];
  readonly components: readonly ScalarNode[];
  readonly configurations: readonly ScalarNode[];
  readonly crds: readonly ScalarNode[];
  readonly images: readonly ImageOverride[];
  /** In the order in which kustomize runs them, before and after namespace and names. */
  readonly patches: readonly PatchEntry[];
  readonly jsonPatches: readonly PatchEntry[];
  readonly namespace: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly labels: readonly LabelEntry[];
  readonly commonLabels: ReadonlyMap<string, ScalarNode>;
  readonly commonAnnotations: ReadonlyMap<string, ScalarNode>;
  readonly replicas: readonly MapNode[];
  readonly replacements: readonly YamlNode[];
  readonly vars: readonly MapNode[];
  readonly transformers: readonly ScalarNode[];
  readonly validators: readonly ScalarNode[];
  readonly generators: readonly ScalarNode[];
  readonly generatorOptions: MapNode | undefined;
  readonly helmCharts: boolean;
  readonly configMaps: readonly MapNode[];
  readonly secrets: readonly MapNode[];
  /** `openapi.path` and `openapi.version`. */
  readonly openapi: { readonly path: ScalarNode | undefined; readonly version: ScalarNode | undefined };
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

const NO_MAPS: readonly MapNode[] = [];
const NOTHING: MapNode = { kind: 'map', entries: new Map(), start: 0 };

function read(file: RepositoryFile): KustomizationFile {
  const { path, unreadable } = file;
  if (unreadable !== undefined) {
    const clause = `${path} ${unreadable}`;
    return file.isOnlyUnread
      ? build(path, NOTHING, { unread: clause })
      : build(path, NOTHING, { failure: failureAt(path, `${clause}.`) });
  }
  const { root, problem } = file.first;
  if (problem?.isLimit === true) return build(path, NOTHING, { unread: notReadHere(path, problem) });
  if (problem !== undefined) return build(path, NOTHING, { failure: syntaxFailure(path, problem) });
  if (root === undefined || (root.kind === 'scalar' && isNull(root))) return build(path, NOTHING, {});
  if (root.kind !== 'map') return build(path, NOTHING, { failure: failureAt(path, `${path} is not a mapping.`) });
  const strict = decodeProblem(root, KUSTOMIZATION, { strict: true, coerces: false });
  return build(path, root, {
    failure: headerFailure(path, root),
    strictFailure: decodeFailure(path, strict),
    // What the strict reading takes, the lenient one does, too.
    lenientFailure: strict && decodeFailure(path, decodeProblem(root, KUSTOMIZATION, { strict: false, coerces: true })),
  });
}

/** Whether all fields have the value that they have when they are not there. An empty list is something. */
function isEmpty(fields: ReadonlyMap<string, MapEntry>): boolean {
  for (const [key, { value }] of fields) {
    if (key === 'apiversion' || key === 'kind') continue;
    if (value.kind !== 'scalar' || !(isNull(value) || value.text === '')) return false;
  }
  return true;
}

type Found = Partial<Pick<KustomizationFile, 'failure' | 'strictFailure' | 'lenientFailure' | 'unread'>>;

function build(file: string, root: MapNode, found: Found): KustomizationFile {
  const fields = foldKeys(root);
  const at = (name: string) => fields.get(name.toLowerCase())?.value;
  const maps = (name: string) => {
    const items = itemsIn(at(name));
    return items.length === 0 ? NO_MAPS : items.flatMap(mapIn);
  };
  const overrides = (name: string) => maps(name).map((node) => imageOverride(file, node));
  const options = at('generatorOptions');
  const openapi = at('openapi');
  const empty = isEmpty(fields);
  const isRead = found.failure === undefined && (found.unread ?? '') === '';
  return {
    file,
    isComponent: textIn(at('kind')) === 'Component',
    failure: found.failure,
    strictFailure: found.strictFailure ?? (empty && isRead ? failureAt(file, `${file} is empty.`) : undefined),
    lenientFailure: found.lenientFailure,
    isEmpty: empty,
    unread: found.unread ?? '',
    resources: [...scalarsIn(at('resources')), ...scalarsIn(at('bases'))],
    components: scalarsIn(at('components')),
    configurations: scalarsIn(at('configurations')),
    crds: scalarsIn(at('crds')),
    images: [...overrides('images'), ...overrides('imageTags')],
    patches: [
      ...scalarsIn(at('patchesStrategicMerge')).map((node) => strategicEntry(node)),
      ...maps('patches').map((node) => patchEntry(node, 'patches')),
    ],
    jsonPatches: maps('patchesJson6902').map((node) => patchEntry(node, 'patchesJson6902')),
    namespace: textIn(at('namespace')),
    namePrefix: textIn(at('namePrefix')),
    nameSuffix: textIn(at('nameSuffix')),
    labels: maps('labels').map(labelEntry),
    commonLabels: textsOf(at('commonLabels')),
    commonAnnotations: textsOf(at('commonAnnotations')),
    replicas: maps('replicas'),
    replacements: itemsIn(at('replacements')),
    vars: maps('vars'),
    transformers: scalarsIn(at('transformers')),
    validators: scalarsIn(at('validators')),
    generators: scalarsIn(at('generators')),
    generatorOptions: options?.kind === 'map' ? options : undefined,
    helmCharts: itemsIn(at('helmCharts')).length > 0 || itemsIn(at('helmChartInflationGenerator')).length > 0,
    configMaps: maps('configMapGenerator'),
    secrets: maps('secretGenerator'),
    openapi: { path: scalarField(openapi, 'path'), version: scalarField(openapi, 'version') },
  };
}

/** A null is an empty mapping, as Go's encoding/json reads it. */
function mapIn(item: YamlNode): readonly MapNode[] {
  if (item.kind === 'map') return [item];
  return item.kind === 'scalar' && isNull(item) ? [{ ...NOTHING, start: item.start }] : NO_MAPS;
}

function labelEntry(node: MapNode): LabelEntry {
  return {
    pairs: textsOf(fieldOf(node, 'pairs')),
    includeSelectors: isSet(node, 'includeSelectors'),
    includeTemplates: isSet(node, 'includeTemplates'),
    specs: itemsField(node, 'fields').flatMap(fieldSpecOf),
  };
}

const NO_TEXTS: ReadonlyMap<string, ScalarNode> = new Map();

/** The scalars of a mapping, as texts. */
export function textsOf(node: YamlNode | undefined): ReadonlyMap<string, ScalarNode> {
  if (node?.kind !== 'map') return NO_TEXTS;
  const texts = new Map<string, ScalarNode>();
  for (const [key, { value }] of node.entries)
    if (value.kind === 'scalar') texts.set(key, { ...value, text: isNull(value) ? '' : value.text, tag: '!!str' });
  return texts;
}

const mappings = new WeakMap<ImageOverride, MapNode>();

/** The mapping that an entry was read from. */
export function mappingOf(entry: ImageOverride): MapNode | undefined {
  return mappings.get(entry);
}

/** Reads one `images:` entry, of a kustomization file or of a Flux Kustomization. `file`: where the mapping stands. */
export function imageOverride(file: string, node: MapNode): ImageOverride {
  const scalar = (name: string) => {
    const value = fieldOf(node, name);
    return value?.kind === 'scalar' ? value : undefined;
  };
  const entry: ImageOverride = {
    file,
    name: scalar('name'),
    newName: scalar('newName'),
    newTag: scalar('newTag'),
    tagSuffix: scalar('tagSuffix'),
    digest: scalar('digest'),
    start: node.start,
  };
  mappings.set(entry, node);
  return entry;
}

/** An entry of `patchesStrategicMerge`: a text, or the patch itself as YAML. */
export function strategicEntry(path: ScalarNode | undefined, node?: YamlNode): PatchEntry {
  return {
    list: 'patchesStrategicMerge',
    target: undefined,
    path,
    inline: undefined,
    node,
    mayRename: false,
    mayChangeKind: false,
  };
}

/** What stands for a kustomization file where Flux makes one. */
export function emptyKustomization(namespace: string): KustomizationFile {
  return { ...build('', NOTHING, {}), strictFailure: undefined, namespace };
}

/** Reads one entry of `patches` or `patchesJson6902`. */
export function patchEntry(node: MapNode, list: 'patches' | 'patchesJson6902'): PatchEntry {
  const written = (name: string) => {
    const scalar = scalarField(node, name);
    return scalar === undefined || (list === 'patches' ? scalar.text.trim() : scalar.text) === '' ? undefined : scalar;
  };
  const target = fieldOf(node, 'target');
  const options = fieldOf(node, 'options');
  return {
    list,
    target: target?.kind === 'map' ? target : undefined,
    path: scalarField(node, 'path')?.text === '' ? undefined : scalarField(node, 'path'),
    inline: written('patch'),
    mayRename: isSet(options, 'allowNameChange'),
    mayChangeKind: isSet(options, 'allowKindChange'),
  };
}

function headerFailure(file: string, root: MapNode): Failure | undefined {
  const kind = textField(root, 'kind');
  const apiVersion = textField(root, 'apiVersion');
  if (kind !== '' && kind !== 'Kustomization' && kind !== 'Component')
    return failureAt(scalarField(root, 'kind') ?? file, `${file}: kind should be Kustomization or Component, not ${kind}.`);
  const expected = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  if (apiVersion === '' || apiVersion === expected) return undefined;
  const known = new Set(Object.keys(KUSTOMIZATION.fields).map((name) => name.toLowerCase()));
  const unknown = [...root.entries.keys()].find((key) => !known.has(key.toLowerCase()));
  return failureAt(
    scalarField(root, 'apiVersion') ?? file,
    unknown === undefined
      ? `${file}: apiVersion for ${kind === '' ? 'Kustomization' : kind} should be ${expected}, not ${apiVersion}.`
      : `${file}: unknown field "${unknown}"; apiVersion ${apiVersion} is not that of a kustomization file.`,
    apiVersion.startsWith('kustomize.toolkit.fluxcd.io/') ? 'foreign-object' : 'other',
  );
}

function decodeFailure(file: string, problem: DecodeProblem | undefined): Failure | undefined {
  if (problem === undefined) return undefined;
  const isImage = problem.struct === 'Image';
  const what = isImage && problem.kind === 'unknown-field' ? `${problem.what} in an images entry` : problem.what;
  const ofField = problem.kind === 'old-type' ? 'other' : 'field';
  const kind = !isImage ? ofField : problem.kind === 'unknown-field' ? 'image-field' : 'not-a-string';
  return failureAt(problem.at ?? file, `${file}: ${what}.`, kind);
}
