/** Which fields transformers change: the default ones, and those of `configurations:` files, which travel up to overlays (api/internal/plugins/builtinconfig). */
import type { MapNode, YamlNode } from '../yaml/node.ts';
import { decodeProblem } from './decode.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { COMMON_ANNOTATIONS, COMMON_LABELS, IMAGES, NAMES, NAMESPACES, REPLICAS, TEMPLATE_LABELS } from './fieldSpecTables.ts';
import type { KindSelector } from './identity.ts';
import { isSet, itemsField, textField } from './foldKeys.ts';
import { TRANSFORMER_CONFIG } from './kustomizationShape.ts';

/** Fields that name objects of a kind, and follow when these are renamed. */
export interface NameReference extends KindSelector {
  readonly referrers: readonly FieldSpec[];
}

const LISTS = [
  'images',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'commonAnnotations',
  'replicas',
] as const;
type ListName = (typeof LISTS)[number];

export interface TransformerConfig extends Readonly<Record<ListName, readonly FieldSpec[]>> {
  /** Only those of `configurations:` files. */
  readonly nameReference: readonly NameReference[];
}

export const DEFAULT_CONFIG: TransformerConfig = {
  images: IMAGES,
  namePrefix: NAMES,
  nameSuffix: NAMES,
  namespace: NAMESPACES,
  commonLabels: COMMON_LABELS,
  labels: [],
  templateLabels: TEMPLATE_LABELS,
  commonAnnotations: COMMON_ANNOTATIONS,
  replicas: REPLICAS,
  nameReference: [],
};

/** A refusal: a sentence without a period. */
interface Refused {
  readonly problem: string;
}

/** Both together; refused where they disagree about creating a field (transformerconfig.go, Merge). */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig | Refused {
  if (a === b || b === DEFAULT_CONFIG) return a;
  if (a === DEFAULT_CONFIG && isAtLeastDefault(b)) return b;
  const merged = {} as Record<ListName, readonly FieldSpec[]>;
  for (const name of LISTS) {
    const list = mergeSpecs(a[name], b[name]);
    if ('problem' in list)
      return { problem: `two ${name} configurations of one path say different things of create (${list.problem})` };
    merged[name] = list;
  }
  return { ...merged, nameReference: [...new Set([...a.nameReference, ...b.nameReference])] };
}

function isAtLeastDefault(config: TransformerConfig): boolean {
  return LISTS.every((name) => DEFAULT_CONFIG[name].every((spec, index) => config[name][index] === spec));
}

/** types/fieldspec.go, MergeOne: a spec is there already where one for the same kinds has its path. */
export function mergeSpecs(list: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] | Refused {
  let merged: FieldSpec[] | undefined;
  for (const spec of more) {
    const known = (merged ?? list).find((other) => other.path === spec.path && isSelected(other, spec));
    if (known !== undefined && known.create !== spec.create) return { problem: 'conflicting fieldspecs' };
    if (known === undefined) (merged ??= [...list]).push(spec);
  }
  return merged ?? list;
}

function isSelected(spec: KindSelector, by: KindSelector): boolean {
  return (
    (by.group === '' || spec.group === by.group) &&
    (by.version === '' || spec.version === by.version) &&
    (by.kind === '' || spec.kind === by.kind)
  );
}

const EMPTY: TransformerConfig = Object.fromEntries(
  [...LISTS, 'nameReference'].map((name) => [name, []]),
) as unknown as TransformerConfig;

/** The configuration of one file, or why kustomize refuses it. */
export function readConfig(root: YamlNode | undefined): TransformerConfig | Refused {
  if (root === undefined) return EMPTY;
  const problem = decodeProblem(root, TRANSFORMER_CONFIG, { strict: true, coerces: true });
  if (problem !== undefined) return { problem: problem.what };
  if (root.kind !== 'map') return EMPTY;
  const lists = LISTS.map((name) => [name, specsIn(root, name)] as const);
  const nameReference = itemsField(root, 'nameReference').flatMap(referenceOf);
  return { ...(Object.fromEntries(lists) as Record<ListName, readonly FieldSpec[]>), nameReference };
}

function specsIn(map: MapNode, name: string): readonly FieldSpec[] {
  return itemsField(map, name).flatMap(fieldSpecOf);
}

/** One field spec, of a configuration or of a transformer. */
export function fieldSpecOf(node: YamlNode): FieldSpec[] {
  if (node.kind !== 'map') return [];
  return [{ ...kindSelectorOf(node), path: textField(node, 'path'), create: isSet(node, 'create') }];
}

/** `group`, `version` and `kind` of a mapping. */
export function kindSelectorOf(node: YamlNode | undefined): KindSelector {
  return { group: textField(node, 'group'), version: textField(node, 'version'), kind: textField(node, 'kind') };
}

function referenceOf(node: YamlNode): NameReference[] {
  return node.kind === 'map' ? [{ ...kindSelectorOf(node), referrers: itemsField(node, 'fieldSpecs').flatMap(fieldSpecOf) }] : [];
}
