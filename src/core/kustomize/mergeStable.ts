/** What a merge leaves alone where the patch says nothing: nearly everything, so that it is not copied. */
import type { MapNode, SequenceNode, YamlNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import type { MergeNode } from './mergeNode.ts';
import { isNullNode } from './mergeNode.ts';
import type { FieldSchema, TypeSchema } from './mergeSchema.ts';
import { mergeSchemaOf, NO_SCHEMA } from './mergeSchema.ts';

/** Whether the value of a mapping is the same after a merge without a patch; false where that is not plain. */
export function staysAsItIs(node: MergeNode, schema: FieldSchema): boolean {
  if (node.kind === 'scalar') return !isNullNode(node) || node.scalar.text !== '';
  return node.untouched !== undefined && isStable(node.untouched, schema);
}

function isStable(node: YamlNode, { type, keys }: FieldSchema): boolean {
  // An empty value is taken out of its mapping.
  if (node.kind === 'scalar') return node.text !== '' || !isNullScalar(node);
  if (node.kind === 'sequence') return keys === undefined || isStableList(node, type, keys);
  return isStableMap(node, type ?? ownSchema(node));
}

function isStableMap(node: MapNode, type: TypeSchema | undefined): boolean {
  for (const { key, value } of node.entries.values())
    if (!isStable(value, type === undefined ? NO_SCHEMA : (type.get(key.text) ?? NO_SCHEMA))) return false;
  return true;
}

/** A list that merges stays where the same keys tell all its items apart. */
function isStableList({ items }: SequenceNode, type: TypeSchema | undefined, keys: readonly string[]): boolean {
  if (keys.length === 0) return false;
  const seen = new Set<string>();
  let known: readonly string[] | undefined;
  for (const item of items) {
    if (item.kind !== 'map' || item.entries.size === 0 || !isStable(item, { type, keys: undefined })) return false;
    const own = keys.filter((key) => item.entries.has(key));
    known ??= own;
    const texts = own.map((key) => textAt(item, key));
    if (own.length === 0 || own.length !== known.length || own.some((key, index) => key !== known?.[index])) return false;
    if (texts.includes('')) return false;
    seen.add(texts.join('\n'));
  }
  return seen.size === items.length;
}

/** Objects within objects have the schema of their own kind. */
function ownSchema(node: MapNode): TypeSchema | undefined {
  return node.entries.has('kind') ? mergeSchemaOf(textAt(node, 'apiVersion'), textAt(node, 'kind')) : undefined;
}

/** The text of a scalar that is not null, else ''. */
function textAt(node: MapNode, key: string): string {
  const value = node.entries.get(key)?.value;
  return value?.kind === 'scalar' && !isNullScalar(value) ? value.text : '';
}

function isNullScalar(node: YamlNode & { kind: 'scalar' }): boolean {
  return isNull(node) || node.tag === '!!null';
}
