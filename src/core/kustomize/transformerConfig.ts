/** Which fields transformers change: the default ones, and those of `configurations:` files, which travel up to overlays (api/internal/plugins/builtinconfig). */
import type { MapNode, YamlNode } from '../yaml/node.ts';
import { decodeProblem } from './decode.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { COMMON_ANNOTATIONS, COMMON_LABELS, IMAGES, NAMES, NAMESPACES, REPLICAS, TEMPLATE_LABELS } from './fieldSpecTables.ts';
import type { KindSelector } from './identity.ts';
import { compareText } from '../text/compareText.ts';
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
    merged[name] = sorted(list, name);
  }
  return { ...merged, nameReference: [...new Set([...a.nameReference, ...b.nameReference])] };
}

/**
 * As kustomize keeps them (sortFields, kyaml resid/gvk.go IsLessThan): of two specs with one path, the one for fewer kinds comes first, so that the other one
 * counts as there already when it is merged. The default specs stay in front: none of them is for fewer kinds than another one of its path.
 */
function sorted(list: readonly FieldSpec[], name: ListName): readonly FieldSpec[] {
  const defaults: ReadonlySet<FieldSpec> = new Set(DEFAULT_CONFIG[name]);
  const own = list.filter((spec) => !defaults.has(spec));
  return own.length < 2
    ? list
    : [...list.filter((spec) => defaults.has(spec)), ...own.toSorted((a, b) => compareText(sortKey(a), sortKey(b)))];
}

/** Two kinds come last in kustomize's order of kinds. */
function sortKey({ group, version, kind }: FieldSpec): string {
  const isLast = kind === 'MutatingWebhookConfiguration' || kind === 'ValidatingWebhookConfiguration';
  return `${isLast ? '1' : '0'} ${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
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

/** No configuration at all. */
export const EMPTY_CONFIG: TransformerConfig = Object.fromEntries(
  [...LISTS, 'nameReference'].map((name) => [name, []]),
) as unknown as TransformerConfig;

/** The configuration of one file, or why kustomize refuses it. */
export function readConfig(root: YamlNode | undefined): TransformerConfig | Refused {
  if (root === undefined) return EMPTY_CONFIG;
  const problem = decodeProblem(root, TRANSFORMER_CONFIG, { strict: true, coerces: true });
  if (problem !== undefined) return { problem: problem.what };
  if (root.kind !== 'map') return EMPTY_CONFIG;
  const lists = LISTS.map((name) => [name, sorted(specsIn(root, name), name)] as const);
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
