/**
 * Strategic merge of located trees, step by step as kyaml does it (yaml/merge2, yaml/walk), with its peculiarities: `$patch: replace` for a whole object or
 * for an item of a list does nothing, and of two items with one key the first counts. Untouched scalars stay the same objects, so that they keep their origin.
 */
import type { YamlNode } from '../yaml/node.ts';
import { textAt } from '../yaml/node.ts';
import { mergeAssociative } from './mergeLists.ts';
import type { MergeNode } from './mergeNode.ts';
import { become, immutable, isMissing, isNullNode, MergeError, mutable, valueOf } from './mergeNode.ts';
import type { FieldSchema, TypeSchema } from './mergeSchema.ts';
import { mergeSchemaOf, NO_SCHEMA } from './mergeSchema.ts';
import { staysAsItIs } from './mergeStable.ts';

/** Merges `patch` over an object. `tree` is undefined where the patch deletes it. */
export function strategicMerge(
  base: YamlNode,
  patch: YamlNode,
): { readonly tree: YamlNode | undefined } | { readonly problem: string } {
  try {
    const dest = mutable(base);
    const merged = walk(dest, mutable(patch), { type: schemaOf(base, patch), keys: undefined });
    // What kustomize keeps is the object that it started with: nothing of a `$patch: replace` gets into it.
    return { tree: merged === undefined ? undefined : merged === dest ? immutable(dest) : base };
  } catch (error) {
    if (error instanceof MergeError) return { problem: error.message };
    throw error;
  }
}

function schemaOf(...nodes: readonly YamlNode[]): TypeSchema | undefined {
  for (const node of nodes) {
    const schema = mergeSchemaOf(textAt(node, 'apiVersion'), textAt(node, 'kind'));
    if (schema !== undefined) return schema;
  }
  return undefined;
}

/** Objects within objects have the schema of their own kind. */
function ownSchema(nodes: readonly (MergeNode | undefined)[]): TypeSchema | undefined {
  for (const node of nodes) {
    if (node?.kind !== 'map') continue;
    const text = (key: string) => {
      const value = node.entries.get(key)?.value;
      return value === undefined || isMissing(value) ? '' : valueOf(value);
    };
    const schema = mergeSchemaOf(text('apiVersion'), text('kind'));
    if (schema !== undefined) return schema;
  }
  return undefined;
}

/** The merged node, undefined where nothing is left. `dest` is changed in place. @throws MergeError */
function walk(dest: MergeNode | undefined, patch: MergeNode | undefined, schema: FieldSchema): MergeNode | undefined {
  const first = [dest, patch].find((node) => !isMissing(node));
  const kind = first?.kind ?? 'map';
  for (const node of [dest, patch]) {
    if (node === undefined || isNullNode(node) || node.kind === kind) continue;
    throw new MergeError(`wrong node kind: expected ${NAMES[kind]} but got ${NAMES[node.kind]}`);
  }
  if (kind === 'scalar') return patch ?? dest;
  if (kind === 'sequence') return schema.keys === undefined ? (patch ?? dest) : walkList(dest, patch, schema, schema.keys);
  return walkMap(dest, patch, schema.type ?? ownSchema([dest, patch]));
}

const NAMES = { map: 'MappingNode', sequence: 'SequenceNode', scalar: 'ScalarNode' } as const;

function walkMap(dest: MergeNode | undefined, patch: MergeNode | undefined, type: TypeSchema | undefined): MergeNode | undefined {
  const target = visitMap(dest, patch);
  if (target === undefined) return undefined;
  for (const name of changingNames(target, patch, type).sort()) {
    const old = target.entries.get(name);
    const over = patch?.entries.get(name);
    const value = walk(old?.value, over?.value, type?.get(name) ?? NO_SCHEMA);
    if (value === undefined || (isNullNode(value) && !isKept(value, old?.value, over?.value))) target.entries.delete(name);
    else if (old !== undefined) become(old.value, value);
    else if (over !== undefined) target.entries.set(name, { key: over.key, value });
  }
  return target;
}

/** The keys at which a merge can change something, or fail. */
function changingNames(target: MergeNode, patch: MergeNode | undefined, type: TypeSchema | undefined): string[] {
  const names = patch === undefined ? [] : [...patch.entries.keys()];
  for (const { key, value } of target.entries.values()) {
    const name = key.text;
    if (patch?.entries.has(name) !== true && !staysAsItIs(value, type?.get(name) ?? NO_SCHEMA)) names.push(name);
  }
  return names;
}

/** An explicit null that only the object has stays. */
function isKept(value: MergeNode, old: MergeNode | undefined, over: MergeNode | undefined): boolean {
  return over === undefined && value === old && valueOf(value) !== '';
}

function visitMap(dest: MergeNode | undefined, patch: MergeNode | undefined): MergeNode | undefined {
  if (isMissing(dest)) {
    if (patch !== undefined && directiveOf(patch, false) === 'delete') return undefined;
    return patch ?? dest;
  }
  if (patch !== undefined && isNullNode(patch)) return undefined;
  const directive = patch === undefined ? 'merge' : directiveOf(patch, true);
  return directive === 'delete' ? undefined : directive === 'replace' ? patch : dest;
}

function walkList(
  dest: MergeNode | undefined,
  patch: MergeNode | undefined,
  { type }: FieldSchema,
  keys: readonly string[],
): MergeNode | undefined {
  let target = dest;
  if (isMissing(dest)) target = patch;
  else if (patch !== undefined && isNullNode(patch)) return undefined;
  else {
    const directive = patch === undefined ? 'merge' : listDirectiveOf(patch);
    if (directive === 'delete') return undefined;
    if (directive === 'replace') target = patch;
  }
  return target && mergeAssociative(target, patch, keys, (item, other) => walk(item, other, { type, keys: undefined }));
}

const DIRECTIVE = '$patch';
type Directive = 'merge' | 'replace' | 'delete';

/** Reads the directive of a mapping, and takes it out. An unknown one is refused where there is something to patch. */
function directiveOf(patch: MergeNode, strict: boolean): Directive {
  const value = patch.entries.get(DIRECTIVE)?.value;
  if (value === undefined) return 'merge';
  const directive = known(valueOf(value));
  if (directive !== undefined) patch.entries.delete(DIRECTIVE);
  else if (strict) throw new MergeError(`unknown patch strategy '${valueOf(value)}'`);
  return directive ?? 'merge';
}

/** A list has one where one of its items is nothing but a directive. */
function listDirectiveOf(patch: MergeNode): Directive {
  const item = patch.items.find(({ kind, entries }) => kind === 'map' && entries.has(DIRECTIVE));
  const value = item?.entries.get(DIRECTIVE)?.value;
  if (item === undefined || value === undefined || item.entries.size > 1) return 'merge';
  const directive = known(valueOf(value));
  if (directive === undefined) throw new MergeError(`unknown patch strategy '${valueOf(value)}'`);
  patch.items = patch.items.filter(
    (other) =>
      !(
        other.kind === 'map' &&
        other.entries.has(DIRECTIVE) &&
        valueOf(other.entries.get(DIRECTIVE)?.value ?? other) === directive
      ),
  );
  return directive;
}

function known(text: string): Directive | undefined {
  return text === 'merge' || text === 'replace' || text === 'delete' ? text : undefined;
}
